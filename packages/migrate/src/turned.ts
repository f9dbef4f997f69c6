import { grouped, innermost, type Event, type Trail, type Tree } from "@gha2pulumi/repo";
import {
  playWorkflow,
  type Condition,
  type JobPlay,
  type Repository,
  type StepPlay,
  type Workflow,
} from "@gha2pulumi/workflow";
import { namesRead, sourcesOf } from "./step-uses.ts";
import { mayRunPulumi } from "./stories.ts";
import type { World } from "./world.ts";

/** A workflow in its repository. */
export interface Placed {
  readonly workflow: Workflow;
  readonly repository: Repository;
}

/** A job, or a step of it, that is in a workflow before and after an edit, and does not run on an event as it did. */
interface Turned {
  readonly job: string;
  /** Ids of the jobs it waits for, directly or through others. */
  readonly behind: readonly string[];
  readonly message: string;
  /** Whether it runs is not decided, before or after. */
  readonly isOpen: boolean;
  readonly from: Trail;
}

/** The workflows that may run Pulumi and that two trees have in different forms. */
export function editedWorkflows(before: World, after: World): readonly (readonly [Placed, Placed])[] {
  return [...after.repository.workflows].flatMap(([path, workflow]) => {
    const was = before.repository.workflows.get(path);
    const isEdited = was !== undefined && before.tree.get(path) !== after.tree.get(path);
    return isEdited && mayRunPulumi(was, before)
      ? [
          [
            { ...before, workflow: was },
            { ...after, workflow },
          ] as const,
        ]
      : [];
  });
}

/**
 * What stays of a workflow and an event makes run otherwise than before. Jobs are known by their id, and the steps of each
 * cell of theirs by their text.
 */
export function turnedOn(event: Event, before: Placed, after: Placed): readonly Turned[] {
  const [old, now] = [before, after].map(({ workflow, repository }) =>
    grouped(playWorkflow(workflow, event, repository).jobs, ({ caller }) => caller.id),
  );
  return [...after.workflow.jobs].flatMap(([id, job]): readonly Turned[] => {
    const was = before.workflow.jobs.get(id);
    if (was === undefined) return [];
    const [were, plays] = [old?.get(id) ?? [], now?.get(id) ?? []];
    const behind = (were[0]?.needs ?? []).map((need) => need.job.id);
    const lost = was.needs.map(({ text }) => text).filter((one) => !job.needs.some(({ text }) => text === one));
    const readsLost = (source: string | undefined): boolean => readsAny(source, "needs", lost);
    const turned = turnOf(`the job \`${id}\``, were.map(runsOf), plays.map(runsOf), readsLost(was.if?.text));
    if (turned !== undefined) return [{ job: id, behind, ...turned, from: [was.span] }];
    const ids = job.steps.flatMap((step) => step.id ?? []);
    const gone = was.steps.flatMap((step) => step.id ?? []).filter((one) => !ids.includes(one));
    const isOpen = (source: string | undefined): boolean => readsLost(source) || readsAny(source, "steps", gone);
    return stepsTurned(id, [were, before.repository.tree], [plays, after.repository.tree], isOpen).map((one) => ({
      ...one,
      job: id,
      behind,
    }));
  });
}

/** Whether a condition reads what has gone, by its name or by one that only a run can tell. */
function readsAny(source: string | undefined, context: "needs" | "steps", gone: readonly string[]): boolean {
  return source !== undefined && sourcesOf(source).some((one) => namesRead(one, context, gone).length > 0);
}

/** `reads`: its condition reads what has gone, so that it may turn though it was not decided before either. */
function turnOf(
  what: string,
  before: readonly string[],
  after: readonly string[],
  reads: boolean,
): Pick<Turned, "message" | "isOpen"> | undefined {
  const isUndecided = [...before, ...after].includes("undefined");
  if (before.join() === after.join() && !(reads && isUndecided)) return undefined;
  if (isUndecided) return { message: `${what} would run on another condition`, isOpen: true };
  const [ran, runs] = [before, after].map((all) => all.includes("true"));
  const turn =
    ran === runs
      ? "would run for other parts of its matrix"
      : runs
        ? "would run, and is skipped today"
        : "would be skipped, and runs today";
  return { message: `${what} ${turn}`, isOpen: false };
}

function runsOf({ runs }: { readonly runs: Condition }): string {
  return String(runs.value);
}

type Played = readonly [plays: readonly JobPlay[], tree: Tree];

function stepsTurned(
  job: string,
  before: Played,
  after: Played,
  reads: (source: string | undefined) => boolean,
): readonly Pick<Turned, "message" | "isOpen" | "from">[] {
  const [old, now] = [before, after].map(stepsByText);
  return [...(now ?? [])].flatMap(([text, steps]) => {
    const same = old?.get(text);
    if (same === undefined) return [];
    const [were, are] = [same, steps].map((all) => all.map(runsOf)) as [string[], string[]];
    // One that goes has the text of one that stays: which of them is not told, where they do not run alike.
    const isOne = were.length !== are.length && new Set([...were, ...are]).size === 1;
    const turned = isOne ? undefined : turnOf(`a step of the job \`${job}\``, were, are, reads(same[0].step.if?.text));
    return turned === undefined ? [] : [{ ...turned, from: [innermost(same[0].trail)] as const }];
  });
}

/** The steps of a job by their cell, the called job they are of, and their text, in the order they stand. */
function stepsByText([plays, tree]: Played): ReadonlyMap<string, readonly [StepPlay, ...StepPlay[]]> {
  const textOf = ({ trail }: StepPlay): readonly string[] =>
    trail.map(({ path, start, end }) => tree.get(path)?.slice(start, end) ?? "");
  const all = plays.flatMap(({ cell, job, steps }) =>
    steps.map((step) => ({ step, key: JSON.stringify([cell, job.id, textOf(step)]) })),
  );
  return new Map(
    [...grouped(all, ({ key }) => key)].map(([key, [first, ...more]]) => [
      key,
      [first.step, ...more.map(({ step }) => step)],
    ]),
  );
}
