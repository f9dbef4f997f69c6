import { written, type Event } from "@gha2pulumi/repo";
import { scenarios, type Workflow } from "@gha2pulumi/workflow";
import type { Occurrence } from "./intent.ts";
import { occurrencesOf } from "./occurrences.ts";
import { seenTriggers, type SeenTrigger } from "./triggers-seen.ts";
import type { World } from "./world.ts";

/** One operation on one stack at one place of a workflow, with every event that reaches it. */
export interface Intent {
  readonly id: string;
  readonly workflow: Workflow;
  readonly occurrences: readonly [Occurrence, ...Occurrence[]];
  readonly on: readonly SeenTrigger[];
}

/** Every operation that the workflows of a repository run, found by playing every kind of event on each of them. */
export function findIntents(world: World): readonly Intent[] {
  return [...world.repository.workflows.values()].filter((workflow) => !workflow.path.startsWith("@")).flatMap((workflow) => intentsOf(workflow, world));
}

function intentsOf(workflow: Workflow, world: World): readonly Intent[] {
  if (!mayRunPulumi(workflow, world)) return [];
  const events = scenarios(workflow, world.repository);
  const groups = new Map<string, [Occurrence, ...Occurrence[]]>();
  for (const event of events) {
    for (const occurrence of occurrencesOf(workflow, event, world)) {
      const key = keyOf(occurrence);
      const group = groups.get(key);
      if (group) group.push(occurrence);
      else groups.set(key, [occurrence]);
    }
  }
  return [...groups.values()].map((occurrences) => intent(workflow, occurrences, events));
}

/** Nine workflows in ten never mention it; playing them would find nothing. */
function mayRunPulumi(workflow: Workflow, world: World): boolean {
  const mentions = (text: string): boolean => /pulumi/i.test(text);
  const text = world.tree.get(workflow.path) ?? "";
  // A call, a script of package.json or a Makefile may hide the word, so any of those is enough to look.
  return mentions(text) || /uses:\s*["']?(\.|\$)\//.test(text) || /\.github\/workflows\//.test(text) || (/\b(npm|pnpm|yarn|bun|make|sh)\b/.test(text) && [...world.tree].some(([path, other]) => isScriptFile(path) && mentions(other)));
}

function isScriptFile(path: string): boolean {
  return /(^|\/)(package\.json|Makefile|makefile|GNUmakefile)$|\.sh$/.test(path);
}

function keyOf({ site, operates, organization, stack, directory }: Occurrence): string {
  const trail = site.step.trail.map((span) => `${span.path}:${span.start}`).join(" ");
  const at = operates.from.map((span) => `${span.path}:${span.start}`).join(" ");
  return JSON.stringify([site.job, trail, at, operates.operation ?? operates.operationText, organization, stack ?? (operates.stack ? written(operates.stack.text) : null), directory ?? written(operates.directory)]);
}

function intent(workflow: Workflow, occurrences: readonly [Occurrence, ...Occurrence[]], events: readonly Event[]): Intent {
  const [first] = occurrences;
  const file = workflow.path.split("/").at(-1) ?? workflow.path;
  const names = [first.organization, first.project ?? first.directory, first.stack].filter((part) => part !== undefined);
  return {
    id: [file, first.site.job, first.operates.operation ?? "unknown", ...names].join("/"),
    workflow,
    occurrences,
    on: seenTriggers(workflow, occurrences.map((occurrence) => occurrence.event), events),
  };
}
