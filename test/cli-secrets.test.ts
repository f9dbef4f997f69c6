import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { relayMark } from "../packages/migrate/src/secrets/secret-uses.ts";
import { fixture } from "./support/fixture.ts";
import { folderOf, published, runBin, scratch, type Ended } from "./support/command-line.ts";
import { withoutTimes } from "./support/without-times.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const workflow = ".github/workflows/deploy.yml";
const repository = {
  "Pulumi.yaml": "name: network\nruntime: nodejs\n",
  "package.json": "{}\n",
  "package-lock.json": "{}\n",
  [workflow]: `on: { push: { branches: [main] } }
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: acme/network/prod }
        env:
          DATABASE_PASSWORD: \${{ secrets.DATABASE_PASSWORD }}
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
`,
};

const run = (folder: string, ...args: readonly string[]): Ended => runBin(published, folder, args);

test("secrets tells where each goes, and what to do in GitHub and in Pulumi", () => {
  const { code, out } = run(folderOf(repository), "secrets");
  expect(code).toBe(0);
  expect(out).toMatch(/DATABASE_PASSWORD +into the settings/);
  expect(out).toContain(`${workflow}:11:30`);
  expect(out).toContain("pulumi config env add deployment-settings/github-secrets");
  expect(out).toContain("[ ] PULUMI_ACCESS_TOKEN");
});

test("secrets --out writes the relay, which is no reader of the secrets it carries", () => {
  const folder = folderOf(repository);
  const out = ".github/workflows/relay.yml";
  expect(run(folder, "secrets", "--out", out)).toMatchObject({ code: 0, err: expect.stringContaining(`wrote ${out}`) });
  const text = readFileSync(join(folder, out), "utf8");
  expect(text.startsWith(relayMark)).toBe(true);
  expect(text).toContain("VALUE_1: ${{ secrets.DATABASE_PASSWORD }}");
  const again = run(folder, "secrets", "--format", "json", "--out", out);
  expect(again.code).toBe(0);
  const { secrets, relay } = JSON.parse(again.out) as {
    secrets: { name: string; goes: string; usedBy: string[] }[];
    relay: { target: string }[];
  };
  expect(secrets.map(({ name, goes, usedBy }) => [name, goes, usedBy])).toEqual([
    ["DATABASE_PASSWORD", "config", [workflow]],
    ["PULUMI_ACCESS_TOKEN", "retire", [workflow]],
  ]);
  expect(relay).toMatchObject([{ target: "deployment-settings/github-secrets" }]);
});

test("values become configuration of the program that is continued, under the name of its project", () => {
  const files = Object.fromEntries(fixture("repositories/settings-program-of-ones-own").before);
  const cache = ".github/workflows/cache.yml";
  const { out } = run(
    folderOf({ ...files, [cache]: `${files[cache]}          API_KEY: \${{ secrets.API_KEY }}\n` }),
    "secrets",
    "--format",
    "json",
  );
  const { secrets, relay } = JSON.parse(out) as { secrets: { config: unknown }[]; relay: { target: string }[] };
  expect(secrets[0]?.config).toEqual([{ key: "ops:API_KEY", environment: null }]);
  expect(relay[0]?.target).toBe("ops/github-secrets");
});

test("secrets --out leaves a file that is no relay alone", () => {
  const folder = folderOf(repository);
  const { code, err } = run(folder, "secrets", "--out", workflow);
  expect(code).toBe(2);
  expect(err).toContain("is not a relay");
  expect(readFileSync(join(folder, workflow), "utf8")).toBe(repository[workflow]);
});

test("secrets --check compares fingerprints with what an environment holds, and shows no value", () => {
  const folder = folderOf({});
  const key = "00112233";
  const fingerprint = (value: string): string =>
    createHash("sha256").update(`${key}${value}\n`).digest("hex").slice(0, 16);
  // The log as GitHub gives it, with a time in front of each line.
  const log = ["A", "B"].map(
    (name) => `2026-11-29T12:00:00Z ${name} deployment-settings:${name} ${fingerprint(`canary ${name}`)}`,
  );
  writeFileSync(join(folder, "relay.log"), `${log.join("\n")}\n`);
  const compare = (opened: unknown): Ended => {
    const input = typeof opened === "string" ? opened : JSON.stringify(opened);
    const ended = spawnSync(process.execPath, [published, "secrets", "--check", "relay.log"], {
      cwd: folder,
      input,
      encoding: "utf8",
    });
    expect(ended.stdout + ended.stderr).not.toContain("canary");
    return { code: ended.status, out: ended.stdout, err: withoutTimes(ended.stderr) };
  };
  const of = (a: string, b: string | undefined): unknown => ({
    relay: { key, ticket: "1" },
    pulumiConfig: { "deployment-settings:A": a, ...(b === undefined ? {} : { "deployment-settings:B": b }) },
  });
  expect(compare(of("canary A", "canary B"))).toMatchObject({ code: 0 });
  expect(compare(of("canary A", "canary X"))).toMatchObject({
    code: 12,
    out: "deployment-settings:B holds another value\n",
  });
  expect(compare(of("canary A", undefined))).toMatchObject({ code: 12, out: "deployment-settings:B is not there\n" });
  expect(compare("canary, no JSON")).toMatchObject({ code: 2 });
  expect(compare({ pulumiConfig: {} })).toMatchObject({ code: 2 });
});
