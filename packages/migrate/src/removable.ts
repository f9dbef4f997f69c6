import { grouped, literal, splice, type Path, type Splice, type Trail } from "@gha2pulumi/repo";
import { looksAtFiles, type Job, type StepPlay, type Workflow } from "@gha2pulumi/workflow";
import { blocker, type Blocker } from "./blocker.ts";
import { dependantOf } from "./dependants.ts";
import { neverRuns, type Findings, type Intent } from "./intents.ts";
import type { Entry } from "./entry.ts";
import { indexOf } from "./story-index.ts";
import type { Story } from "./stories.ts";
import { outputsReading, readersOf, turnedWithout, withText } from "./remainder.ts";
import { cutWorkflow } from "./workflow-edit.ts";
import type { World } from "./world.ts";

/**
 * What goes out of a workflow file. `jobs` go whole; of the others, the steps of what moves, by their place in the job.
 * The splices also hold what its calls change.
 */
export interface Removal {
  readonly path: Path;
  readonly jobs: readonly string[];
  readonly steps: readonly { readonly job: string; readonly index: number }[];
  /** Nothing is left: the file goes. */
  readonly whole: boolean;
  readonly splices: readonly Splice[];
}

export interface Removable {
  readonly removals: readonly Removal[];
  readonly blocked: ReadonlyMap<Intent, readonly Blocker[]>;
}

/**
 * What can be taken out of the workflows when these intents move. A job goes when all it does on every event is to
 * serve operations that move; otherwise only the steps of those operations go. A file goes when every job does.
 */
export function removableJobs(moving: readonly Intent[], findings: Findings, world: World): Removable {
  const blocked = new Map<Intent, readonly Blocker[]>();
  const removals: Removal[] = [];
  const byPath = grouped(moving, (intent) => intent.workflow.path);
  for (const [path, workflow] of world.repository.workflows) {
    const own = byPath.get(path) ?? [];
    if (own.length === 0) continue;
    const removal = ofWorkflow(workflow, own, findings, world);
    for (const [intent, blockers] of removal.blocked) blocked.set(intent, blockers);
    removals.push(removal.removal);
  }
  return { removals, blocked };
}

function ofWorkflow(
  workflow: Workflow,
  moving: readonly Intent[],
  { intents, stories }: Findings,
  world: World,
): { removal: Removal; blocked: ReadonlyMap<Intent, readonly Blocker[]> } {
  const blocked = new Map<Intent, readonly Blocker[]>();
  const told = indexOf(stories).ofWorkflow.get(workflow) ?? [];
  const jobs: string[] = [];
  const steps: { job: string; index: number }[] = [];
  for (const job of workflow.jobs.values()) {
    const own = moving.filter((intent) => intent.occurrences[0].site.job === job.id);
    if (own.length === 0) continue;
    const rest = intents.filter(
      (intent) =>
        intent.workflow === workflow &&
        intent.occurrences[0].site.job === job.id &&
        !own.includes(intent) &&
        !neverRuns(intent),
    );
    const stays = rest.length > 0 ? undefined : leftover(job, own, told);
    if (rest.length === 0 && stays === undefined) jobs.push(job.id);
    else if (job.uses)
      for (const intent of own)
        blocked.set(intent, [
          blocker(
            "GP209",
            "other operations of the same call stay, and a call cannot be split",
            intent.occurrences[0].operates.from,
          ),
        ]);
    else {
      const indices = stepsOf(own);
      const relying = reliesOn(job, indices, told);
      if (relying)
        for (const intent of own)
          blocked.set(intent, [blocker("GP209", "a later step that stays relies on what its step sets up", relying)]);
      else for (const index of indices) steps.push({ job: job.id, index });
    }
  }
  jobs.push(...[...workflow.jobs.values()].filter((job) => isIdle(job, jobs, workflow, told)).map((job) => job.id));
  const left = [...workflow.jobs.values()].filter(({ id }) => !jobs.includes(id));
  const ofFile = intents.filter((intent) => intent.workflow === workflow);
  if (left.every((job) => isUnreached(job, ofFile, told))) jobs.push(...left.map(({ id }) => id));
  // Also where only a part goes: whatever starts after the rest would start without it, or too early.
  const outside = dependantOf(workflow, moving, world);
  const whole = jobs.length === workflow.jobs.size && outside === undefined;
  if (outside !== undefined)
    for (const intent of moving) blocked.set(intent, [blocker("GP213", outside.message, outside.from)]);
  const cut =
    whole || blocked.size > 0 ? undefined : cutWorkflow(workflow, { jobs, steps, calls: [], keys: [] }, world.tree);
  if (cut?.kind === "refused") {
    for (const intent of moving)
      blocked.set(intent, [
        blocker("GP218", `the file cannot be edited safely: ${cut.reason}`, intent.occurrences[0].operates.from),
      ]);
  }
  if (cut?.kind === "edited") {
    const gone = { jobs, steps };
    const placed = { workflow, repository: world.repository };
    const after = withText(workflow.path, splice(world.tree.get(workflow.path) ?? "", cut.splices), world.repository);
    const events = told.map(({ event }) => event);
    const readers = readersOf(workflow, gone, world.tree);
    for (const { reason, jobs: near } of readers.length > 0 ? readers : turnedWithout(gone, events, placed, after)) {
      const own = moving.filter((intent) => near.includes(intent.occurrences[0].site.job));
      // What explains itself by no job holds all of them back.
      for (const intent of own.length > 0 ? own : moving)
        blocked.set(intent, [...(blocked.get(intent) ?? []), { reason, question: undefined }]);
    }
  }
  return {
    removal: { path: workflow.path, jobs, steps, whole, splices: cut?.kind === "edited" ? cut.splices : [] },
    blocked,
  };
}

/** A job that is there for operations that never run, and does nothing else on any event, nor after a failure. */
function isUnreached(job: Job, intents: readonly Intent[], stories: readonly Story[]): boolean {
  const own = intents.filter(({ occurrences: [{ site }] }) => site.job === job.id);
  const played = stories.flatMap(({ jobs }) => jobs.filter((one) => one.job.caller === job));
  return (
    own.length > 0 &&
    own.every(neverRuns) &&
    played.every((one) => !one.job.afterFailure) &&
    leftover(job, [], stories) === undefined
  );
}

/** A job that only looks at changed files, for nobody but jobs that go. */
function isIdle(job: Job, removed: readonly string[], workflow: Workflow, stories: readonly Story[]): boolean {
  const waiting = [...workflow.jobs.values()].filter((other) => other.needs.some((need) => need.text === job.id));
  const isAsked = outputsReading(job.id, workflow).length > 0;
  if (isAsked || job.environment || waiting.length === 0 || !waiting.every(({ id }) => removed.includes(id)))
    return false;
  const played = stories.flatMap(({ jobs }) => jobs.filter((one) => one.job.caller === job));
  const entries = played.flatMap((one) => one.entries);
  return (
    entries.some(({ command }) => command.kind === "uses" && looksAtFiles(command.action)) &&
    entries.every((entry) => entry.duty === "serves" && entry.operates.length === 0)
  );
}

function stepsOf(intents: readonly Intent[]): readonly number[] {
  const indices = intents.flatMap(({ occurrences: [{ site }] }) => placeOf(site.step, site.jobPlay.job) ?? []);
  return [...new Set(indices)].sort((a, b) => a - b);
}

/** The step of its job a step stands in: itself, or the use of the action that holds it. */
function placeOf({ trail }: StepPlay, job: Job): number | undefined {
  const [outer] = trail;
  return job.steps.find(({ span }) => span.start === outer.start && span.path === outer.path)?.index;
}

/**
 * A call of the CLI in a later step that stays: the step that goes may have installed it, logged in or selected the
 * stack for it.
 */
function reliesOn(job: Job, removed: readonly number[], stories: readonly Story[]): Trail | undefined {
  const first = removed[0] ?? 0;
  const isLater = (at: number | undefined): boolean => at !== undefined && at > first && !removed.includes(at);
  for (const { jobs } of stories) {
    for (const { entries } of jobs.filter((one) => one.job.caller === job)) {
      const later = entries.find(
        ({ step, command }) =>
          isLater(placeOf(step, job)) &&
          command.kind === "run" &&
          /(?:^|\/)pulumi$/.test(literal(command.words[0] ?? []) ?? ""),
      );
      if (later) return later.command.from;
    }
  }
  return undefined;
}

/** Something the job does, on some event, that is not in the service of an operation that moves. */
function leftover(job: Job, own: readonly Intent[], stories: readonly Story[]): Trail | undefined {
  const reached = new Set(own.flatMap((intent) => intent.occurrences.map((one) => one.event)));
  for (const { event, jobs } of stories) {
    for (const played of jobs.filter((one) => one.job.caller === job)) {
      const entry = played.entries.find((one) => hasPurpose(one, reached.has(event)));
      if (entry) return entry.command.from;
    }
  }
  return undefined;
}

/** Without an operation on this event, even a build is something the job is there for. */
function hasPurpose(entry: Entry, isServing: boolean): boolean {
  if (entry.operates.length > 0) return false;
  if (entry.duty === "serves") return false;
  return entry.duty === "prepares" ? !isServing && !entry.installs : true;
}
