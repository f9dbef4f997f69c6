import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The commands of the README that a marker names: `<!-- command: tests -->` and the fenced block under it. */
function commands(): ReadonlyMap<string, string> {
  const blocks = read("README.md").matchAll(/^<!-- command: ([\w ]+) -->\n```sh\n([^`]*)\n```$/gm);
  return new Map([...blocks].map(([, name, command]) => [name ?? "", command ?? ""]));
}

test("the README has two commands, each on one line, and each installs for itself", () => {
  expect([...commands().keys()]).toEqual(["plan", "tests"]);
  for (const command of commands().values()) {
    expect(command).toMatch(/^npx -y pnpm@[\d.]+ install --frozen-lockfile && [^\n]+$/);
  }
});

test("the README names the version of pnpm that the workspace is pinned to", () => {
  const { packageManager } = JSON.parse(read("package.json")) as { readonly packageManager: string };
  const named = [...read("README.md").matchAll(/pnpm@[\d.]*\d/g)].map(([name]) => name);
  expect(new Set(named)).toEqual(new Set([packageManager]));
});

test("CI runs the README's commands as they stand", () => {
  const { jobs } = parse(read(".github/workflows/ci.yml")) as {
    readonly jobs: Record<string, { readonly steps: readonly { readonly run?: string }[] }>;
  };
  const runs = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run?.trim()));
  for (const command of commands().values()) expect(runs).toContain(command);
});

/** What the README shows: the summary of a sample repository that moves, of one that asks, one that calls, one that stays. */
const shown = [
  "repositories/rule-card",
  "repositories/rule-card-without-stack",
  "calls/test-job-before-update",
  "refusals/policy-pack",
];

/** What the built command line prints. A fixture that has gone is an error, not an empty transcript. */
function printed(args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", env: { NO_COLOR: "1" } });
  expect(status, args.join(" ")).toBeOneOf([0, 11]);
  return stdout;
}

test("the beginning of a phase in the README is what the built command line prints", () => {
  const lines = 20;
  const args = ["packages/cli/dist/bin.js", "plan", "--phase", "switch", "fixtures/phases/switch/before"];
  const stdout = printed(args);
  const transcript = `$ node ${args.join(" ")} | head -${lines}\n${stdout.split("\n").slice(0, lines).join("\n")}\n`;
  const block = /(<!-- transcript of a phase -->\n```console\n)([\s\S]*?)(```\n)/;
  if (process.env["GOLDEN"] === "write")
    writeFileSync(
      join(root, "README.md"),
      read("README.md").replace(block, (_, head: string, _old, end: string) => `${head}${transcript}${end}`),
    );
  expect(block.exec(read("README.md"))?.[2]).toBe(transcript);
});

test("the transcript in the README is what the built command line prints", () => {
  const transcript = shown
    .map((name) => {
      const args = ["packages/cli/dist/bin.js", `fixtures/${name}/before`];
      return `$ node ${args.join(" ")}\n${printed(args)}`;
    })
    .join("\n");
  const block = /(<!-- transcript -->\n```console\n)([\s\S]*?)(```\n)/;
  const readme = read("README.md");
  if (process.env["GOLDEN"] === "write")
    writeFileSync(
      join(root, "README.md"),
      readme.replace(block, (_, head: string, _old, end: string) => `${head}${transcript}${end}`),
    );
  expect(block.exec(read("README.md"))?.[2]).toBe(transcript);
});
