import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { cli, folderOf, scratch } from "./support/command-line.ts";
import { fixture } from "./support/fixture.ts";
import { loopbackRegistry, packed } from "./support/loopback-registry.ts";

// The composite action, step by step as the runner does it, with the packed command line out of a registry.

const text = readFileSync(resolve(import.meta.dirname, "../action.yml"), "utf8");

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const action = parse(text) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};
const { steps } = action.runs;

describe("action.yml", () => {
  test("every action it uses is pinned to a commit, and says which version that is", () => {
    const uses = steps.flatMap((step) => step.uses ?? []);
    expect(uses.length).toBeGreaterThan(0);
    for (const one of uses) expect(text).toMatch(new RegExp(`${one}\\s+# v\\d+\\.\\d+\\.\\d+\n`));
    for (const one of uses) expect(one).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  test("no input stands in a script; each comes as a variable", () => {
    for (const { run = "", shell, uses } of steps) {
      expect(run).not.toContain("${{");
      expect(uses === undefined ? shell : "bash").toBe("bash");
    }
    const values = steps.flatMap(({ env = {} }) => Object.values(env)).filter((value) => value.includes("${{"));
    expect(values.sort()).toEqual(
      Object.keys(action.inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .sort(),
    );
  });

  test("it runs the version that it lies beside", () => {
    const { version } = JSON.parse(readFileSync(join(cli, "package.json"), "utf8")) as { readonly version: string };
    expect(steps.at(-1)?.env?.["GHA2PULUMI"]).toBe(`gha2pulumi@${version}`);
  });

  test("whatever it takes and gives is described", () => {
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)])
      expect(description.length).toBeGreaterThan(20);
  });
});

let registry: { readonly address: string; readonly server: Server };
let impostors: { readonly address: string; readonly server: Server };

beforeAll(async () => {
  registry = await loopbackRegistry([packed(cli, scratch)]);
  // A command line that only says what it was asked.
  const stub = folderOf({
    "package.json": JSON.stringify({ name: "gha2pulumi", version: "0.1.0", bin: "said.js" }),
    "said.js": '#!/usr/bin/env node\nconsole.log("said", JSON.stringify(process.argv.slice(2)));\n',
  });
  impostors = await loopbackRegistry([packed(stub, stub)]);
});
afterAll(() => {
  registry.server.close();
  impostors.server.close();
  rmSync(scratch, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the steps in a workspace with these inputs, the others as they are by default. */
async function ran(
  workspace: string,
  given: Readonly<Record<string, string>>,
  from = registry.address,
  cache = join(scratch, "npm"),
): Promise<Ran> {
  // Settings of the user: those of a project would go before them.
  const runner = folderOf({ "output.txt": "", "summary.md": "", ".npmrc": `registry=${from}\n` });
  const inputs = { ...Object.fromEntries(Object.entries(action.inputs).map(([k, v]) => [k, v.default])), ...given };
  const outputs = new Map<string, string>();
  let log = "";
  let code: number | null = 0;
  for (const [at, step] of steps.entries()) {
    if (step.run === undefined || code !== 0) continue;
    const script = join(runner, `step-${at}.sh`);
    writeFileSync(script, step.run);
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, key: string) => inputs[key] ?? ""),
    ]);
    const env = {
      PATH: process.env["PATH"],
      HOME: runner,
      RUNNER_TEMP: runner,
      GITHUB_ACTIONS: "true",
      CI: "true",
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: join(runner, "output.txt"),
      GITHUB_STEP_SUMMARY: join(runner, "summary.md"),
      npm_config_cache: cache,
      npm_config_update_notifier: "false",
      ...(Object.fromEntries(own) as Readonly<Record<string, string>>),
    };
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#exit-codes-and-error-action-preference
    const shell = spawn("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], { cwd: workspace, env });
    shell.stdout.on("data", (part: Buffer) => (log += part.toString()));
    shell.stderr.on("data", (part: Buffer) => (log += part.toString()));
    code = await new Promise((done) => shell.on("close", done));
    for (const line of readFileSync(join(runner, "output.txt"), "utf8").split("\n").filter(Boolean)) {
      const [name = "", ...value] = line.split("=");
      outputs.set(name, value.join("="));
    }
  }
  return {
    code,
    log,
    summary: readFileSync(join(runner, "summary.md"), "utf8"),
    outputs: Object.fromEntries(
      Object.entries(action.outputs).map(([name, { value }]) => [
        name,
        outputs.get(/^\$\{\{ steps\.run\.outputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? "") ?? "",
      ]),
    ),
  };
}

const annotations = (log: string): readonly string[] =>
  log.split("\n").filter((line) => /^::(error|warning|notice) /.test(line));

function workspaceOf(name: string, more: Readonly<Record<string, string>> = {}): string {
  return folderOf({ ...Object.fromEntries(fixture(name).before), ...more });
}

describe("mode plan", () => {
  test("a repository that moves: annotations in the log, the report in the summary, and the step succeeds", async () => {
    const workspace = workspaceOf("repositories/rule-card");
    const { code, log, summary, outputs } = await ran(workspace, {});
    expect(log).not.toContain("npm error");
    expect([code, outputs]).toEqual([0, { result: "changes", "exit-code": "10" }]);
    expect(annotations(log)).toHaveLength(1);
    expect(annotations(log)[0]).toMatch(
      /^::warning file=\.github\/workflows\/deploy\.yml,line=25,col=15,title=GP423::/,
    );
    expect(summary).toContain("my-org/my-project/prod");
    expect(readFileSync(join(workspace, ".github/workflows/deploy.yml"), "utf8")).toBe(
      fixture("repositories/rule-card").before.get(".github/workflows/deploy.yml"),
    );
  });

  test("twenty repositories in one: at most ten annotations, the others in the summary", async () => {
    const { before } = fixture("refusals/stack-from-variable");
    const workflow = before.get(".github/workflows/deploy.yml") ?? "";
    const files = Array.from({ length: 20 }, (_, at) => [`.github/workflows/deploy-${at}.yml`, workflow]);
    const workspace = folderOf(Object.fromEntries([...before, ...files]));
    const { log, summary, outputs } = await ran(workspace, {});
    expect(outputs["result"]).toBe("open");
    expect(annotations(log)).toHaveLength(10);
    for (const [path = ""] of files) expect(summary).toContain(path.slice(".github/workflows/".length));
  });

  test.each([
    ["repositories/nothing-to-do", {}, 0, "nothing-found"],
    ["refusals/stack-from-variable", { "fail-on": "open" }, 11, "open"],
    ["repositories/rule-card", { "fail-on": "changes" }, 10, "changes"],
    [
      "refusals/stack-from-variable",
      { answers: "environments.protected=none\r\n\n  \nstack/deploy.yml/deploy=acme/network/prod" },
      0,
      "changes",
    ],
    ["repositories/rule-card", { answers: "no-such-key=x" }, 2, "failed"],
  ])("%s with %j", async (name, inputs, exit, result) => {
    const { code, outputs } = await ran(workspaceOf(name), inputs as Readonly<Record<string, string>>);
    expect([outputs["result"], code]).toEqual([result, exit]);
  });

  test.each([
    { mode: "apply" },
    { mode: "$(touch ran)" },
    { "fail-on": "never" },
    { folder: "no-such-folder" },
    { folder: "$(touch ran)" },
    { folder: "-P" },
    { answers: "--format\n$(touch ran)=`touch ran`" },
  ])("what an input says is never run, nor an option: %j", async (inputs) => {
    const workspace = workspaceOf("repositories/rule-card");
    const { code, log } = await ran(workspace, inputs);
    expect(code).toBe(2);
    expect(log).toMatch(/::error title=gha2pulumi::|error: /);
    expect(existsSync(join(workspace, "ran"))).toBe(false);
  });

  test("a program of this name that the repository brings is not run, and its npm settings are not read", async () => {
    const bad = '#!/usr/bin/env node\nrequire("fs").writeFileSync(__dirname + "/ran", "");\n';
    const workspace = workspaceOf("repositories/rule-card", {
      ".npmrc": `registry=${impostors.address}\n`,
      "node_modules/gha2pulumi/package.json": '{"name":"gha2pulumi","version":"0.1.0","bin":"bin.js"}',
      "node_modules/gha2pulumi/bin.js": bad,
      "node_modules/.bin/gha2pulumi": bad,
    });
    const { outputs, log } = await ran(workspace, {}, registry.address, folderOf({}));
    expect(log).not.toContain("said");
    expect(outputs["result"]).toBe("changes");
    for (const folder of ["node_modules/gha2pulumi", "node_modules/.bin"])
      expect(existsSync(join(workspace, folder, "ran"))).toBe(false);
  });
});

describe("mode check", () => {
  test("asks the command line to check the folder, and nothing else", async () => {
    const workspace = workspaceOf("repositories/rule-card");
    mkdirSync(join(workspace, "below"));
    const inputs = { mode: "check", folder: "below" };
    const { code, log, outputs } = await ran(workspace, inputs, impostors.address, folderOf({}));
    expect(log).toContain(`said ${JSON.stringify(["check", join(workspace, "below")])}`);
    expect([code, outputs]).toEqual([0, { result: "ok", "exit-code": "0" }]);
  });
});
