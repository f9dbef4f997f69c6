import type { Event } from "@gha2pulumi/repo";
import { kindsOfEvents, playWorkflow, scenarios, type KnownChange, type Workflow } from "@gha2pulumi/workflow";
import type { PlayedJob } from "./gates.ts";
import { jobEntries } from "./job-entries.ts";
import type { World } from "./world.ts";

/** One event played on one workflow, its commands judged. */
export interface Story {
  readonly workflow: Workflow;
  readonly event: Event;
  readonly jobs: readonly PlayedJob[];
}

/** Plays one event on one workflow. */
export function tell(
  workflow: Workflow,
  event: Event,
  world: World,
  withUnreached = false,
  change?: KnownChange,
): Story {
  const { jobs } = playWorkflow(workflow, event, world.repository, withUnreached, change);
  return {
    workflow,
    event,
    jobs: jobs.map((job) => ({
      job,
      entries: job.runs.value === false ? [] : jobEntries(job, world.tree, event.kind === "pull_request"),
    })),
  };
}

/** Every kind of event that makes a difference to a workflow, played; nothing for one that cannot run Pulumi. */
export function storiesOf(workflow: Workflow, world: World): readonly Story[] {
  if (workflow.path.startsWith("@") || !mayRunPulumi(workflow, world)) return [];
  return scenarios(workflow, world.repository).map((event) => tell(workflow, event, world));
}

/** The same events with every condition taken away, and the filters where they let none through, to find what no event reaches. */
export function storiesWithoutConditions(workflow: Workflow, world: World): readonly Story[] {
  const conditions = [...workflow.jobs.values()].flatMap((job) => [job.if, ...job.steps.map((step) => step.if)]);
  const hasOne = conditions.some((condition) => condition !== undefined);
  if (workflow.path.startsWith("@") || !mayRunPulumi(workflow, world)) return [];
  const starting = scenarios(workflow, world.repository);
  if (starting.length > 0 && !hasOne) return [];
  // The conditions are gone, so one event of each kind finds all there is.
  const kinds = new Map(starting.map((event) => [event.kind, event]));
  const played = starting.length > 0 ? [...kinds.values()] : kindsOfEvents(workflow, world.repository);
  return played.map((event) => tell(workflow, event, world, true));
}

/** Nine workflows in ten never mention it; playing them would find nothing. */
export function mayRunPulumi(workflow: Workflow, world: World): boolean {
  const text = world.tree.get(workflow.path) ?? "";
  if (/pulumi/i.test(text)) return true;
  // A call, a script of package.json or a recipe may hide the word, so any of those is enough to look.
  if (/uses:\s*["']?(?:\.|\$)\//.test(text) || /uses:.*\.github\/workflows\//.test(text)) return true;
  return /\b(?:npm|npx|pnpm|yarn|bun|make|just|task|sh|bash)\b/.test(text) && world.scriptsMentionPulumi;
}
