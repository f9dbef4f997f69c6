import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { grouped } from "@gha2pulumi/repo";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** A resource as the program registered it. Secrets are unwrapped; `secret` says whether there were any. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secret: boolean;
}

/** A new folder inside the workspace, where the packages of a settings program resolve. */
export function programFolder(): string {
  const cache = join(root, "node_modules/.cache/settings-programs");
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, "program-"));
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Iterable<readonly [string, string]>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * The compiler's complaints about settings programs, by their own `tsconfig.json`; empty when all are right. Programs
 * with the same one are compiled by one process: the declarations of the provider take it seconds, a program nothing.
 */
export async function typeCheck(folders: readonly string[]): Promise<readonly string[]> {
  const alike = grouped(folders, (folder) => readFileSync(join(folder, "tsconfig.json"), "utf8"));
  const complaints: string[] = [];
  for (const [first = "", ...others] of alike.values()) {
    const together = programFolder();
    const files = [first, ...others].map((folder) => join(folder, "index.ts"));
    const project = { extends: join(first, "tsconfig.json"), files, include: [] };
    writeFiles(together, [["tsconfig.json", JSON.stringify(project)]]);
    try {
      await run(join(root, "node_modules/.bin/tsc"), ["-p", together, "--noEmit", "--pretty", "false"]);
    } catch (error) {
      complaints.push((error as { stdout?: string }).stdout ?? String(error));
    }
    removeFolder(together);
  }
  return complaints;
}

/** Marks a secret where inputs are recorded (Pulumi's own signature). One nested secret wraps the whole input. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const PROJECT = "deployment-settings";

/** A settings program, the values of its configuration and the organization it is run for. */
export interface MockedProgram {
  readonly indexTs: string;
  readonly config: Readonly<Record<string, string>>;
  readonly organization?: string;
}

/**
 * Runs settings programs with nothing behind them, and returns what each registers. One process runs them in their
 * order, each when nothing of the one before is pending: loading the provider takes seconds, a program nothing.
 */
export async function runUnderMocks(programs: readonly MockedProgram[]): Promise<readonly RecordedResource[][]> {
  const folder = programFolder();
  try {
    const runs = programs.map(async ({ indexTs, config, organization = "acme" }, at) => {
      const { code } = await transform(indexTs, { loader: "ts", format: "cjs", platform: "node" });
      writeFiles(folder, [[`program-${at}.cjs`, code]]);
      const values = Object.entries(config).map(([key, value]) => [`${PROJECT}:${key}`, value]);
      return { program: `./program-${at}.cjs`, organization, config: Object.fromEntries(values) as object };
    });
    writeFiles(folder, [
      ["runs.json", JSON.stringify(await Promise.all(runs))],
      ["run.cjs", RUNNER],
    ]);
    const { stdout } = await run(process.execPath, [join(folder, "run.cjs")], { maxBuffer: 1 << 28 });
    return (JSON.parse(stdout) as Registered[][]).map((all) => all.map(recorded));
  } finally {
    removeFolder(folder);
  }
}

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: unknown;
}

function recorded(resource: Registered): RecordedResource {
  return {
    type: resource.type,
    name: resource.name,
    inputs: unwrapped(resource.inputs) as Record<string, unknown>,
    secret: JSON.stringify(resource.inputs).includes(SIGNATURE),
  };
}

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value && "value" in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

/**
 * Node says `beforeExit` each time nothing is pending any more: the program has then registered all it will. Promises
 * alone do not count as pending, so each program begins in a turn of its own.
 */
const RUNNER = `
const pulumi = require("@pulumi/pulumi");
const runs = require("./runs.json");
const all = [];
process.on("beforeExit", () => {
  if (all.length < runs.length) setImmediate(() => start(runs[all.length]));
  else process.stdout.write(JSON.stringify(all), () => process.exit());
});
async function start({ program, config, organization }) {
  const resources = [];
  all.push(resources);
  const mocks = {
    call: () => ({}),
    newResource: ({ type, name, inputs }) => {
      resources.push({ type, name, inputs });
      return { id: name, state: inputs };
    },
  };
  await pulumi.runtime.setMocks(mocks, ${JSON.stringify(PROJECT)}, "test", false, organization);
  pulumi.runtime.setAllConfig(config);
  require(program);
}
`;
