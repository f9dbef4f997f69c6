import { eventKey, isUtc, sameTimes, type ChangedFiles, type Event, type Path } from "@gha2pulumi/repo";
import { configuredBranch, settingText, type StackSettings } from "@gha2pulumi/deployments";
import {
  defaultBranchStandIn,
  fileFilters,
  isLiteralPattern,
  otherBranch,
  reachable,
  samplesOf,
  scenarios,
  type Trigger,
  type Workflow,
} from "@gha2pulumi/workflow";
import type { ProvenWorld } from "./effects.ts";
import { mayRunPulumi } from "./stories.ts";

/** A file that no path filter names. */
const otherFile = "some-other-file.txt";
/** More events than this nobody reads; whatever is not played stays undecided. */
export const mostEvents = 4000;

/**
 * Of which workflows events are played: those whose own file differs, which is enough where nothing else was changed;
 * or also every other that may run Pulumi, since a script or an action it uses may differ.
 */
export type Scope = "changed" | "all";

export interface Played {
  readonly events: readonly Event[];
  /** One that is left out because there are too many. */
  readonly leftOut: Event | undefined;
}

/** The events that could tell two trees apart: one of each class that any filter or condition of either side makes. */
export function eventsFor(before: ProvenWorld, after: ProvenWorld, scope: Scope): Played {
  const events = new Map<string, Event>();
  const worlds = [before, after].map((world) => ({ world, workflows: workflowsOf(world, before, after, scope) }));
  const none = worlds.every(({ workflows }) => workflows.length === 0);
  if (none && scope === "changed" && sameSettings(before, after)) return { events: [], leftOut: undefined };
  let leftOut: Event | undefined;
  const files = fileSets(worlds);
  const all = worlds.flatMap(({ world, workflows }) => [
    ...fromWorkflows(workflows, world),
    ...fromSettings(world.settings, cronsOf(before, after)),
  ]);
  for (const event of withoutOpenBranches(all)) {
    for (const one of withFiles(event, files)) {
      const key = eventKey(one);
      if (events.size < mostEvents || events.has(key)) events.set(key, one);
      else leftOut ??= one;
    }
  }
  return { events: [...events.values()], leftOut };
}

/** Where one side tells branches apart by hand, the default branch is one of those it names, or none of them. */
function withoutOpenBranches(events: readonly Event[]): readonly Event[] {
  const told = new Set(
    events.flatMap((one) => (one.kind === "dispatch" && !isOnOpenBranch(one) ? [one.workflow] : [])),
  );
  return events.filter((one) => one.kind !== "dispatch" || !isOnOpenBranch(one) || !told.has(one.workflow));
}

function isOnOpenBranch({ branch, tag }: Event & { readonly kind: "dispatch" }): boolean {
  return branch === defaultBranchStandIn && tag === undefined;
}

/**
 * A workflow whose file is the same on both sides, as are those of the workflows and actions it uses, does the same; only the others
 * can tell the trees apart.
 */
function workflowsOf(world: ProvenWorld, before: ProvenWorld, after: ProvenWorld, scope: Scope): readonly Workflow[] {
  const isPlayed = (workflow: Workflow): boolean =>
    [...reachable(workflow.path, world.repository, new Set())].some(
      (path) => before.tree.get(path) !== after.tree.get(path),
    ) ||
    (scope === "all" && mayRunPulumi(workflow, world));
  return [...world.repository.workflows.values()].filter(
    (workflow) => workflow.runnable && !workflow.path.startsWith("@") && isPlayed(workflow),
  );
}

/** Settings whose program is the same text on both sides. */
function sameSettings(before: ProvenWorld, after: ProvenWorld): boolean {
  const programs = (world: ProvenWorld): ReadonlySet<Path> => new Set(world.settings.map((one) => one.from[0].path));
  const paths = [...programs(before), ...programs(after)];
  return paths.every((path) => before.tree.get(path) === after.tree.get(path));
}

function fromWorkflows(workflows: readonly Workflow[], world: ProvenWorld): readonly Event[] {
  const branches = new Set<string>();
  const own = workflows.flatMap((workflow) => scenarios(workflow, world.repository));
  for (const event of own) {
    if (event.kind === "push") branches.add(event.branch);
    if (event.kind === "pull_request") branches.add(event.base);
  }
  const branch = world.surroundings.get("default-branch") ?? defaultBranchStandIn;
  const deleted: Event = { kind: "other", name: "delete", type: undefined, branch };
  return [...own, ...[...branches, otherBranch].flatMap((name) => branchEvents(name)), deleted];
}

/** A push to a branch and a pull request into it, in every action Deployments or a workflow may listen to. */
function branchEvents(branch: string): readonly Event[] {
  const pull = (action: string): Event & { readonly kind: "pull_request" } => ({
    kind: "pull_request",
    target: false,
    base: branch,
    action,
    merged: false,
    fork: false,
    draft: false,
    labels: [],
    actor: "someone",
    files: undefined,
  });
  const merged: Event = { ...pull("closed"), merged: true };
  return [
    { kind: "push", branch, files: undefined },
    ...["opened", "synchronize", "reopened", "closed"].map(pull),
    merged,
  ];
}

/** Every schedule of a workflow in UTC, as it is written there: conditions compare that text. */
function cronsOf(...worlds: readonly ProvenWorld[]): readonly string[] {
  const triggers = worlds.flatMap(({ repository }) =>
    [...repository.workflows.values()].flatMap((one) => one.triggers),
  );
  return triggers.flatMap(({ crons }) => crons.flatMap(({ text, zone }) => (isUtc(zone) ? [text] : [])));
}

function fromSettings(settings: readonly StackSettings[], written: readonly string[]): readonly Event[] {
  return settings.flatMap((one) => {
    const branch = settingText(one.branch)?.replace(/^refs\/heads\//, "");
    const crons = one.schedules.flatMap((schedule) => settingText(schedule.cron) ?? []);
    return [
      ...(branch !== undefined
        ? branchEvents(branch)
        : one.previewPullRequests
          ? branchEvents(configuredBranch).filter(({ kind }) => kind === "pull_request")
          : []),
      ...crons.map((cron): Event => ({
        kind: "schedule",
        cron: written.find((other) => sameTimes(other, cron)) ?? cron,
        zone: "UTC",
        branch: branch ?? defaultBranchStandIn,
      })),
    ];
  });
}

/** One changed file per path filter, of triggers and of steps, that either side has, and one that none of them names. */
function fileSets(
  worlds: readonly { readonly world: ProvenWorld; readonly workflows: readonly Workflow[] }[],
): readonly ChangedFiles[] {
  const files = new Set<Path>();
  let hasFilters = false;
  for (const { world, workflows } of worlds) {
    for (const workflow of workflows) {
      for (const trigger of workflow.triggers) for (const pattern of patternsOf(trigger)) add(files, pattern);
      for (const { patterns } of fileFilters(workflow, world.repository)) {
        hasFilters = true;
        for (const pattern of patterns ?? []) add(files, pattern);
      }
    }
    for (const settings of world.settings) for (const path of settings.paths) add(files, settingText(path) ?? "");
  }
  // A file that goes away cannot be changed afterwards, and a filter that names it has nothing left to match.
  const gone = new Set(
    [...(worlds[0]?.world.tree.keys() ?? [])].filter((path) => worlds[1] && !worlds[1].world.tree.has(path)),
  );
  const real = [...files].filter((file) => !gone.has(file)).sort();
  if (real.length === 0) return [undefined];
  // Steps that look at files may ask for one and not another, which only a change of all of them shows.
  return [...real.map((file) => [file]), ...(hasFilters ? [real] : []), [otherFile]];
}

function patternsOf(trigger: Trigger): readonly string[] {
  return [...(trigger.paths ?? []), ...(trigger.pathsIgnore ?? [])].map((pattern) => pattern.text);
}

function add(files: Set<Path>, pattern: string): void {
  const body = pattern.replace(/^!/, "");
  for (const sample of isLiteralPattern(body) ? [body] : samplesOf(body).slice(0, 2).filter(hasNoNewDots))
    if (sample !== "") files.add(sample);

  /** A wildcard that stands for nothing makes dot files of `*.md`, which no pattern means; GP614 speaks of those. */
  function hasNoNewDots(sample: string): boolean {
    const dots = (path: string): number => path.split("/").filter((part) => part.startsWith(".")).length;
    return dots(sample) <= dots(body);
  }
}

function withFiles(event: Event, files: readonly ChangedFiles[]): readonly Event[] {
  return event.kind === "push" || event.kind === "pull_request"
    ? files.map((set) => ({ ...event, files: set }))
    : [event];
}
