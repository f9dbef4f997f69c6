import { eventKey, further, type Bound, type Event, type Text, type Trail } from "@gha2pulumi/repo";
import { withAnswers } from "./answered.ts";
import { atomsOf, toldBy } from "./atoms.ts";
import { oncePerAnswers, type Findings } from "./asked.ts";
import { readAs, toText, toValue } from "./text-value.ts";
import type { KnownChange, Looked } from "./changed-files.ts";
import { githubContext } from "./context.ts";
import type { Contexts } from "./expression/evaluate.ts";
import { exportedAtStart } from "./env-context.ts";
import { evaluateCondition } from "./expression/template.ts";
import { closedObject, isUnknown, openObject, unknownValue, type Value } from "./expression/value.ts";
import { matrixCells, type Cell } from "./matrix.ts";
import type { Input, Job, Workflow } from "./model.ts";
import { holding, type Held } from "./play-groups.ts";
import type { Condition, JobPlay, WorkflowPlay } from "./play-model.ts";
import { noCells, runsInTrouble, shownAnyway } from "./play-condition.ts";
import { bind, bindAll, playSteps, type StepMemory, type StepScope } from "./play-step.ts";
import {
  because,
  combine,
  neededBy,
  needsContext,
  notBrought,
  onlyInRun,
  outputsAt,
  type Outcome,
} from "./play-needs.ts";
import { runnerContext } from "./runner-context.ts";
import { remoteCall } from "./remote-call.ts";
import { calledPath, type Repository } from "./repository.ts";
import { starts } from "./starts.ts";

/** Plays an event on a workflow: which jobs run, and what their steps do, as far as no run is needed to tell. */
export function playWorkflow(
  workflow: Workflow,
  event: Event,
  repository: Repository,
  /** Plays what no condition lets through too, as something that may run: to show what stands there. */
  withUnreached = false,
  /** What is known of the changed files beyond what the event says. */
  change: KnownChange | undefined = filesOf(event),
): WorkflowPlay {
  if (!withUnreached && !starts(workflow, event)) return { workflow, event, jobs: [] };
  const trigger = workflow.triggers.find((one) => one.event === "workflow_dispatch");
  const contexts: Contexts = {
    github: githubContext(event, repository.surroundings),
    inputs: inputsOf(event, trigger?.inputs.keys() ?? []),
    // What is told of one counts where a command is given it, and decides nothing: see `withAnswers`.
    vars: openObject("vars", unset(repository), "a variable of the repository, its environment or organisation"),
    secrets: openObject("secrets", {}, "a secret"),
    runner: openObject("runner", {}, "the runner's own"),
  };
  const { tree, surroundings } = repository;
  const looked: Looked = { event, change, defaultBranch: surroundings.get("default-branch"), tree };
  const none: Held = { holder: "", groups: [] };
  const held = holding(workflow.concurrency, workflow.path, contexts, workflow.name, none, undefined);
  const told = toldBy(atomsOf(workflow, repository));
  const scope: Scope = {
    repository,
    contexts,
    origin: undefined,
    depth: 0,
    withUnreached,
    looked: () => looked,
    change: JSON.stringify([eventKey(event), change]),
    held,
    told,
  };
  return { workflow, event, jobs: playJobs(workflow, scope).plays };
}

function filesOf(event: Event): KnownChange | undefined {
  const isChange = event.kind === "push" || event.kind === "pull_request";
  return isChange && event.files !== undefined ? { kind: "files", files: event.files } : undefined;
}

interface Scope {
  readonly repository: Repository;
  readonly contexts: Contexts;
  /** The job of the event's own workflow that called this one, and the way here. */
  readonly origin: Origin | undefined;
  readonly depth: number;
  readonly withUnreached: boolean;
  readonly looked: () => Looked;
  /** What tells it from others. */
  readonly change: string;
  readonly held: Held;
  readonly told: ReadonlySet<string>;
}

/** Variables that are known not to be set, told as an empty text: they decide conditions too. */
function unset({ surroundings }: Repository): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    [...surroundings].flatMap(([key, value]) => (key.startsWith("vars.") && value === "" ? [[key.slice(5), ""]] : [])),
  );
}

interface Origin {
  readonly workflow: Workflow;
  readonly caller: Job;
  readonly trail: Trail;
  readonly runs: Condition;
  readonly needs: JobPlay["needs"];
  readonly cell: string | undefined;
}

function inputsOf(event: Event, names: Iterable<string>): Value {
  if (event.kind === "call") return openObject("inputs", {}, "given by the caller");
  if (event.kind !== "dispatch") return closedObject({});
  const given = Object.create(null) as Record<string, Value>;
  for (const name of names) given[name] = unknownValue(`inputs.${name}`, [`inputs.${name}`], "typed in by hand");
  // `inputs` keeps booleans as booleans, `github.event.inputs` has them as text; comparisons treat both alike here.
  for (const [name, value] of event.inputs) given[name] = value === "true" ? true : value === "false" ? false : value;
  return closedObject(given);
}

function playJobs(
  workflow: Workflow,
  scope: Scope,
): { readonly plays: readonly JobPlay[]; readonly outcomes: ReadonlyMap<string, Outcome> } {
  const outcomes = new Map<string, Outcome>();
  const plays: JobPlay[] = [];
  const visit = (job: Job): void => {
    if (outcomes.has(job.id)) return;
    // Put in first, so that a job that waits for itself ends here; such a file is reported when it is read.
    outcomes.set(job.id, {
      runs: { value: undefined, note: "waits for itself", names: [] },
      unsure: undefined,
      outputs: onlyInRun,
    });
    for (const need of job.needs) {
      const needed = workflow.jobs.get(need.text);
      if (needed) visit(needed);
    }
    const done = playJob(workflow, job, outcomes, scope);
    plays.push(...done.plays);
    outcomes.set(job.id, done.outcome);
  };
  for (const job of workflow.jobs.values()) visit(job);
  return { plays, outcomes };
}

const always: Condition = { value: true, note: "", names: [] };

interface PlayedJob {
  readonly plays: readonly JobPlay[];
  readonly outcome: Outcome;
}

/** Most events differ only in what a job never asks for: what it does on them is found out once. */
const known = new WeakMap<Repository, Map<string, Findings<PlayedJob>>>();

function findingsOf(workflow: Workflow, job: Job, { repository, withUnreached }: Scope): Findings<PlayedJob> {
  const own = known.get(repository) ?? new Map<string, Findings<PlayedJob>>();
  known.set(repository, own);
  const key = `${workflow.path}\n${job.id}\n${withUnreached}`;
  const findings = own.get(key) ?? { known: undefined };
  own.set(key, findings);
  return findings;
}

function playJob(workflow: Workflow, job: Job, outcomes: ReadonlyMap<string, Outcome>, scope: Scope): PlayedJob {
  const waitsFor = neededBy(workflow, job).map((need) => outcomes.get(need.job.id)?.runs ?? always);
  const needs = needsContext(job, outcomes);
  // What a called job does depends on its caller too, and is a part of what that one does.
  if (scope.origin !== undefined) return playJobOn(workflow, job, waitsFor, { ...scope.contexts, needs }, scope);
  const { github = null, inputs = null } = scope.contexts;
  const { looked, held, change } = scope;
  const from = closedObject({ github, inputs, needs, "waits-for": JSON.stringify(waitsFor), change });
  const { plays, outcome } = oncePerAnswers(findingsOf(workflow, job, scope), from, ({ entries }) => {
    const ask = (name: string): Value => entries.get(name)?.value ?? null;
    ask("waits-for");
    const contexts = { ...scope.contexts, github: ask("github"), inputs: ask("inputs"), needs: ask("needs") };
    const inner: Scope = { ...scope, contexts, held: { ...held, groups: [] }, looked: () => (ask("change"), looked()) };
    return playJobOn(workflow, job, waitsFor, contexts, inner);
  });
  const within = (play: JobPlay): JobPlay =>
    play.runs.value === false ? play : { ...play, groups: [...held.groups, ...play.groups] };
  return { plays: held.groups.length === 0 ? plays : plays.map(within), outcome };
}

function playJobOn(
  workflow: Workflow,
  job: Job,
  needs: readonly Condition[],
  contexts: Contexts,
  scope: Scope,
): PlayedJob {
  const success = needs.some((need) => need.value === false)
    ? false
    : needs.every((need) => need.value === true)
      ? true
      : undefined;
  const env = bindAll(workflow.env, contexts, undefined);
  const withEnv: Contexts = {
    ...contexts,
    env: openObject("env", values(env), "set by an earlier step or nowhere"),
  };
  const decided = evaluateCondition(job.if?.text, contexts, { success, failure: false, cancelled: false });
  const own = scope.withUnreached ? shownAnyway(decided, job.if?.text, contexts) : decided;
  const allCells = matrixCells(job.matrix, contexts);
  const isEmpty = allCells?.length === 0;
  const cells = isEmpty && scope.withUnreached ? [openCell] : allCells;
  const runs = combine(
    scope.origin?.runs ?? always,
    isEmpty
      ? { value: scope.withUnreached ? undefined : false, note: noCells, names: [] }
      : success === undefined && own.value === undefined
        ? because(needs, own)
        : own,
  );
  const base = {
    workflow: scope.origin?.workflow ?? workflow,
    caller: scope.origin?.caller ?? job,
    job,
    calls: scope.origin?.trail,
    runs,
    afterFailure:
      job.needs.length > 0 && runsInTrouble(job.if?.text, { ...scope.contexts, needs: needsContext(job, new Map()) }),
    needs: [...(scope.origin?.needs ?? []), ...neededBy(workflow, job)],
  };
  const cellPlays = (runs.value === false ? [] : (cells ?? [undefined])).map((cell) =>
    playCell(
      workflow,
      job,
      cell,
      cell?.sure === false ? { ...base, runs: combine(runs, maybeThere) } : base,
      env,
      withEnv,
      scope,
    ),
  );
  const plays =
    runs.value === false
      ? [{ ...base, cell: "", environment: undefined, groups: [], steps: [] }]
      : cellPlays.flatMap((play) => play.plays);
  const [only] = cellPlays;
  // Outputs of several cells overwrite one another; which one wins is not defined.
  const isOne = cellPlays.length === 1 && runs.value === true && cells?.[0]?.sure !== false;
  const unsure = cellPlays.find((play) => play.unsure !== undefined)?.unsure;
  return { plays, outcome: { runs, unsure, outputs: isOne && only ? only.outputs : onlyInRun } };
}

const openCell: Cell = {
  label: "",
  context: openObject("matrix", {}, "a value of a matrix that has none"),
  sure: true,
};

const maybeThere: Condition = {
  value: undefined,
  note: "a cell of a matrix that is computed while it runs",
  names: [],
};

interface PlayedCell extends Omit<Outcome, "runs"> {
  readonly plays: readonly JobPlay[];
}

type Base = Omit<JobPlay, "cell" | "environment" | "groups" | "steps">;

function playCell(
  workflow: Workflow,
  job: Job,
  cell: Cell | undefined,
  base: Base,
  env: ReadonlyMap<string, Bound>,
  outer: Contexts,
  scope: Scope,
): PlayedCell {
  const matrix: Value = cell
    ? cell.context
    : openObject("matrix", {}, "a cell of a matrix that is computed while it runs");
  const contexts: Contexts = { ...outer, matrix, runner: runnerContext(job, { ...outer, matrix }) };
  const label = scope.origin ? joined(scope.origin.cell, cell?.label) : cell?.label;
  const call = job.uses && calledPath(job.uses, scope.repository);
  const callee = call === undefined ? undefined : scope.repository.workflows.get(call);
  const held = holding(
    job.concurrency,
    `${scope.held.holder} ${job.id} ${cell?.label ?? ""}`,
    contexts,
    base.workflow.name,
    scope.held,
    base.calls,
  );
  if (job.uses && callee && scope.depth < 10)
    return playCall(job, callee, { ...base, cell: label }, contexts, { ...scope, held });
  const environment = new Map([...env, ...bindAll(job.env, contexts, base.calls)]);
  const gate =
    job.environment &&
    bind(job.environment, { ...contexts, env: openObject("env", values(environment), "") }, base.calls);
  const memory: StepMemory = { environment, exported: exportedAtStart(job), outputs: new Map(), failed: false };
  const stepScope: StepScope = {
    repository: scope.repository,
    contexts,
    defaults: [job.defaults, workflow.defaults],
    trail: base.calls,
    depth: 0,
    withUnreached: scope.withUnreached,
    looked: scope.looked,
    told: scope.told,
  };
  const steps = job.uses
    ? [remoteCall(job, contexts, environment, base.calls)]
    : playSteps(job.steps, stepScope, memory);
  const stepsContext: Contexts = {
    ...contexts,
    env: openObject("env", values(memory.environment), ""),
    steps: closedObject(Object.fromEntries(memory.outputs)),
  };
  const outputs = Object.fromEntries(
    [...job.outputs].map(([name, value]) => [
      name,
      readAs(`needs.${job.id}.outputs.${name}`, toValue(toText(value.text, stepsContext)), /^steps\./),
    ]),
  );
  // An environment may give a variable another value, which goes before the one that was told.
  // https://docs.github.com/actions/reference/workflows-and-actions/variables#configuration-variable-precedence
  const played = job.environment ? steps : withAnswers(steps, scope.repository.surroundings);
  const plays = [{ ...base, cell: label, environment: gate, groups: held.groups, steps: played }];
  return job.uses
    ? { plays, ...notBrought }
    : { plays, unsure: undefined, outputs: { values: outputs, open: undefined } };
}

function joined(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return [a, b].filter((part) => part !== "").join(", ");
}

function values(bounds: ReadonlyMap<string, Bound>): Readonly<Record<string, Value>> {
  return Object.fromEntries([...bounds].map(([name, bound]) => [name, toValue(bound.text)]));
}

function playCall(
  job: Job,
  callee: Workflow,
  base: Base & { readonly cell: string | undefined },
  contexts: Contexts,
  scope: Scope,
): PlayedCell {
  const trail: Trail = base.calls ? further(base.calls, job.span) : [job.span];
  const declared =
    callee.triggers.find((trigger) => trigger.event === "workflow_call")?.inputs ?? new Map<string, Input>();
  const given = bindAll(job.with, contexts, base.calls);
  const inputs = Object.create(null) as Record<string, Value>;
  for (const [name, input] of declared) {
    const text: Text | undefined =
      given.get(name.toLowerCase())?.text ?? (input.default && toText(input.default.text, contexts));
    inputs[name] = text ? typedInput(input.type, toValue(text)) : input.type === "boolean" ? false : "";
  }
  const secrets = job.secrets === "inherit" ? contexts["secrets"] : closedObject(secretValues(job, contexts));
  const inside = { ...scope.contexts, inputs: closedObject(inputs), secrets: secrets ?? closedObject({}) };
  const inner: Scope = {
    ...scope,
    contexts: inside,
    held: holding(callee.concurrency, `${scope.held.holder} call`, inside, base.workflow.name, scope.held, trail),
    origin: {
      workflow: base.workflow,
      caller: base.caller,
      trail,
      runs: base.runs,
      needs: base.needs,
      cell: base.cell,
    },
    depth: scope.depth + 1,
  };
  const { plays, outcomes } = playJobs(callee, inner);
  const jobs = closedObject(
    Object.fromEntries(
      [...outcomes].map(([id, outcome]) => [
        id,
        closedObject({ outputs: outputsAt(`jobs.${id}.outputs`, outcome.outputs) }),
      ]),
    ),
  );
  const outputs = Object.fromEntries(
    [...callee.outputs].map(([name, value]) => {
      const given = toValue(toText(value.text, { ...inner.contexts, jobs }));
      const path = `needs.${job.id}.outputs.${name}`;
      // Where it is read there is no `jobs`.
      const isOfJobs = isUnknown(given) && given.names.some((one) => one.startsWith("jobs."));
      return [name, isOfJobs ? unknownValue(path, [path], given.note) : readAs(path, given, /^(?:needs|steps)\./)];
    }),
  );
  const ends = [...outcomes.values()].some(({ runs, unsure }) => runs.value === true && unsure === undefined);
  const unsure = ends ? undefined : "the result of a called workflow whose jobs may not run";
  return { plays, unsure, outputs: { values: outputs, open: undefined } };
}

function typedInput(type: string, value: Value): Value {
  return type === "boolean" && (value === "true" || value === "false") ? value === "true" : value;
}

/** Secrets handed on by name; `GITHUB_TOKEN` reaches every called workflow by itself. */
function secretValues(job: Job, contexts: Contexts): Readonly<Record<string, Value>> {
  const token = unknownValue("secrets.GITHUB_TOKEN", ["secrets.GITHUB_TOKEN"], "a secret");
  const bounds = job.secrets === "inherit" ? new Map<string, Bound>() : bindAll(job.secrets, contexts, undefined);
  return { GITHUB_TOKEN: token, ...values(bounds) };
}
