import { literal, namesIn, type Text, type Tree } from "@gha2pulumi/repo";
import type { Command, JobPlay, StepPlay } from "@gha2pulumi/workflow";
import { clouds } from "./clouds/index.ts";
import { judge } from "./duties.ts";
import type { Duty, Operates, Reason } from "./intent.ts";
import { recognisers } from "./recognisers/index.ts";
import { emptyScope, type Recognised, type Scope } from "./scope.ts";
import { unwrapAll } from "./unwrapper.ts";
import { unwrappers } from "./unwrap/index.ts";

/** One command of a job, with what it is to the operations around it. */
export interface Entry {
  readonly step: StepPlay;
  readonly command: Command;
  readonly duty: Duty;
  readonly installs: boolean;
  readonly operates: readonly Operates[];
  readonly reasons: readonly Reason[];
  /** What the job has established before this command, and after it. */
  readonly before: Scope;
  readonly after: Scope;
}

/** Walks a job's commands in order, each one seeing what those before it have established. */
export function jobEntries(job: JobPlay, tree: Tree): readonly Entry[] {
  const entries: Entry[] = [];
  let scope = emptyScope(tree);
  let previous: Command | undefined;
  for (const step of job.steps) {
    if (step.runs.value === false) continue;
    for (const command of step.commands) {
      for (const entry of entriesOf(command, step, scope, previous)) {
        entries.push(entry);
        scope = entry.after;
      }
      previous = command;
    }
  }
  return entries;
}

/** A wrapped command is looked into only where it leads to Pulumi; otherwise the wrapper is the command. */
function entriesOf(command: Command, step: StepPlay, scope: Scope, previous: Command | undefined): readonly Entry[] {
  const inner = unwrapAll(command, scope.tree, unwrappers);
  const entries: Entry[] = [];
  let current = scope;
  let found = false;
  let before = previous;
  for (const one of inner) {
    const recognised = recogniseOne(one, current);
    found ||= recognised !== undefined;
    const entry = recognised ? entryOf(one, step, current, recognised) : judgedEntry(one, step, current, before);
    entries.push(entry);
    current = entry.after;
    before = one;
  }
  return found || inner.length === 0 ? entries : [judgedEntry(command, step, scope, previous)];
}

function recogniseOne(command: Command, scope: Scope): Recognised | undefined {
  for (const { recognise } of [...recognisers, ...clouds]) {
    const recognised = recognise(command, scope);
    if (recognised) return recognised;
  }
  return undefined;
}

function entryOf(command: Command, step: StepPlay, before: Scope, recognised: Recognised): Entry {
  return {
    step,
    command,
    duty: recognised.duty,
    installs: false,
    operates: recognised.operates,
    reasons: recognised.reasons,
    before,
    after: recognised.scope,
  };
}

function judgedEntry(command: Command, step: StepPlay, scope: Scope, previous: Command | undefined): Entry {
  const { duty, installs, note } = judge(command, previous);
  const reasons: readonly Reason[] = duty === "gates" ? [{ code: "GP221", message: note, from: command.from }] : [];
  const token = scope.token || hasToken(command);
  return {
    step,
    command,
    duty,
    installs,
    operates: [],
    reasons,
    before: scope,
    after: token ? { ...scope, token } : scope,
  };
}

function hasToken(command: Command): boolean {
  const token = command.environment.get("PULUMI_ACCESS_TOKEN");
  return token !== undefined && literal(token.text) !== "";
}

/** Every text a command is given: its words or inputs, and its environment. */
export function textsOf(command: Command): readonly Text[] {
  const environment = [...command.environment.values()].map((bound) => bound.text);
  if (command.kind === "uses") return [...environment, ...[...command.inputs.values()].map((bound) => bound.text)];
  return command.kind === "run" ? [...environment, ...command.words] : environment;
}

/** Names a command reads from `secrets` or `vars`, in the order they stand. */
export function namesRead(command: Command, context: "secrets" | "vars"): readonly string[] {
  return [...new Set(textsOf(command).flatMap((text) => namesIn(text, context)))];
}
