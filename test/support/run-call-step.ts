import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { callFile, callScript } from "../../packages/migrate/src/call/call-script.ts";

/** The programs of GitHub's runners that a call step needs and this machine lacks. */
export function missingPrograms(): readonly string[] {
  return ["bash", "curl", "jq"].filter((name) => spawnSync(name, ["--version"]).status !== 0);
}

/** How a step ended, as the runner would see it. */
export interface StepRun {
  readonly exit: number;
  /** Everything that it printed, but for the commands that the runner keeps out of the log. */
  readonly log: string;
  readonly masks: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** A step that runs. */
export interface RunningStep {
  readonly ended: Promise<StepRun>;
  /** Resolves when the step has printed this, or has ended. */
  printed(text: string): Promise<void>;
  signal(name: "SIGINT" | "SIGTERM"): void;
}

/** The lines of call steps, parsed; the last one is the one that calls. */
export function stepsOf(lines: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  return parse(lines.join("\n")) as readonly Readonly<Record<string, unknown>>[];
}

/** Runs the calling step as the runner runs `run:` with `shell: bash`; its `env:` must be without expressions. */
export function startStep(lines: readonly string[], changed: Readonly<Record<string, string>>): RunningStep {
  const step = stepsOf(lines).at(-1);
  const folder = mkdtempSync(join(tmpdir(), "call-step-"));
  const script = join(folder, "script.sh");
  const output = join(folder, "output");
  mkdirSync(dirname(join(folder, callFile)), { recursive: true });
  writeFileSync(join(folder, callFile), callScript());
  writeFileSync(script, String(step?.["run"]));
  writeFileSync(output, "");
  const own = Object.entries(step?.["env"] as Readonly<Record<string, unknown>>).map(([name, value]) => [
    name,
    String(value),
  ]);
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      TMPDIR: folder,
      GITHUB_OUTPUT: output,
      GITHUB_WORKSPACE: folder,
      GITHUB_RUN_ID: "4242",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_JOB: "deploy",
      GITHUB_ACTION: "__run_2",
      ...(Object.fromEntries(own) as Readonly<Record<string, string>>),
      POLL_SECONDS: "0.005",
      ...changed,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: Buffer[] = [];
  const waiting: (() => void)[] = [];
  const hear = (part: Buffer): void => {
    printed.push(part);
    waiting.forEach((look) => look());
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<StepRun>((resolve) => {
    child.on("close", (exit) => {
      const lines = Buffer.concat(printed).toString().split("\n");
      const masks = lines.flatMap((line) => /^::add-mask::(.*)$/.exec(line)?.slice(1) ?? []).map(unescaped);
      const log = lines.filter((line) => !line.startsWith("::add-mask::")).join("\n");
      const outputs = outputsOf(readFileSync(output, "utf8"));
      rmSync(folder, { recursive: true, force: true });
      resolve({ exit: exit ?? -1, log, masks, outputs });
    });
  });
  const heard = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (Buffer.concat(printed).includes(text)) resolve();
      };
      waiting.push(look);
      look();
    });
  return {
    ended,
    printed: (text) => Promise.race([heard(text), ended.then(() => {})]),
    signal: (name) => void child.kill(name),
  };
}

/** https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts, `escapeData`, backwards. */
function unescaped(text: string): string {
  return text.replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%");
}

/** The file of `GITHUB_OUTPUT` as the runner reads it: here every value stands between two lines of a delimiter. */
function outputsOf(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const [head, name, delimiter] = /^([^<\n]+)<<([^\n]+)\n/.exec(rest) ?? [];
    if (head === undefined || name === undefined) throw new Error(`Not an output: ${rest}`);
    const body = rest.slice(head.length);
    const end = body.startsWith(`${delimiter}\n`) ? 0 : body.indexOf(`\n${delimiter}\n`) + 1;
    outputs[name] = body.slice(0, Math.max(0, end - 1));
    rest = body.slice(end + String(delimiter).length + 1);
  }
  return outputs;
}

/** What `pulumi` gets when a pre-run command runs in a shell as Pulumi Deployments runs it. */
export function argumentsOf(command: string, value: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "pre-run-"));
  writeFileSync(join(folder, "pulumi"), "#!/bin/sh\nprintf '%s\\0' \"$@\"\n", { mode: 0o755 });
  const names = { PULUMI_CI_ORGANIZATION: "acme", PULUMI_CI_PROJECT: "network", PULUMI_CI_STACK: "prod" };
  const env = { ...names, PATH: `${folder}:${process.env["PATH"]}`, RUN_CONFIG_1: value, RUN_CONFIG_2: value };
  const run = spawnSync("bash", ["-c", command], { env, encoding: "utf8" });
  rmSync(folder, { recursive: true, force: true });
  return run.stdout.split("\0").slice(0, -1);
}
