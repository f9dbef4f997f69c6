import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerProblem } from "@gha2pulumi/migrate";
import { examples } from "../packages/cli/src/examples.ts";
import { manualPage } from "../packages/cli/src/manual.ts";
import { program } from "../packages/cli/src/program.ts";
import { cli, folderOf, published, runBin, scratch } from "./support/command-line.ts";

const bin = join(scratch, "bin");
beforeAll(() => {
  mkdirSync(bin);
  symlinkSync(published, join(bin, "gha2pulumi"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const verbs = program.commands.map((command) => command.name());

describe("help", () => {
  test.each(verbs)("%s has examples, which are lines that it takes", (verb) => {
    const { code, out } = runBin(published, scratch, [verb, "--help"]);
    expect(code).toBe(0);
    const command = program.commands.find((one) => one.name() === verb);
    const known = [command, ...(command?.commands ?? [])].flatMap((one) => one?.options.map(({ long }) => long));
    for (const [line] of examples[verb] ?? []) {
      expect(out).toContain(`$ ${line}\n`);
      expect(/gha2pulumi(?: (?<said>\w+)|)/.exec(line)?.groups?.["said"] ?? "summary").toBe(verb);
      for (const [flag] of line.matchAll(/--[a-z-]+/g)) expect(known).toContain(flag);
    }
    expect(examples[verb]?.length).toBeGreaterThan(0);
  });

  test("the answers that examples give are ones the tool takes", () => {
    const lines = Object.values(examples).flatMap((all) => all.map(([line]) => line));
    const answers = lines.flatMap((line) => [...line.matchAll(/--answer '?([^=' ]+)=([^' ]+)/g)]);
    expect(answers.length).toBeGreaterThan(0);
    for (const [, key = "", value = ""] of answers) {
      const file = /^[\w-]+\/([^/]+)\//.exec(key)?.[1];
      const tree = new Map(file === undefined ? [] : [[`.github/workflows/${file}`, "on: push"]]);
      expect([key, answerProblem(key, value, tree)]).toEqual([key, undefined]);
    }
  });

  const folder = folderOf({ "plam/a.txt": "" });
  test.each([
    [["plann"], "there is no command plann, and no folder of this name", "did you mean plan?"],
    [["audti", "x"], "there is no command audti, and no folder of this name", "did you mean audit?"],
    [["plan", "--formt", "json"], "unknown option '--formt'", "Did you mean --format?"],
    [["plan", "--format", "jsn"], "Allowed choices are pretty, json, markdown, sarif, github", ""],
    [["explain", "GP20"], "there is no diagnostic GP20", "did you mean GP201?"],
    [["plan", "--answer", "default-brnch=main"], "there is no question", "did you mean `default-branch`?"],
    [["somewhere-else"], "there is no folder", "--help lists the commands"],
  ])("%j", (args, what, help) => {
    const { code, err } = runBin(published, folder, args);
    expect(code).toBe(2);
    expect(err).toContain(what);
    expect(err).toContain(help);
  });

  test("a folder that is named almost like a command is a folder", () => {
    expect(runBin(published, folder, ["plam"])).toMatchObject({ code: 3 });
  });
});

describe("the manual page", () => {
  const path = join(cli, "gha2pulumi.1");

  test("is what `pnpm golden` writes", () => {
    if (process.env["GOLDEN"] === "write") writeFileSync(path, manualPage(program));
    expect(readFileSync(path, "utf8")).toBe(manualPage(program));
  });

  test.skipIf(!has("groff"))("is set without a warning, every command and option in it", () => {
    const { stdout, stderr } = spawnSync("groff", ["-man", "-Tascii", "-ww", path], { encoding: "utf8" });
    expect(stderr).toBe("");
    // Bold is a letter, a step back, and the letter again.
    const page = stdout.replaceAll(/.\u0008/g, "");
    for (const command of program.commands) {
      expect(page).toContain(command.name());
      for (const { long } of command.options) expect(page).toContain(long);
    }
  });
});

describe("completion", () => {
  // The words of a line, the last one not finished, and what may stand there.
  const cases: readonly (readonly [line: string, has: readonly string[], hasNot: readonly string[]])[] = [
    ["gha2pulumi ", verbs, ["--format"]],
    ["gha2pulumi pl", ["plan"], ["migrate"]],
    ["gha2pulumi plan --f", ["--format"], ["--answer"]],
    ["gha2pulumi plan --format s", ["sarif"], ["csv"]],
    ["gha2pulumi audit --format c", ["csv"], ["sarif"]],
    ["gha2pulumi explain GP20", ["GP201", "GP204"], ["GP301"]],
    ["gha2pulumi completion ", ["bash", "zsh", "fish"], []],
  ];

  test.skipIf(!has("bash")).each(cases)("bash: %s", (line, wanted, unwanted) => {
    const words = line.split(" ").map((word) => `'${word}'`);
    const set = `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}`;
    offers(
      shell("bash", `source <(gha2pulumi completion bash); ${set}; _gha2pulumi; printf '%s\\n' "\${COMPREPLY[@]}"`),
      wanted,
      unwanted,
    );
  });

  test.skipIf(!has("fish")).each(cases)("fish: %s", (line, wanted, unwanted) => {
    const out = shell("fish", `gha2pulumi completion fish | source; complete -C '${line}'`);
    offers(out.replace(/\t.*$/gm, ""), wanted, unwanted);
  });

  // What zsh offers is only to be seen on a terminal; here its own functions only tell what they are asked.
  test.skipIf(!has("zsh")).each(cases)("zsh: %s", (line, wanted, unwanted) => {
    const words = line.split(" ").map((word) => `'${word}'`);
    const told = '_arguments() { print -l -- "$@" }; _describe() { print -l -- $verbs }; _files() { }; compdef() { }';
    const out = shell(
      "zsh",
      `${told}; source <(gha2pulumi completion zsh); words=(${words.join(" ")}); CURRENT=${words.length}; _gha2pulumi`,
    );
    const last = line.split(" ").at(-1) ?? "";
    const flag = line.split(" ").at(-2) ?? "";
    const spec = out.split("\n").find((one) => one.startsWith(`${flag}[`)) ?? "";
    const offered = flag.startsWith("--")
      ? inBrackets(spec)
      : `${out.replace(/\[[^\]]*\].*$/gm, "").replace(/:.*$/gm, "")} ${inBrackets(out)}`;
    offers(
      offered
        .split(/\s+/)
        .filter((word) => word.startsWith(last))
        .join(" "),
      wanted,
      unwanted,
    );
  });

  test("its scripts are whole for every command", () => {
    for (const name of ["bash", "zsh", "fish"]) {
      const { code, out } = runBin(published, scratch, ["completion", name]);
      expect(code).toBe(0);
      for (const command of program.commands)
        for (const { long = "" } of command.options)
          expect(out).toContain(name === "fish" ? `-l ${long.slice(2)}` : long);
    }
  });
});

function offers(out: string, wanted: readonly string[], unwanted: readonly string[]): void {
  const words = out.split(/\s+/);
  for (const word of wanted) expect(words).toContain(word);
  for (const word of unwanted) expect(words).not.toContain(word);
}

/** The words of `:value:(a b)`. */
function inBrackets(spec: string): string {
  return [...spec.matchAll(/:\(([^)]*)\)$/gm)].map(([, words]) => words ?? "").join(" ");
}

function shell(name: string, script: string): string {
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: scratch };
  return execFileSync(name, name === "bash" ? ["--norc", "-c", script] : ["-c", script], {
    env,
    cwd: scratch,
    encoding: "utf8",
  });
}

function has(name: string): boolean {
  return spawnSync("which", [name]).status === 0;
}
