import { eventName, type Event } from "@gha2pulumi/repo";
import { fileFilters, type KnownChange, type Trigger, type Workflow } from "@gha2pulumi/workflow";
import type { Occurrence } from "./intent.ts";
import type { World } from "./world.ts";

/** Plays an event again with something known of its files, and gives what the operation is then. */
export type Replay = (event: Event, change: KnownChange) => readonly Occurrence[];

/** Occurrences of one operation, and by event name the patterns of the files that reach it. */
export interface ByFiles {
  readonly occurrences: readonly [Occurrence, ...Occurrence[]];
  readonly patterns: ReadonlyMap<string, readonly string[]>;
}

/**
 * Decides occurrences that hang on which files changed and on nothing else. A pattern reaches the operation when one
 * file of it is enough, whatever the other files are. Where no file of all those patterns surely means no operation,
 * they are a path filter word for word; anything else stays undecided: `infra && api`, `infra && !docs`.
 */
export function decidedByFiles(
  occurrences: ByFiles["occurrences"],
  workflow: Workflow,
  world: World,
  replay: Replay,
): ByFiles {
  const samples = occurrences.some(mayHangOnFiles) ? samplePatterns(workflow, world) : [];
  let decided = occurrences;
  const patterns = new Map<string, readonly string[]>();
  for (const trigger of samples.length === 0 ? [] : workflow.triggers) {
    const own = occurrences.filter(({ event }) => eventName(event) === trigger.event);
    const found = own.map((one) => reached(one, samples, replay));
    const [first] = found;
    const paths = first && withTrigger(first.patterns, trigger);
    const isOne = found.every((one) => one && one.patterns.join("\n") === first?.patterns.join("\n"));
    if (!paths || !isOne) continue;
    patterns.set(trigger.event, paths);
    // Cells of a matrix may do the same thing on the same event; each replay has all of them.
    const replayed = found.filter((_, at) => own.findIndex(({ event }) => event === own[at]?.event) === at);
    const [next, ...rest] = [
      ...decided.filter(({ event }) => eventName(event) !== trigger.event),
      ...replayed.flatMap((one) => one?.occurrences ?? []),
    ];
    if (next) decided = [next, ...rest];
  }
  return { occurrences: decided, patterns };
}

/** Patterns by the filters they are in: what is in the same ones makes the same outputs. */
function samplePatterns(workflow: Workflow, world: World): readonly (readonly [string, ...string[]])[] {
  const filters = fileFilters(workflow, world.repository).map(({ patterns }) => patterns ?? []);
  const samples = new Map<string, [string, ...string[]]>();
  for (const pattern of new Set(filters.flat())) {
    const key = filters.map((one) => one.includes(pattern)).join();
    const same = samples.get(key);
    if (same) same.push(pattern);
    else samples.set(key, [pattern]);
  }
  return [...samples.values()];
}

function mayHangOnFiles({ event, certainty }: Occurrence): boolean {
  return (event.kind === "push" || event.kind === "pull_request") && certainty !== true;
}

function reached(
  occurrence: Occurrence,
  samples: readonly (readonly [string, ...string[]])[],
  replay: Replay,
): { readonly patterns: readonly string[]; readonly occurrences: readonly Occurrence[] } | undefined {
  const { event } = occurrence;
  if (!mayHangOnFiles(occurrence)) return undefined;
  const hits = samples.flatMap((patterns) => {
    const occurrences = replay(event, { kind: "some", pattern: patterns[0] });
    const isSure = occurrences.length > 0 && occurrences.every((one) => one.certainty === true);
    return isSure ? [{ patterns, occurrences }] : [];
  });
  const patterns = hits.flatMap((hit) => hit.patterns);
  if (patterns.length === 0 || replay(event, { kind: "none", patterns }).length > 0) return undefined;
  return { patterns, occurrences: hits.flatMap((hit) => hit.occurrences) };
}

/**
 * The patterns with those of the trigger: a change has to have a file of either, which need not be the same one, so
 * only where one list holds the whole other is the shorter of them what both say.
 */
function withTrigger(patterns: readonly string[], trigger: Trigger): readonly string[] | undefined {
  if (trigger.pathsIgnore !== undefined) return undefined;
  if (trigger.paths === undefined) return patterns;
  const own = trigger.paths.map((path) => path.text);
  if (own.some((path) => path.startsWith("!"))) return undefined;
  if (patterns.every((pattern) => own.includes(pattern))) return patterns;
  return own.every((path) => patterns.includes(path)) ? own : undefined;
}
