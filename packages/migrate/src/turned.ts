import { grouped, innermost, type Event, type Trail, type Tree } from "@gha2pulumi/repo";
import {
  playWorkflow,
  type Condition,
  type JobPlay,
  type Repository,
  type StepPlay,
  type Workflow,
} from "@gha2pulumi/workflow";
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
  readonly message: string;
  /** Whether it runs is not decided, before or after. */
  readonly isOpen: boolean;
  readonly from: Trail;
}

/** What stays of the workflows that two trees have in different forms, and an event makes run otherwise. */
export function turnedBetween(event: Event, before: World, after: World): readonly Turned[] {
  return [...after.repository.workflows].flatMap(([path, workflow]) => {
    const was = before.repository.workflows.get(path);
    const isEdited = was !== undefined && before.tree.get(path) !== after.tree.get(path);
    if (!isEdited || !mayRunPulumi(was, before)) return [];
    return turnedOn(event, { ...before, workflow: was }, { ...after, workflow });
  });
}

/**
 * What stays of a workflow and an event makes run otherwise than before. Jobs are known by their id, and steps by their text.
 */
export function turnedOn(event: Event, before: Placed, after: Placed): readonly Turned[] {
  const [old, now] = [before, after].map(({ workflow, repository }) =>
    grouped(playWorkflow(workflow, event, repository).jobs, ({ caller }) => caller.id),
  );
  return [...after.workflow.jobs.keys()].flatMap((id): readonly Turned[] => {
    const job = before.workflow.jobs.get(id);
    if (job === undefined) return [];
    const [were, plays] = [old?.get(id) ?? [], now?.get(id) ?? []];
    const turned = turnOf(`the job \`${id}\``, were, plays);
    if (turned !== undefined) return [{ job: id, ...turned, from: [job.span] }];
    return stepsTurned(id, were, plays, before.repository.tree, after.repository.tree);
  });
}

function turnOf(
  what: string,
  before: readonly { readonly runs: Condition }[],
  after: readonly { readonly runs: Condition }[],
): Pick<Turned, "message" | "isOpen"> | undefined {
  const [was, is] = [runsOf(before), runsOf(after)];
  if (was === is) return undefined;
  const isOpen = `${was} ${is}`.includes("undefined");
  if (isOpen) return { message: `${what} would run on another condition`, isOpen };
  return {
    message: `${what} ${is === "false" ? "would be skipped, and runs" : "would run, and is skipped"} today`,
    isOpen,
  };
}

/** Whether a step runs, or a job: over all of its cells and of the jobs that it calls. Where nothing starts, it does not. */
function runsOf(plays: readonly { readonly runs: Condition }[]): string {
  if (plays.length === 0) return "false";
  return [...new Set(plays.map(({ runs }) => String(runs.value)))].sort().join(" or ");
}

function stepsTurned(
  job: string,
  were: readonly JobPlay[],
  plays: readonly JobPlay[],
  before: Tree,
  after: Tree,
): readonly Turned[] {
  const textOf =
    (tree: Tree) =>
    (step: StepPlay): string =>
      step.trail.map(({ path, start, end }) => tree.get(path)?.slice(start, end) ?? "").join("\n");
  const stepsOf = (all: readonly JobPlay[]): readonly StepPlay[] => all.flatMap(({ steps }) => steps);
  const [old, now] = [grouped(stepsOf(were), textOf(before)), grouped(stepsOf(plays), textOf(after))];
  return [...now].flatMap(([text, steps]): readonly Turned[] => {
    const same = old.get(text);
    // One that goes may have the text of one that stays.
    if (same === undefined || steps.every(({ runs }) => same.some((one) => one.runs.value === runs.value))) return [];
    const turned = turnOf(`a step of the job \`${job}\``, same, steps);
    return turned === undefined ? [] : [{ job, ...turned, from: [innermost(same[0].trail)] }];
  });
}
