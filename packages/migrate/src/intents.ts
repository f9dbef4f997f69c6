import { shown } from "./stand-ins.ts";
import { eventKey, grouped, written, type Event } from "@gha2pulumi/repo";
import { neverTrue, type KnownChange, type Workflow } from "@gha2pulumi/workflow";
import { decidedByFiles, type ByFiles } from "./by-files.ts";
import type { Occurrence } from "./intent.ts";
import { occurrencesOf } from "./occurrences.ts";
import { mentionsOf, type Mention } from "./mentions.ts";
import { storiesOf, storiesWithoutConditions, tell, type Story } from "./stories.ts";
import { seenTriggers, type SeenTrigger } from "./triggers-seen.ts";
import { withoutTyped } from "./typed-freely.ts";
import type { World } from "./world.ts";

/** One operation on one stack at one place of a workflow, with every event that reaches it. */
export interface Intent {
  readonly id: string;
  readonly workflow: Workflow;
  readonly occurrences: readonly [Occurrence, ...Occurrence[]];
  readonly on: readonly SeenTrigger[];
}

/** Whether no event reaches an operation, whatever fails before it: it stands behind a condition that is never true. */
export function neverRuns({ workflow, on, occurrences }: Intent): boolean {
  return workflow.runnable && on.length === 0 && occurrences.every(({ condition }) => condition === neverTrue);
}

/** What the workflows of a repository do: every kind of event played, and the operations found on the way. */
export interface Findings {
  readonly stories: readonly Story[];
  readonly intents: readonly Intent[];
  readonly mentions: readonly Mention[];
}

/** Every operation that the workflows of a repository run, found by playing every kind of event on each of them. */
export function findIntents(world: World): Findings {
  const stories = [...world.repository.workflows.values()].map((workflow) => storiesOf(workflow, world));
  const unreached = [...world.repository.workflows.values()].map((one) => storiesWithoutConditions(one, world));
  const all = stories.flat();
  const intents = stories.flatMap((own) => intentsOf(own, world));
  return {
    stories: all,
    intents: [...intents, ...unreachedIntents(intents, unreached, world)],
    mentions: mentionsOf([...all, ...unreached.flat()], world),
  };
}

/** Operations that stand in a workflow and that no event reaches, such as behind `if: false`: shown, and left alone. */
function unreachedIntents(
  running: readonly Intent[],
  unreached: readonly (readonly Story[])[],
  world: World,
): readonly Intent[] {
  const placeOf = ({ occurrences: [one] }: Intent): string =>
    JSON.stringify([one.site.workflow, one.site.job, one.operates.from]);
  const known = new Set(running.flatMap((intent) => [placeOf(intent), placeInJob(intent)]));
  return unreached
    .flatMap((own) => intentsOf(own, world))
    .flatMap((intent) => {
      const [own, inJob] = [placeOf(intent), placeInJob(intent)];
      const isCalled = intent.occurrences[0].site.jobPlay.job.span.path !== intent.workflow.path;
      if (known.has(own) || (isCalled && known.has(inJob))) return [];
      known.add(own);
      return [{ ...intent, on: [] }];
    });
}

/** The place whoever calls the workflow of its job: for a caller that never gets there it is no operation of its own. */
function placeInJob({ occurrences: [{ site, operates }] }: Intent): string {
  const { span } = site.jobPlay.job;
  return JSON.stringify([span.path, span.start, operates.from.at(-1)]);
}

function intentsOf(stories: readonly Story[], world: World): readonly Intent[] {
  const groups = grouped(withoutTyped(stories.flatMap((story) => occurrencesOf(story, world))), keyOf);
  const events = stories.map((story) => story.event);
  const replays: Replays = new Map();
  return [...groups].map(([key, occurrences]) => {
    const workflow = occurrences[0].site.jobPlay.workflow;
    const byFiles = decidedByFiles(
      occurrences,
      workflow,
      world,
      (event, change) => replayed(event, change, workflow, world, replays).get(key) ?? [],
    );
    return intent(workflow, byFiles, events);
  });
}

type Replays = Map<string, ReadonlyMap<string, readonly Occurrence[]>>;

/** What happens on an event when something is known of its files; played once for all operations of a workflow. */
function replayed(
  event: Event,
  change: KnownChange,
  workflow: Workflow,
  world: World,
  replays: Replays,
): ReadonlyMap<string, readonly Occurrence[]> {
  const key = JSON.stringify([eventKey(event), change]);
  const found = replays.get(key) ?? grouped(occurrencesOf(tell(workflow, event, world, false, change), world), keyOf);
  replays.set(key, found);
  return found;
}

function keyOf({ site, operates, organization, stack, directory }: Occurrence): string {
  const trail = site.step.trail.map((span) => `${span.path}:${span.start}`).join(" ");
  const at = operates.from.map((span) => `${span.path}:${span.start}`).join(" ");
  return JSON.stringify([
    site.job,
    trail,
    at,
    operates.operation ?? operates.operationText,
    organization,
    stack ?? (operates.stack ? shown(written(operates.stack.text)) : null),
    directory ?? written(operates.directory),
  ]);
}

function intent(workflow: Workflow, { occurrences, patterns }: ByFiles, events: readonly Event[]): Intent {
  const [first] = occurrences;
  const file = workflow.path.split("/").at(-1) ?? workflow.path;
  const names = [first.organization, first.project ?? first.directory, first.stack].filter(
    (part) => part !== undefined,
  );
  return {
    id: [file, first.site.job, first.operates.operation ?? "unknown", ...names].join("/"),
    workflow,
    occurrences,
    on: seenTriggers(
      workflow,
      occurrences.map((occurrence) => occurrence.event),
      events,
      patterns,
    ),
  };
}
