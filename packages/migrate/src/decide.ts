import type { Path } from "@gha2pulumi/repo";
import type { Findings, Intent } from "./intents.ts";
import { removableJobs, type Removal } from "./removable.ts";
import { blocker, type Blocker } from "./blocker.ts";
import { blockersOf } from "./blockers.ts";
import type { Decision, Held, Plan } from "./decision.ts";
import { stackName } from "./runtime.ts";
import { questionsOf } from "./questions.ts";
import { branchOf, conflictsOf } from "./stack-conflicts.ts";
import { settingsFor, stackOf } from "./stack-settings.ts";
import type { World } from "./world.ts";

/**
 * One disposition per intent. Everything may move at first; then whatever stands against it takes intents out, and
 * with each one what cannot move without it, until nothing changes any more.
 */
export function decide(findings: Findings, world: World, held: Held): Plan {
  const { intents } = findings;
  const blocked = new Map<Intent, readonly Blocker[]>();
  const add = (intent: Intent, blockers: readonly Blocker[]): boolean => {
    if (blockers.length === 0) return false;
    blocked.set(intent, [...(blocked.get(intent) ?? []), ...blockers]);
    return true;
  };
  for (const intent of intents) {
    add(intent, blockersOf(intent, findings, world));
    if (!blocked.has(intent)) add(intent, heldBack(intent, held));
  }
  const moving = (): readonly Intent[] => intents.filter((intent) => !blocked.has(intent));
  let removals: readonly Removal[] = [];
  // Every round blocks at least one more intent, or is the last.
  for (let changed = true; changed;) {
    changed = false;
    for (const intent of moving()) if (add(intent, togetherWith(intent, intents, blocked))) changed = true;
    for (const group of byStack(moving())) {
      for (const [intent, blockers] of conflictsOf(group, ownFiles(moving()), world.surroundings.get("default-branch")))
        if (add(intent, blockers)) changed = true;
    }
    const found = removableJobs(moving(), findings, world);
    for (const [intent, blockers] of found.blocked) if (add(intent, blockers)) changed = true;
    removals = found.removals;
  }
  const decisions = intents.map((intent): Decision => {
    const blockers = blocked.get(intent) ?? [];
    const asks = blockers.length > 0 && blockers.every((blocker) => blocker.question !== undefined);
    return {
      intent,
      disposition: blockers.length === 0 ? "move" : asks ? "ask" : "keep",
      reasons: blockers.map((blocker) => blocker.reason),
    };
  });
  return {
    decisions,
    settings: byStack(moving()).map((group) => settingsFor(group, branchOf(group), ownFiles(moving()), world)),
    questions: questionsOf(
      decisions.filter((one) => one.disposition === "ask").map((one) => one.intent),
      blocked,
    ),
    removals,
  };
}

function heldBack(intent: Intent, held: Held): readonly Blocker[] {
  const from = intent.occurrences[0].operates.from;
  if (held.all !== undefined) return [blocker("GP301", held.all, from)];
  const found = held.stacks.get(stackName(intent.occurrences[0]));
  return found === undefined ? [] : [blocker("GP600", `the proof found a difference: ${found}`, from)];
}

/** Operations of one step go or stay together: the step is one piece of the file. */
function togetherWith(
  intent: Intent,
  intents: readonly Intent[],
  blocked: ReadonlyMap<Intent, readonly Blocker[]>,
): readonly Blocker[] {
  const other = intents.find((one) => one !== intent && blocked.has(one) && isSamePiece(one, intent));
  const blockers = other && blocked.get(other);
  if (!other || !blockers?.[0]) return [];
  const message = `it shares a step with an operation that stays: ${blockers[0].reason.message}`;
  const asks = blockers.every((blocker) => blocker.question !== undefined)
    ? blockers.find((blocker) => blocker.question)?.question
    : undefined;
  return [{ reason: { code: "GP208", message, from: blockers[0].reason.from }, question: asks }];
}

/** The same step; inside a call, the same calling job, since only that can be taken out of a file. */
function isSamePiece(a: Intent, b: Intent): boolean {
  const [one] = a.occurrences;
  const [two] = b.occurrences;
  if (one.site.workflow !== two.site.workflow || one.site.job !== two.site.job) return false;
  const called = one.site.jobPlay.calls ?? two.site.jobPlay.calls;
  const implies = [...a.occurrences, ...b.occurrences].some((occurrence) => occurrence.implied);
  return called !== undefined || one.site.step.trail[0].start === two.site.step.trail[0].start || implies;
}

function byStack(intents: readonly Intent[]): readonly (readonly [Intent, ...Intent[]])[] {
  const groups = new Map<string, [Intent, ...Intent[]]>();
  for (const intent of intents) {
    const key = stackOf(intent);
    if (key === undefined) throw new Error(`an intent without a stack was going to move: ${intent.id}`);
    const group = groups.get(key);
    if (group) group.push(intent);
    else groups.set(key, [intent]);
  }
  return [...groups.values()];
}

/** Workflow files of which everything moves: path filters that name them have nothing left to match. */
function ownFiles(moving: readonly Intent[]): ReadonlySet<Path> {
  return new Set(moving.map((intent) => intent.workflow.path));
}
