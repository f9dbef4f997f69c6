import type { Event } from "@gha2pulumi/repo";
import {
  calledWorkflows,
  kindsOfEvents,
  playWorkflow,
  scenarios,
  type KnownChange,
  type Workflow,
} from "@gha2pulumi/workflow";
import type { PlayedJob } from "./among-jobs.ts";
import { jobEntries } from "./job-entries.ts";
import { leavesAnswer } from "./job-question.ts";
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
      entries:
        job.runs.value === false
          ? []
          : jobEntries(job, world.tree, {
              checksStand: event.kind === "pull_request",
              runsUnknown: leavesAnswer(job, world.surroundings) === "run",
            }),
    })),
  };
}

/** Every kind of event that makes a difference to a workflow, played; nothing for one that cannot run Pulumi. */
export function storiesOf(workflow: Workflow, world: World): readonly Story[] {
  if (workflow.path.startsWith("@") || isTooLarge(workflow) || !mayRunPulumi(workflow, world)) return [];
  return scenarios(workflow, world.repository).map((event) => tell(workflow, event, world));
}

/**
 * The same events with every condition taken away, to find what no event reaches. A workflow that no event starts, for
 * want of a trigger or because no branch or file passes its filters, is played as if it were called; one that is called
 * is seen where it is.
 */
export function storiesWithoutConditions(workflow: Workflow, world: World): readonly Story[] {
  if (workflow.path.startsWith("@") || isTooLarge(workflow) || !mayRunPulumi(workflow, world)) return [];
  const events = scenarios(workflow, world.repository);
  // What a job or step calls may have conditions of its own.
  const hasOne = [...workflow.jobs.values()].some(
    (job) =>
      job.if ??
      job.uses ??
      job.matrix ??
      job.steps.some(({ if: condition, uses }) => condition ?? (uses && /^[.$]\//.test(uses.text))),
  );
  if (events.length > 0 && !hasOne) return [];
  const filtered = events.length > 0 ? events : kindsOfEvents(workflow, world.repository);
  if (filtered.length === 0 && calledWorkflows(world.repository).has(workflow.path)) return [];
  const called: Event = { kind: "call", workflow: workflow.path };
  // The conditions are gone, so one event of each kind finds all there is.
  const kinds = new Map((filtered.length > 0 ? filtered : [called]).map((event) => [event.kind, event]));
  return [...kinds.values()].map((event) => tell(workflow, event, world, true));
}

/** What is too large is not played at all: its file is kept, and a message says so. */
export function isTooLarge({ problems }: Workflow): boolean {
  return problems.some(({ code }) => code === "size");
}

/** By the workflow, since every event asks: what its text lets it run, by itself or by way of scripts. */
const looked = new WeakMap<Workflow, { readonly itself: boolean; readonly byScripts: boolean }>();

/** Nine workflows in ten never mention it; playing them would find nothing. */
export function mayRunPulumi(workflow: Workflow, world: World): boolean {
  const known = looked.get(workflow) ?? lookAt(world.tree.get(workflow.path) ?? "");
  looked.set(workflow, known);
  return known.itself || (known.byScripts && world.scriptsMentionPulumi);
}

function lookAt(text: string): { readonly itself: boolean; readonly byScripts: boolean } {
  // A call, a script of package.json or a recipe may hide the word, so any of those is enough to look.
  const itself =
    /pulumi/i.test(text) || /uses:\s*["']?(?:\.|\$)\//.test(text) || /uses:.*\.github\/workflows\//.test(text);
  return {
    itself,
    byScripts:
      /\b(?:npm|npx|pnpm|yarn|bun|make|just|task|sh|bash|mise|nx|turbo|lerna|poe|pdm|hatch|pipenv|inv|invoke|nox|rake)\b/.test(
        text,
      ),
  };
}
