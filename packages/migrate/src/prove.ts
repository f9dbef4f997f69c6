import { eventKey, innermost, type Event, type Path } from "@gha2pulumi/repo";
import { placed } from "./assumptions.ts";
import { isOfCommit } from "./assumed-by-effect.ts";
import { effects, previewedFirst, type Effect, type ProvenWorld } from "./effects.ts";
import { eventsFor, mostEvents, type Scope } from "./events.ts";
import { isOptionVariable } from "./option-variable.ts";
import { editedWorkflows, turnedOn } from "./turned.ts";

export type Verdict = "same" | "missing" | "extra" | "changed" | "undecided";

/** One event played on both trees. */
export interface Case {
  readonly event: Event;
  readonly before: readonly Effect[];
  readonly after: readonly Effect[];
  readonly verdict: Verdict;
  /** What differs, or why it is not decided. */
  readonly notes: readonly string[];
  readonly assuming: readonly string[];
  /** The kind of each difference, GP271 to GP276, sorted; none where the verdict is `same`. */
  readonly codes: readonly string[];
  /** The effects, of either side, that are not the same. */
  readonly differing: readonly Effect[];
  /** Workflows of which a job or step that stays would run otherwise. */
  readonly turned: readonly Path[];
}

/** Worst first: the verdict of a case is that of its worst effect. */
const severity: readonly Verdict[] = ["missing", "extra", "changed", "undecided", "same"];

/** Plays every event that could tell two trees apart on both of them, and `more`, and compares what happens. */
export function prove(
  before: ProvenWorld,
  after: ProvenWorld,
  scope: Scope = "changed",
  more: readonly Event[] = [],
): readonly Case[] {
  const { events, leftOut } = eventsFor(before, after, scope);
  const cases = [...events, ...more].map((event) =>
    compare(event, effects(before, event), effects(after, event), () => previewedFirst(before, event)),
  );
  const edited = editedWorkflows(before, after);
  // More previews are no difference; what else would run otherwise is one, beside them too.
  const proven = cases.map((one) => withTurned(withMorePreviews(one, cases), one.differing, edited));
  return leftOut === undefined ? proven : [...proven, notPlayed(leftOut)];
}

/** What stands for all the events that were too many. */
function notPlayed(event: Event): Case {
  const notes = [`it and others are not played: there are more than ${mostEvents} events to tell the two apart by`];
  return {
    event,
    before: [],
    after: [],
    verdict: "undecided",
    notes,
    assuming: [],
    codes: [undecided],
    differing: [],
    turned: [],
  };
}

/** What else stands in the workflows that were edited goes on as it did: a job that reads the result of one that is gone. */
function withTurned(one: Case, differing: readonly Effect[], edited: ReturnType<typeof editedWorkflows>): Case {
  // Of a job with an operation that differs, or that is previewed once more, that is what is said.
  const said = new Set(differing.flatMap(({ site }) => site ?? []));
  const turned = edited
    .flatMap(([before, after]) => turnedOn(one.event, before, after))
    .filter(({ job, from }) => !said.has(`${from[0].path} ${job}`));
  if (turned.length === 0) return one;
  const own = turned.every(({ isOpen }) => isOpen) ? "undecided" : "changed";
  return {
    ...one,
    verdict: severity.find((verdict) => verdict === one.verdict || verdict === own) ?? one.verdict,
    notes: [...new Set([...one.notes, ...turned.map(({ message }) => message)])],
    codes: [...new Set([...one.codes, own === "changed" ? "GP299" : undecided])].sort(),
    turned: [...new Set(turned.map(({ from }) => from[0].path))],
  };
}

/**
 * A pull request that was previewed in one action and now is in others too: a preview changes nothing, and whoever
 * opened the pull request had one before. Any other extra operation stays extra.
 */
function withMorePreviews(one: Case, cases: readonly Case[]): Case {
  const { event, differing, verdict } = one;
  if (verdict !== "extra" || event.kind !== "pull_request") return one;
  const sibling = (other: Case): boolean =>
    other.event.kind === "pull_request" && eventKey({ ...other.event, action: event.action }) === eventKey(event);
  const known = cases.filter(sibling).flatMap(({ before }) => before);
  const previews = (all: readonly Effect[], { stack }: Effect): boolean =>
    all.some((other) => other.operation === "preview" && other.stack === stack);
  // A second preview of the same event is one too many.
  const isKnown = (effect: Effect): boolean =>
    effect.operation === "preview" && previews(known, effect) && !previews(one.before, effect);
  // A stack that closing has destroyed is there again, where the workflow waited for the next commit.
  const isAgain = ({ operation, stack, runner }: Effect): boolean =>
    event.action === "reopened" &&
    runner === "deployment" &&
    operation === "update" &&
    stack.endsWith(" (review stack)") &&
    known.some((other) => other.operation === "update" && other.stack === stack);
  const code = differing.every(isKnown) ? "GP617" : differing.every(isAgain) ? "GP689" : undefined;
  if (code === undefined) return one;
  return {
    ...one,
    verdict: "same",
    notes: [],
    assuming: [...new Set([...one.assuming, code])],
    codes: [],
    differing: [],
  };
}

interface Compared {
  readonly effect: Effect;
  readonly verdict: Verdict;
  readonly notes: readonly string[];
  readonly assuming: readonly string[];
  readonly codes: readonly string[];
}

const [missing, extra, otherwise, gateLost, otherBinding, undecided] = [
  "GP271",
  "GP272",
  "GP273",
  "GP274",
  "GP275",
  "GP276",
] as const;

/** Compares what one event does on both sides; what is only available by hand counts where something asked for it. */
export function compare(
  event: Event,
  before: readonly Effect[],
  after: readonly Effect[],
  previewed: () => readonly string[] = () => [],
): Case {
  const { pairs, left } = pair(before, after);
  const compared: Compared[] = pairs.map(([effect, match]) =>
    match
      ? comparePair(event, effect, match, { doubled: isDoubled(effect, match, pairs) })
      : {
          effect,
          verdict: effect.condition === "" ? "missing" : "undecided",
          notes: [`${effect.operation} ${effect.stack} would not happen`],
          assuming: [],
          codes: [effect.condition === "" ? missing : undecided],
        },
  );
  for (const effect of left) {
    if (effect.start !== "automatic") continue;
    if (isDrained(effect, before)) {
      compared.push({ effect, verdict: "same", notes: [], assuming: ["GP690"], codes: [] });
      continue;
    }
    // It stood in front of an update, as a part of that.
    if (effect.operation === "preview" && effect.runner !== "deployment" && previewed().includes(effect.stack)) {
      compared.push({ effect, verdict: "same", notes: [], assuming: [...effect.assuming, "GP745"], codes: [] });
      continue;
    }
    compared.push({
      effect,
      verdict: effect.condition === "" ? "extra" : "undecided",
      notes: [`${effect.operation} ${effect.stack} would happen too`],
      assuming: effect.assuming,
      codes: [effect.condition !== "" ? undecided : effect.operation === "destroy" ? otherBinding : extra],
    });
  }
  const verdict = severity.find((one) => compared.some((pair) => pair.verdict === one)) ?? "same";
  return {
    event,
    before,
    after: after.filter((effect) => effect.start === "automatic" || !left.includes(effect)),
    verdict,
    notes: [...new Set(compared.flatMap((pair) => pair.notes))],
    assuming: [...new Set(compared.flatMap((pair) => pair.assuming))],
    codes: [...new Set(compared.flatMap((pair) => pair.codes))].sort(),
    differing: compared.filter((pair) => pair.verdict !== "same").map((pair) => pair.effect),
    turned: [],
  };
}

/**
 * A review stack that Deployments destroys beside the workflow, which goes on doing so: each destroys what it made, the
 * workflow for pull requests that were open before.
 */
function isDrained(effect: Effect, before: readonly Effect[]): boolean {
  return isReviewDestroy(effect) && before.some((other) => isReviewDestroy(other) && other.stack === effect.stack);
}

function isReviewDestroy({ operation, stack }: Effect): boolean {
  return operation === "destroy" && stack.endsWith(" (review stack)");
}

/**
 * Every effect with the one on the other side that does the same to the same stack: first what Deployments did already,
 * then that of the same job, which has stayed or become a call, then one of Deployments, then any; what is left over
 * had no counterpart.
 */
function pair(
  before: readonly Effect[],
  after: readonly Effect[],
): { readonly pairs: readonly (readonly [Effect, Effect | undefined])[]; readonly left: readonly Effect[] } {
  const left = [...after];
  const matches = new Map<number, Effect>();
  const rounds: readonly ((effect: Effect, other: Effect) => boolean)[] = [
    (effect, other) => effect.runner === "deployment" && other.runner === "deployment",
    (effect, other) => other.site !== undefined && other.site === effect.site && other.directory === effect.directory,
    (effect, other) => other.site !== undefined && other.site === effect.site,
    (_, other) => other.runner === "deployment",
    () => true,
  ];
  for (const isCounterpart of rounds) {
    before.forEach((effect, index) => {
      if (matches.has(index)) return;
      const at = left.findIndex(
        (other) => other.operation === effect.operation && other.stack === effect.stack && isCounterpart(effect, other),
      );
      const [match] = at < 0 ? [] : left.splice(at, 1);
      if (match) matches.set(index, match);
    });
  }
  before.forEach((effect, index) => {
    const twin = matches.has(index) ? undefined : declaredTwin(effect, before, matches);
    if (twin) matches.set(index, twin);
  });
  return { pairs: before.map((effect, index) => [effect, matches.get(index)]), left };
}

/**
 * Half a migration: the settings of a stack are declared, and the workflow is still there. Where `live` is on both would
 * run the operation, where it is meant to run once: one deployment stands for both. So does one that only a person starts,
 * which is there while `live` is off as well.
 */
function declaredTwin(
  effect: Effect,
  before: readonly Effect[],
  matches: ReadonlyMap<number, Effect>,
): Effect | undefined {
  if (effect.runner !== "workflow") return undefined;
  const at = before.findIndex(
    (other, index) =>
      other.runner === "deployment" &&
      other.start !== "dropped" &&
      other.operation === effect.operation &&
      other.stack === effect.stack &&
      matches.get(index)?.runner === "deployment",
  );
  return matches.get(at);
}

function isDoubled(effect: Effect, match: Effect, pairs: readonly (readonly [Effect, Effect | undefined])[]): boolean {
  return pairs.some(([other, same]) => same === match && other !== effect);
}

/** What counts as the same; where it runs and how it logs in are meant to change and are not looked at. */
const fields: readonly (readonly [name: string, read: (effect: Effect) => string, code: string])[] = [
  ["folder", (effect) => effect.directory, otherwise],
  ["revision", (effect) => effect.revision, otherwise],
  ["gates", (effect) => effect.gates.join(", "), gateLost],
  ["role", (effect) => effect.roles.join(", "), otherBinding],
  ["environment", (effect) => effect.environment.join("\n"), otherBinding],
  ["preparation", (effect) => effect.prepare.join("\n"), otherwise],
  ["configuration", (effect) => effect.config.join("\n"), otherBinding],
  ["removal", (effect) => (effect.removes ? "the stack is removed" : ""), otherBinding],
];

const onceCodes = {
  again: "GP692",
  time: "GP693",
  summary: "GP694",
  overtaken: "GP695",
  machine: "GP696",
  preview: "GP697",
  module: "GP698",
  build: "GP699",
  cloud: "GP656",
  tool: "GP722",
  version: "GP658",
  engine: "GP723",
  switch: "GP725",
  ended: "GP726",
} as const;

function comparePair(
  event: Event,
  before: Effect,
  after: Effect,
  { doubled }: { readonly doubled: boolean },
): Compared {
  const unmoved = before.runner === after.runner;
  const [own, other, accepted] = unmoved ? [before, after, []] : asPreviews(event, before, after);
  const one = unmoved ? own : withStayingChecks(own, other);
  const differing = fields.filter(([, read]) => read(one) !== read(other));
  const notes = differing.map(([name, read]) => `${name}: ${shown(read(one))} → ${shown(read(other))}`);
  const codes: string[] = differing.map(([, , code]) => code);
  // Nothing has moved: an unchanged workflow does what it did, whatever the values are.
  const branches = [before.branch, after.branch];
  if (branches.every((branch) => branch !== undefined) && before.branch !== after.branch) {
    notes.push(`branch: ${branches.join(" → ")}`);
    codes.push(otherwise);
  }
  // Settings of a file that the CLI has dropped, which a program says from now on.
  const isFolded = before.runner === "deployment" && unmoved && before.from[0].path !== after.from[0].path;
  const assuming = unmoved
    ? isFolded
      ? ["GP516", "GP601", "GP602"]
      : []
    : [
        // A preview that Deployments starts by itself is shown in the pull request; that is GP604. A call asks for what is
        // checked out.
        ...before.assuming.filter((code) => code !== (after.runner === "call" ? "GP730" : "GP627")),
        ...after.assuming,
        ...accepted,
        ...lostOnce(event, before, after).flatMap((one) =>
          after.runner === "deployment" || one.isOfCommand ? [placed(onceCodes[one.kind], innermost(one.from))] : [],
        ),
        ...(doubled ? ["GP511"] : []),
        ...(event.kind === "pull_request" ? [event.action === "closed" ? "GP628" : "GP625"] : []),
        // https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs
        ...(after.runner === "deployment" && isOfCommit(event) ? ["GP732"] : []),
        "GP601",
        "GP602",
        "GP604",
        "GP611",
        "GP612",
        ...(event.kind === "schedule" && branches.includes(undefined) ? ["GP615"] : []),
        // https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
        ...(event.kind === "schedule" && after.runner === "deployment" ? ["GP685"] : []),
      ];
  // What the workflow has made, Deployments does not know.
  if (!unmoved && isReviewDestroy(before))
    return {
      effect: before,
      verdict: "missing",
      notes: ["nothing would destroy the stacks it has made"],
      assuming,
      codes: [missing],
    };
  if (notes.length > 0) return { effect: before, verdict: "changed", notes, assuming, codes };
  if (before.condition !== after.condition)
    return {
      effect: before,
      verdict: "undecided",
      notes: [`${before.condition || "always"} → ${after.condition || "always"}`],
      assuming,
      codes: [undecided],
    };
  // What nobody can read is not in the settings, and may be needed.
  if (!unmoved && after.runner === "deployment" && before.unread !== "")
    return { effect: before, verdict: "undecided", notes: [before.unread], assuming, codes: [undecided] };
  // A call stands where the operation stood: the same open condition decides about both.
  if (before.condition !== "" && !unmoved && after.runner !== "call")
    return { effect: before, verdict: "undecided", notes: [before.condition], assuming, codes: [undecided] };
  return { effect: before, verdict: "same", notes: [], assuming, codes: [] };
}

/** What Deployments does not do as the workflow did. Only pushes overtake each other, and settings may say so. */
function lostOnce(event: Event, before: Effect, after: Effect): Effect["once"] {
  const isKept = event.kind !== "push" || after.once.some(({ kind }) => kind === "overtaken");
  // GP695 says both.
  const isSaid = before.once.some(({ kind }) => kind === "overtaken") && !isKept;
  return before.once.filter(({ kind }) => (kind !== "overtaken" || !isKept) && (kind !== "ended" || !isSaid));
}

/** Checks that the workflow still does before it asks for a deployment need not be done in there. */
function withStayingChecks(before: Effect, after: Effect): Effect {
  const stay = after.runner === "call" && before.checks.every((check) => after.checks.includes(check));
  const isWithout = before.unchecked.join("\n") === after.prepare.join("\n");
  return stay && isWithout ? { ...before, prepare: before.unchecked } : before;
}

/**
 * Two previews of a pull request without what makes no difference to a preview, and the assumptions that rests on: jobs
 * and previews it waited for, and flags of the CLI. Environments stay gates: their approval guards the credentials.
 */
function asPreviews(event: Event, before: Effect, after: Effect): readonly [Effect, Effect, readonly string[]] {
  if (event.kind !== "pull_request" || before.operation !== "preview") return [before, after, []];
  // A call stands where the preview stood, and goes on waiting.
  const gates = before.gates.filter((gate) => after.runner === "call" || !/^(?:job|preview) /.test(gate));
  const plain = (effect: Effect): readonly string[] => effect.environment.filter((one) => !isOptionVariable(one));
  // Checks that stay with the pull request may be done in the deployment too.
  const isInFull = after.runner === "deployment" && before.inFull.join("\n") === after.prepare.join("\n");
  const isFlagged = before.environment.join() !== after.environment.join();
  return [
    { ...before, gates, environment: plain(before), prepare: isInFull ? after.prepare : before.prepare },
    { ...after, environment: plain(after) },
    [...(gates.length < before.gates.length ? ["GP621"] : []), ...(isFlagged ? ["GP620"] : [])],
  ];
}

function shown(text: string): string {
  return text === "" ? "none" : text.replaceAll("\n", ", ");
}
