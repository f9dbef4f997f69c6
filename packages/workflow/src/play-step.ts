import { further, holes, type Bound, type PossibleItem, type Text, type Trail } from "@gha2pulumi/repo";
import { outputOf, unsure } from "./unsure.ts";
import { toText, toValue } from "./text-value.ts";
import { fileOutputs, looksAtFiles, missingFact, type FileOutputs, type Looked } from "./changed-files.ts";
import type { Contexts } from "./expression/evaluate.ts";
import { envContext, exportedBehind, type Exported } from "./env-context.ts";
import { evaluateCondition, expressionsIn } from "./expression/template.ts";
import { runsInTrouble, shownAnyway } from "./play-condition.ts";
import {
  closedObject,
  isObject,
  lazyObject,
  openObject,
  unknownList,
  withEntry,
  type Value,
} from "./expression/value.ts";
import type { CompositeAction, Defaults, Entries, Step, Written } from "./model.ts";
import type { Command, Condition, StepPlay } from "./play-model.ts";
import { isExcused, leavesAll, outcomeOf, stepContext } from "./step-outcome.ts";
import { findAction, localPath, type Repository } from "./repository.ts";
import { isShell, shellEnvironment } from "./shell-environment.ts";
import { ownChoices } from "./shell/frame.ts";
import { playScript } from "./shell/play-script.ts";
import { variablesIn } from "./shell/variables-in.ts";
import { files, joinPath } from "./shell/state.ts";

/** What a step finds when it begins. `environment` grows as steps write to `$GITHUB_ENV`. */
export interface StepScope {
  readonly repository: Repository;
  /** `github`, `inputs`, `secrets`, `vars`, `matrix`, `needs`: what stays the same for all steps of a job. */
  readonly contexts: Contexts;
  readonly defaults: readonly Defaults[];
  readonly trail: Trail | undefined;
  readonly depth: number;
  readonly withUnreached: boolean;
  readonly looked: () => Looked;
  readonly told: ReadonlySet<string>;
}

/** What the steps of a job have left behind so far. Owned and changed by one play of one job. */
export interface StepMemory {
  environment: ReadonlyMap<string, Bound>;
  exported: Exported;
  readonly outputs: Map<string, Value>;
  /** A step has surely failed: what follows runs only with `always()` or `failure()`. */
  failed: boolean;
}

/** Composite actions may nest ten deep on GitHub. */
const deepest = 10;

export function playSteps(steps: readonly Step[], scope: StepScope, memory: StepMemory): readonly StepPlay[] {
  return steps.flatMap((step) => {
    const plays = playStep(step, scope, memory);
    memory.exported = exportedBehind(memory.exported, plays);
    return plays;
  });
}

function playStep(step: Step, scope: StepScope, memory: StepMemory): readonly StepPlay[] {
  const trail: Trail = scope.trail ? further(scope.trail, step.span) : [step.span];
  const base = contextsFor(scope, memory, memory.environment);
  const environment = withAll(
    memory.environment,
    [...step.env].map(([name, value]) => [name, bind(value, base, trail)] as const),
  );
  const contexts = environment === memory.environment ? base : contextsFor(scope, memory, environment);
  const { failed: hasFailed } = memory;
  const status = { success: !hasFailed, failure: hasFailed, cancelled: false };
  const decided = evaluateCondition(step.if?.text, contexts, status);
  const runs: Condition = scope.withUnreached ? shownAnyway(decided, step.if?.text, contexts) : decided;
  const play: StepPlay = {
    step,
    trail,
    runs,
    afterFailure: step.if !== undefined && runsInTrouble(step.if.text, { ...contexts, steps: openSteps }),
    reads: [],
    commands: [],
  };
  if (runs.value === false) {
    if (step.id !== undefined) memory.outputs.set(step.id, stepContext(step.id, {}, "skipped", false));
    return [play];
  }
  const certainty = runs.value === true ? true : undefined;
  const inner = { ...scope, contexts };
  if (step.run) {
    const text = toText(step.run.text, contexts);
    const reads = [...new Set(holes(text).flatMap((hole) => hole.names))];
    return [{ ...play, reads, commands: playRun(step, step.run, inner, memory, environment, play, certainty) }];
  }
  if (step.uses) return playUses(step, step.uses, play, inner, memory, environment, certainty);
  return [play];
}

const openSteps = openObject("steps", {}, "whether the step succeeds");

/** The folder of an action that stands in the checkout; one of another repository is kept elsewhere. */
function withActionPath(contexts: Contexts, path: string): Contexts {
  const github = contexts["github"];
  if (github === undefined || !isObject(github) || path.startsWith("@")) return contexts;
  const folder = [files.workspace, ...path.split("/").slice(0, -1)].join("/");
  return { ...contexts, github: withEntry(github, "action_path", folder) };
}

/** Most steps look at neither, so both are put together when one does; until its end a step changes none of them. */
function contextsFor(scope: StepScope, memory: StepMemory, environment: ReadonlyMap<string, Bound>): Contexts {
  return {
    ...scope.contexts,
    env: envContext(environment, memory.exported),
    steps: lazyObject(undefined, () => Object.fromEntries(memory.outputs)),
  };
}

export function bind(value: Written, contexts: Contexts, trail: Trail | undefined): Bound {
  return { text: toText(value.text, contexts), from: trail ? further(trail, value.span) : [value.span] };
}

export function bindAll(entries: Entries, contexts: Contexts, trail: Trail | undefined): ReadonlyMap<string, Bound> {
  return new Map([...entries].map(([name, value]) => [name, bind(value, contexts, trail)]));
}

function playRun(
  step: Step,
  run: Written,
  scope: StepScope,
  memory: StepMemory,
  environment: ReadonlyMap<string, Bound>,
  { trail, afterFailure }: StepPlay,
  certainty: true | undefined,
): readonly Command[] {
  const setting = (pick: (defaults: Defaults) => Written | undefined): Written | undefined =>
    scope.defaults.map(pick).find((value) => value !== undefined);
  const folder = step.workingDirectory ?? setting((defaults) => defaults.workingDirectory);
  const directory = joinPath(["."], folder ? toText(folder.text, scope.contexts) : ["."]);
  const shell = (step.shell ?? setting((defaults) => defaults.shell))?.text ?? "bash";
  const place = (start: number, end: number): Trail => {
    const [from, to] = [run.offsets.at(start), run.offsets.at(end - 1)];
    const exact = from !== undefined && to !== undefined;
    return further(trail, exact ? { path: run.span.path, start: from, end: to + 1 } : run.span);
  };
  if (!isShell(shell)) {
    if (step.id !== undefined) memory.outputs.set(step.id, stepContext(step.id, {}, outcomeOf(step), true));
    return [
      {
        kind: "script",
        shell,
        text: run.text,
        filled: toText(run.text, scope.contexts),
        environment,
        directory,
        certainty,
        excused: isExcused(step),
        from: place(0, Math.max(1, run.text.length)),
      },
    ];
  }
  const expressions = expressionsIn(run.text).map(({ start, end }) => {
    const [open, close] = delimiters(run.text, start, end);
    return { start: open, end: close, value: toText(run.text.slice(open, close), scope.contexts) };
  });
  const play = playScript(run.text, {
    directory,
    environment: shellEnvironment(variablesIn(run.text), environment, scope.contexts),
    expressions,
    told: scope.told,
  });
  if (play.fails && certainty && !isExcused(step)) memory.failed = true;
  const isWhole = leavesAll(step, certainty, play.calls.length > 0);
  memory.environment = withAll(
    memory.environment,
    [...play.environment].map(
      ([name, text]) => [name, { text: isWhole ? text : unsure(`env.${name}`, text), from: trail }] as const,
    ),
  );
  if (step.id !== undefined) {
    const outputs = Object.fromEntries(
      [...play.outputs].map(([name, text]) => [name, outputOf(text, `steps.${step.id}.outputs.${name}`, isWhole)]),
    );
    // A program may write to the command file by itself, so only a script that calls none has no other outputs.
    memory.outputs.set(step.id, stepContext(step.id, outputs, outcomeOf(step), play.opaque || play.calls.length > 0));
  }
  // Where the run decides about the step, it decides whether the job goes on.
  const mayFail = play.fails && !certainty && !afterFailure && !isExcused(step);
  const ends = mayFail ? [ending(environment, directory, place(0, Math.max(1, run.text.length)))] : [];
  const own = ownChoices();
  const calls = play.calls.map((call): Command => {
    const from = place(call.start, call.end);
    const given = [...call.environment].map(([name, text]) => [name, { text, from }] as const);
    const bound = without(withAll(environment, given), call.unset);
    const sure = certainty && call.certainty;
    return {
      kind: "run",
      words: call.words,
      environment: bound,
      directory: call.directory,
      certainty: sure,
      fallback: call.fallback,
      unconditional: call.certainty === true,
      steered: call.loop ? [{ kind: "again", from: place(call.loop.start, call.loop.end) }] : [],
      piped: call.piped,
      excused: call.excused || isExcused(step),
      writes: call.writes,
      line: shell.startsWith("bash") ? call.line : undefined,
      arms: own(call.arms),
      from,
    };
  });
  pass(calls, [...play.environment.keys()], scope, memory);
  return [...calls, ...ends];
}

/** What the scripts that commands run write for later steps; of a name that their step writes too the order is not known. */
function pass(
  commands: readonly Command[],
  own: readonly string[],
  { repository }: StepScope,
  memory: StepMemory,
): void {
  const found = commands.flatMap((command) =>
    repository
      .written(command)
      .map(
        ([name, bound]) =>
          [name, own.includes(name) ? { ...bound, text: unsure(`env.${name}`, bound.text) } : bound] as const,
      ),
  );
  memory.environment = withAll(memory.environment, found);
}

/** A place where a job may end, as `exit 1`. */
function ending(environment: ReadonlyMap<string, Bound>, directory: Text, from: Trail): Command {
  return {
    kind: "run",
    words: [["exit"], ["1"]],
    environment,
    directory,
    certainty: undefined,
    fallback: false,
    unconditional: false,
    steered: [],
    piped: false,
    excused: false,
    writes: undefined,
    line: undefined,
    arms: [],
    from,
  };
}

/** The same variables and these: the same map where there are none. */
function withAll(
  environment: ReadonlyMap<string, Bound>,
  more: readonly (readonly [string, Bound])[],
): ReadonlyMap<string, Bound> {
  return more.length === 0 ? environment : new Map([...environment, ...more]);
}

function without(environment: ReadonlyMap<string, Bound>, names: readonly string[]): ReadonlyMap<string, Bound> {
  return names.length === 0 ? environment : new Map([...environment].filter(([name]) => !names.includes(name)));
}

/** From the inside of an expression to its delimiters. */
function delimiters(text: string, start: number, end: number): readonly [number, number] {
  return [text.lastIndexOf("${{", start), text.indexOf("}}", end) + 2];
}

function listsIn(outputs: FileOutputs, path: string): Readonly<Record<string, Value>> {
  const list = (name: string, items: readonly PossibleItem[]): Value => {
    const source = `${path}.${name}`;
    return unknownList(
      { source, names: [source], note: "which files change is only known when it runs" },
      { json: true, items },
    );
  };
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, typeof value === "string" ? value : list(name, value)]),
  );
}

/** Outputs of actions that only say whether a cache was found; elsewhere than on GitHub's runners there is none. */
function knownOutputs(action: string): Readonly<Record<string, Value>> {
  return /^actions\/(cache|cache\/restore|setup-[a-z]+)$/i.test(action) ? { "cache-hit": "" } : {};
}

function playUses(
  step: Step,
  uses: Written,
  play: StepPlay,
  scope: StepScope,
  memory: StepMemory,
  environment: ReadonlyMap<string, Bound>,
  certainty: true | undefined,
): readonly StepPlay[] {
  const folder = localPath(uses.text, scope.repository);
  const action = folder === undefined || scope.depth >= deepest ? undefined : findAction(folder, scope.repository);
  if (action) return playComposite(step, action, play, scope, memory, environment);
  const [name = "", ref = ""] = uses.text.startsWith("docker://") ? [uses.text] : uses.text.split("@", 2);
  const inputs = bindAll(step.with, scope.contexts, scope.trail);
  // A step that may not run may as well have no outputs.
  const looked = looksAtFiles(name) ? scope.looked() : undefined;
  const found = certainty && looked ? fileOutputs(name, inputs, looked) : {};
  const outputs = { ...knownOutputs(name), ...listsIn(found, `steps.${step.id ?? ""}.outputs`) };
  const note = looked && missingFact(name, inputs, looked);
  if (step.id !== undefined) memory.outputs.set(step.id, stepContext(step.id, outputs, outcomeOf(step), true, note));
  const command: Command = {
    kind: "uses",
    action: name,
    ref,
    inputs,
    environment,
    directory: ["."],
    certainty,
    excused: isExcused(step),
    from: further(play.trail, uses.span),
  };
  pass([command], [], scope, memory);
  return [{ ...play, commands: [command] }];
}

/** Plays a composite action in the place of the step that uses it: it sees its inputs, and the job's environment. */
function playComposite(
  step: Step,
  action: CompositeAction,
  play: StepPlay,
  scope: StepScope,
  memory: StepMemory,
  environment: ReadonlyMap<string, Bound>,
): readonly StepPlay[] {
  const given = bindAll(step.with, scope.contexts, scope.trail);
  const inputs = Object.create(null) as Record<string, Value>;
  for (const [name, input] of action.inputs) {
    const bound = given.get(name.toLowerCase()) ?? (input.default && bind(input.default, scope.contexts, play.trail));
    inputs[name] = bound ? toValue(bound.text) : "";
  }
  const hadFailed = memory.failed;
  const inner: StepMemory = { environment, exported: memory.exported, outputs: new Map(), failed: hadFailed };
  const innerScope: StepScope = {
    ...scope,
    contexts: {
      ...withActionPath(scope.contexts, action.path),
      inputs: closedObject(inputs),
      secrets: closedObject({}),
    },
    defaults: [],
    trail: play.trail,
    depth: scope.depth + 1,
  };
  const steps = playSteps(action.steps, innerScope, inner);
  const certain = play.runs.value === true;
  const isWhole = leavesAll(
    step,
    certain || undefined,
    steps.some(({ commands }) => commands.length > 0),
  );
  if (certain) memory.failed = inner.failed;
  memory.environment = withAll(
    memory.environment,
    [...inner.environment]
      .filter(([name, bound]) => environment.get(name) !== bound)
      .map(([name, bound]) => [name, isWhole ? bound : { ...bound, text: unsure(`env.${name}`, bound.text) }] as const),
  );
  if (step.id !== undefined) {
    const contexts = contextsFor(innerScope, inner, inner.environment);
    const path = `steps.${step.id}.outputs`;
    const outputs = [...action.outputs].map(
      ([name, value]) => [name, outputOf(toText(value.text, contexts), `${path}.${name}`, isWhole)] as const,
    );
    memory.outputs.set(step.id, stepContext(step.id, Object.fromEntries(outputs), outcomeOf(step), false));
  }
  if (certain) return steps;
  const mayFail = inner.failed && !hadFailed && !play.afterFailure && !isExcused(step);
  const ends = mayFail ? [{ ...play, commands: [ending(environment, ["."], play.trail)] }] : [];
  const perhaps = steps.map((nested) => ({
    ...nested,
    runs: nested.runs.value === false ? nested.runs : { ...play.runs },
    commands: nested.commands.map((command) => ({ ...command, certainty: undefined })),
  }));
  return [...perhaps, ...ends];
}
