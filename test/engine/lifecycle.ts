import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { expectedSettings, schedulesOf, stackName, stacksOf, triggersOf, type Program } from "./programs.ts";
import { openSession, type Ended, type Session } from "./session.ts";
import { remediates } from "./resources.ts";
import { isFields, textOf, type Fields } from "./settings-shape.ts";
import type { Tools } from "./tools.ts";

const SETTINGS = "pulumiservice:index:DeploymentSettings";

/** Opens a session, uses it, and looks at what passed between the provider and the service, and at what is left. */
export async function inSession(
  tools: Tools,
  program: Program,
  use: (session: Session, program: Program) => Promise<void>,
): Promise<void> {
  if (tools.kind === "absent") return;
  const session = await openSession(tools, program.files, stacksOf(program));
  try {
    await use(session, program);
    expect(session.cloud.faults).toEqual([]);
    expect(filesWithSecrets(session, program)).toEqual([]);
  } finally {
    await session.close();
  }
}

/** As the program's README says: a stack, its answers, then `up`, which previews first. */
export async function start(session: Session, program: Program): Promise<void> {
  await initialise(session, program, "settings", false);
  succeeded(await session.pulumi("up", "--yes"));
  expectStored(session, program, false);
}

/** Everything an owner does with a program, one after the other. */
export async function lifecycle(session: Session, program: Program): Promise<void> {
  await start(session, program);
  await expectUnchanged(session);
  await goLive(session, program);
  await adopt(session, program);
  succeeded(await session.pulumi("stack", "select", "organization/settings"));
  succeeded(await session.pulumi("destroy", "--yes", "--skip-preview"));
  for (const planned of program.planned) {
    const stack = session.cloud.stacks.get(stackName(program, planned));
    expect(stack).toEqual({ settings: expectedSettings(program, planned, true), schedules: [] });
  }
}

/** The switch stands in the project's file alone: nothing is set for the stack, and the files of the next phase turn it. */
export async function inPhases(session: Session, program: Program, next: Program["files"]): Promise<void> {
  await initialise(session, program, "settings", undefined);
  succeeded(await session.pulumi("up", "--yes"));
  expectStored(session, program, false);
  for (const [path, text] of next) writeFileSync(join(session.folder, path), text);
  succeeded(await session.pulumi("up", "--yes"));
  expectStored(session, program, true);
}

/** Neither the program nor the service says anything else than the state. */
export async function expectUnchanged(session: Session): Promise<void> {
  succeeded(await session.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes"));
  succeeded(await session.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes"));
}

/** The switch turns on the triggers and schedules of the plan, and changes nothing else. */
async function goLive(session: Session, program: Program): Promise<void> {
  succeeded(await session.pulumi("config", "set", "live", "true"));
  const steps = await preview(session);
  const updates = steps.filter(({ op }) => op === "update").map(({ diff }) => diff.join(" "));
  const triggers = program.planned.map((planned) => [...triggersOf(program, planned)].sort().join(" "));
  expect(updates.sort()).toEqual(triggers.filter((one) => one !== "").sort());
  const others = steps.filter(({ op }) => op !== "update").map(({ op }) => op);
  expect(others).toEqual(program.planned.flatMap(schedulesOf).map(() => "create"));
  succeeded(await session.pulumi("up", "--yes", "--skip-preview"));
  expectStored(session, program, true);
}

/** A new stack of the program imports what the service holds: only secrets, which it does not give back, differ. */
async function adopt(session: Session, program: Program): Promise<void> {
  await initialise(session, program, "adopting", true);
  const resources = (await preview(session)).filter(({ type }) => type === SETTINGS);
  const imports = resources.map(({ name, stack }) => ({ type: SETTINGS, name, id: stack }));
  expect(imports.map(({ id }) => id).sort()).toEqual([...stacksOf(program)].sort());
  const [first, ...others] = imports;
  if (first) succeeded(await session.pulumi(...importCommand(program, first), "--yes", "--skip-preview"));
  if (others.length > 0) {
    const file = join(session.folder, "import.json");
    writeFileSync(file, JSON.stringify({ resources: others }));
    succeeded(await session.pulumi("import", "--file", file, "--yes", "--skip-preview", ...importOptions));
  }
  const after = await preview(session);
  for (const { name, stack } of resources) {
    const stored = session.cloud.stacks.get(stack)?.settings ?? {};
    expect(after.find((step) => step.name === name)?.diff ?? []).toEqual(secretPaths(stored));
  }
}

const importOptions = ["--generate-code=false", "--protect=false"];

/** The command of the program's README that imports a resource; a README of a person's own has none. */
function importCommand(program: Program, { name, id }: { readonly name: string; readonly id: string }): string[] {
  const readme = program.files.get("README.md") ?? "";
  const lines = [...readme.matchAll(/^pulumi (import .*)$/gm)].map(([, line = ""]) => line.split(" "));
  if (lines.length === 0) return ["import", ...importOptions, SETTINGS, name, id];
  const [found] = lines.filter((words) => words.at(-2) === name);
  // The organisation that the README leaves open is that of the state, `organization`.
  const owned = found?.map((word) =>
    word.replace(/^'<[^<>]*>(.*)'$/, (_, rest: string) => `${id.split("/")[0]}${rest}`),
  );
  expect(owned?.at(-1)).toBe(id);
  return owned ?? [];
}

async function initialise(session: Session, program: Program, stack: string, live: boolean | undefined): Promise<void> {
  succeeded(await session.pulumi("stack", "init", `organization/${stack}`));
  const answers = [...program.config].flatMap(([key, { value, secret }]) => [
    secret ? "--secret" : "--plaintext",
    `${key}=${value}`,
  ]);
  const own = [
    ...(live === undefined ? [] : ["--plaintext", `live=${live}`]),
    "--plaintext",
    `pulumiservice:apiUrl=${session.cloud.url}`,
  ];
  succeeded(await session.pulumi("config", "set-all", ...own, ...answers));
}

function succeeded(ended: Ended): Ended {
  if (ended.code !== 0) throw new Error(`pulumi ended with exit code ${ended.code}: ${ended.stdout}${ended.stderr}`);
  return ended;
}

interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** The full name of the stack that the resource is about. */
  readonly stack: string;
  /** The properties that change. */
  readonly diff: readonly string[];
}

/** The steps of a preview that do something to a resource of the provider. */
async function preview(session: Session): Promise<readonly Step[]> {
  const { stdout } = succeeded(await session.pulumi("preview", "--json"));
  const { steps } = JSON.parse(stdout) as {
    readonly steps: readonly {
      readonly op: string;
      readonly urn: string;
      readonly newState: { readonly type: string; readonly inputs?: Fields };
      readonly detailedDiff?: Fields | null;
    }[];
  };
  return steps
    .filter(({ op, newState }) => op !== "same" && newState.type.startsWith("pulumiservice:"))
    .map(({ op, urn, newState: { type, inputs = {} }, detailedDiff }) => ({
      op,
      type,
      name: urn.split("::").at(-1) ?? "",
      stack: ["organization", "project", "stack"].map((key) => textOf(inputs[key])).join("/"),
      diff: Object.keys(detailedDiff ?? {}).sort(),
    }));
}

/** Every stack holds what the plan says and nothing else; a person's own settings are not in the plan. */
function expectStored(session: Session, program: Program, live: boolean): void {
  for (const planned of program.planned) {
    const stack = session.cloud.stacks.get(stackName(program, planned));
    expect(stack?.settings).toEqual(expectedSettings(program, planned, live));
    const schedules = stack?.schedules.map(({ cron, request }) => `${operationOf(request)} at ${cron}`);
    // The engine makes them at the same time, in any order.
    expect(schedules?.sort()).toEqual(live ? [...schedulesOf(planned)].sort() : []);
  }
}

function operationOf(request: Fields): string {
  const name = textOf(request["operation"]);
  return name === "detect-drift" && remediates(request) ? "remediate-drift" : name;
}

function secretPaths(stored: Fields): readonly string[] {
  const context = stored["operationContext"];
  const variables = isFields(context) ? context["environmentVariables"] : undefined;
  return Object.entries(isFields(variables) ? variables : {})
    .filter(([, value]) => isFields(value))
    .map(([name]) => `operationContext.environmentVariables.${name}`)
    .sort();
}

/** Files of the program and of its state in which a secret stands in plain text. */
function filesWithSecrets(session: Session, program: Program): readonly string[] {
  const secrets = [...program.config.values()].filter(({ secret }) => secret).map(({ value }) => value);
  return readdirSync(session.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => secrets.some((value) => readFileSync(path, "utf8").includes(value)));
}
