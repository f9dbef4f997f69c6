import type { Event, Path, Tree } from "@gha2pulumi/repo";
import {
  expressionsIn,
  readWorkflow,
  type Job,
  type Repository,
  type Workflow,
  type Written,
} from "@gha2pulumi/workflow";
import type { Reason } from "./intent.ts";
import { expressionsOf, namesRead, type WrittenExpression } from "./step-uses.ts";
import { turnedOn, type Placed } from "./turned.ts";

/** What is to go out of a workflow: whole jobs, and steps of others by their place. */
interface Gone {
  readonly jobs: readonly string[];
  readonly steps: readonly { readonly job: string; readonly index: number }[];
}

/** A job or step that stays and would do something else without what goes, and the job of what goes. */
export interface Stranded {
  readonly reason: Reason;
  /** Jobs out of which something goes that it has to do with. */
  readonly jobs: readonly string[];
}

/**
 * What stays and reads what goes by its name. GitHub gives an empty text for what is not there, so that a condition about
 * it turns: https://docs.github.com/actions/reference/workflows-and-actions/contexts#about-contexts
 */
export function readersOf(workflow: Workflow, gone: Gone, tree: Tree): readonly Stranded[] {
  const staying = [...workflow.jobs.values()].filter(({ id }) => !gone.jobs.includes(id));
  return [
    ...staying.flatMap((job) => [...needsReadIn(job, gone, tree), ...stepsReadIn(job, gone, tree)]),
    ...outputsOf(workflow, gone),
  ];
}

function needsReadIn(job: Job, { jobs }: Gone, tree: Tree): readonly Stranded[] {
  const needed = job.needs.map(({ text }) => text).filter((id) => jobs.includes(id));
  if (needed.length === 0) return [];
  return expressionsOf(job, tree).flatMap((one) =>
    namesIn(one, "needs", needed).map((id) => ({
      reason: {
        code: "GP213",
        message: `the job \`${job.id}\` reads \`${id === undefined ? "needs" : `needs.${id}`}\`, which would be gone`,
        from: [one.span],
      },
      jobs: id === undefined ? needed : [id],
    })),
  );
}

function stepsReadIn(job: Job, { steps }: Gone, tree: Tree): readonly Stranded[] {
  const removed = steps.flatMap((one) => (one.job === job.id ? (job.steps[one.index] ?? []) : []));
  const ids = removed.flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return [];
  const isGone = ({ span }: WrittenExpression): boolean =>
    removed.some((step) => step.span.start <= span.start && span.end <= step.span.end);
  return expressionsOf(job, tree)
    .filter((one) => !isGone(one))
    .flatMap((one) =>
      namesIn(one, "steps", ids).map((id) => ({
        reason: {
          code: "GP209",
          message: `what stays in the job reads \`${id === undefined ? "steps" : `steps.${id}`}\`, which would be gone`,
          from: [one.span],
        },
        jobs: [job.id],
      })),
    );
}

/** Outputs of a workflow for its callers, read from a job that goes. */
function outputsOf(workflow: Workflow, { jobs }: Gone): readonly Stranded[] {
  return jobs.flatMap((id) =>
    outputsReading(id, workflow).map(({ span }) => ({
      reason: { code: "GP213", message: `an output of the workflow is read from the job \`${id}\``, from: [span] },
      jobs: [id],
    })),
  );
}

/** Outputs of a workflow that read those of a job, or of any. */
export function outputsReading(job: string, { outputs }: Workflow): readonly Written[] {
  return [...outputs.values()].filter(({ text }) =>
    expressionsIn(text).some(({ source }) => namesRead(source, "jobs", [job]).length > 0),
  );
}

/**
 * What an expression reads by name. Of a condition that names none of them, such as `contains(needs.*.result, 'failure')`,
 * playing it tells whether it turns.
 */
function namesIn(
  { source, isCondition }: WrittenExpression,
  context: "needs" | "steps",
  names: readonly string[],
): readonly (string | undefined)[] {
  return namesRead(source, context, names).filter((name) => name !== undefined || !isCondition);
}

/** The repository with one of its workflows as an edit leaves it. */
export function withText(path: Path, text: string, { workflows, ...rest }: Repository): Placed {
  const workflow = readWorkflow(path, text);
  const tree = new Map(rest.tree).set(path, text);
  return { workflow, repository: { ...rest, tree, workflows: new Map(workflows).set(path, workflow) } };
}

/** What stays of a workflow and would run otherwise on one of these events, where these jobs and steps go. */
export function turnedWithout(
  gone: Gone,
  events: readonly Event[],
  before: Placed,
  after: Placed,
): readonly Stranded[] {
  const found = new Map<string, Stranded>();
  for (const event of events)
    for (const { job, behind, message, from } of turnedOn(event, before, after)) {
      if (found.has(message)) continue;
      const isStep = gone.steps.some((one) => one.job === job);
      const near = [...gone.jobs, ...gone.steps.map((one) => one.job)].filter(
        (id) => id === job || behind.includes(id),
      );
      const reason = { code: isStep ? "GP209" : "GP213", message: `without it, ${message}`, from };
      found.set(message, { reason, jobs: near });
    }
  return [...found.values()];
}
