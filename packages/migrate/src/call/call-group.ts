import { location, type Span } from "@gha2pulumi/repo";
import type { Job, Step, Workflow } from "@gha2pulumi/workflow";
import type { Findings, Intent } from "../intents.ts";
import type { Entry } from "../entry.ts";
import { indexOf } from "../story-index.ts";
import type { World } from "../world.ts";

/** The operations of one step, one for each stack it works on. */
export type Group = readonly [Intent, ...Intent[]];

/** Commands in order, as one play of a job has them. */
type Play = readonly Entry[];

interface Home {
  readonly job: Job;
  readonly workflow: Workflow;
}

/** Where the step of a call is written, and all the ways in which it is played. */
export interface Host {
  readonly kind: "job" | "action";
  /** All of the job, or of the action's file. */
  readonly span: Span;
  /** The list of steps in the file. */
  readonly at: readonly string[];
  readonly steps: readonly Step[];
  /** The jobs in which it runs, each with its workflow. */
  readonly jobs: readonly [Home, ...Home[]];
  readonly plays: readonly Play[];
}

/** The job of a step, or the composite action of this repository that holds it; or why neither can be edited. */
export function hostOf(group: Group, findings: Findings, world: World): Host | string {
  const [{ site }] = group[0].occurrences;
  const { step } = site.step;
  const { path } = step.span;
  const { job } = site.jobPlay;
  const isJob = job.steps.includes(step);
  const action = world.repository.actions.get(path);
  if (path.startsWith("@") || (!isJob && !action))
    return "its step stands in an action, or in a workflow of another repository";
  const plays = isJob ? playsOf(job, findings) : playsWith(step, findings);
  const [first, ...more] = [
    ...new Set(isJob ? [job] : group.flatMap((one) => one.occurrences.map((own) => own.site.jobPlay.job))),
  ].flatMap((one) => {
    const workflow = world.repository.workflows.get(one.span.path);
    return workflow ? [{ job: one, workflow }] : [];
  });
  const jobs = first && ([first, ...more] as const);
  if (jobs === undefined || jobs.some(({ workflow }) => !workflow.runnable))
    return "the workflow that holds its step cannot be edited";
  if (isJob || !action)
    return { kind: "job", span: job.span, at: ["jobs", job.id, "steps"], steps: job.steps, jobs, plays };
  // An action elsewhere is there for other repositories, which have no script of the calls.
  if (!path.startsWith(".github/")) return "its step stands in an action that other repositories may use";
  const twice = jobWithTwo(step, findings);
  if (twice)
    return `its step stands in an action that the job \`${twice.id}\` (\`${location(world.tree, twice.span)}\`) uses more than once`;
  if (!plays.every((entries) => entries.some((entry) => entry.step.step === step && entry.operates.length > 0)))
    return "its step stands in an action that is used for something else too";
  const span = { path, start: 0, end: world.tree.get(path)?.length ?? 0 };
  return { kind: "action", span, at: ["runs", "steps"], steps: action.steps, jobs, plays };
}

/** The commands of a job, for every way in which it is played. */
function playsOf(job: Job, { stories }: Findings): readonly Play[] {
  return [...(indexOf(stories).plays.get(job) ?? [])];
}

/** A job in which a step runs more than once: in every other one too, it is the same text of the action. */
function jobWithTwo(step: Step, { stories }: Findings): Job | undefined {
  const isTwice = (entries: Play): boolean =>
    new Set(entries.map((one) => one.step).filter((one) => one.step === step)).size > 1;
  return [...indexOf(stories).plays].find(([, plays]) => [...plays].some(isTwice))?.[0];
}

/** The plays of all jobs in which a step runs. */
function playsWith(step: Step, { stories }: Findings): readonly Play[] {
  return [...indexOf(stories).plays.values()].flatMap((plays) =>
    [...plays].filter((entries) => entries.some((entry) => entry.step.step === step)),
  );
}
