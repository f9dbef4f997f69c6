import { apply, type Change, type Grammars } from "@gha2pulumi/repo";
import { stackLabel, type Refusal } from "@gha2pulumi/deployments";
import { readDefinitions } from "@gha2pulumi/trust";
import { isAcceptedCase } from "./accepted.ts";
import { decide } from "./decide.ts";
import { operationKey, type Held, type Plan } from "./decision.ts";
import { readProven, type Effect } from "./effects.ts";
import { findIntents, type Intent } from "./intents.ts";
import { prove, type Case } from "./prove.ts";
import { eventLabel, filesLabel } from "./report/event-label.ts";
import { finished } from "./phases/in-phase.ts";
import type { PlanDocument } from "./report/plan-document.ts";
import { roleAnswers, type RoleAnswers } from "./report/trust-artefacts.ts";
import { stackName } from "./runtime.ts";
import type { Snapshot } from "./world.ts";
import { write } from "./write.ts";

export interface Migration {
  readonly document: PlanDocument;
  readonly changes: readonly Change[];
  /** More about the roles of the plan, made when it is asked for. */
  readonly roles: RoleAnswers;
}

/**
 * From a repository to what becomes of it: the plan, the changes, and the proof that they do what is meant. Without
 * grammars, roles in Python and Terraform are not looked for, and settings in Python are neither read nor written.
 */
export async function migrate(before: Snapshot, grammars: Grammars | undefined): Promise<Migration> {
  const world = await readProven(before, grammars);
  const findings = findIntents(world);
  let held: Held = {
    all: undefined,
    stacks: new Map(),
    operations: new Map(),
    refused: new Map(),
    calls: new Map(),
  };
  // Every round holds back one operation or stack more, or everything; so it ends.
  for (;;) {
    const plan = decide(findings, world, held);
    const { changes, refused } = await write(plan, world, grammars);
    const after =
      changes.length === 0 ? world : await readProven({ ...before, tree: apply(before.tree, changes) }, grammars);
    const proof = refused.length === 0 ? prove(world, after) : [];
    const next =
      refused.length === 0
        ? heldBy(
            proof.filter((one) => !isAcceptedCase(one, before.surroundings)),
            plan,
            held,
          )
        : refusedBy(refused, held);
    if (next === undefined) {
      const definitions = await readDefinitions(world.tree, grammars);
      const outcome = { world, findings, plan, changes, proof, definitions };
      const { whole, document, changes: written } = await finished(outcome, grammars);
      return { document, changes: written, roles: roleAnswers(outcome, whole) };
    }
    held = next;
  }
}

/** What the settings program cannot say stays as it is: single stacks, where only those stand in the way. */
function refusedBy(refusals: readonly Refusal[], held: Held): Held {
  const stacks = refusals.flatMap(({ stack, note, code = "GP301" }) =>
    stack === undefined ? [] : [[stack, { code, note }] as const],
  );
  const isNew = stacks.some(([stack]) => !held.refused.has(stack));
  const all = refusals.find(({ stack }) => stack === undefined) ?? refusals[0];
  return isNew ? { ...held, refused: new Map([...held.refused, ...stacks]) } : { ...held, all: all?.note ?? "" };
}

/**
 * What the proof takes back: an operation of which an event would do something else afterwards stays as it is. The planner
 * proposes, the proof decides; `undefined` when there is nothing to take back.
 */
function heldBy(proof: readonly Case[], plan: Plan, held: Held): Held | undefined {
  if (plan.settings.length === 0) return undefined;
  const bad = proof.filter((one) => one.verdict !== "same");
  const [worst] = bad;
  if (worst === undefined) return undefined;
  const stacks = new Map(held.stacks);
  const operations = new Map(held.operations);
  const calls = new Map(held.calls);
  // What is called is given up first: the rest of the stack may be right.
  const hold = (intent: Intent, difference: string): void => {
    const [given, key] = [isCalled(intent, plan) ? calls : operations, operationKey(intent)];
    if (!given.has(key)) given.set(key, difference);
  };
  for (const one of bad) {
    for (const effect of one.differing) {
      const own = operationsBehind(effect, plan);
      for (const intent of own) hold(intent, differenceOf(one, effect));
      const stack = templateOf(effect);
      if (own.length === 0 && isDeclared(effect, plan) && !stacks.has(stack))
        stacks.set(stack, differenceOf(one, effect));
    }
    for (const intent of doneBy(plan))
      if (one.turned.includes(intent.workflow.path)) hold(intent, differenceOf(one, undefined));
  }
  const isMore = [
    [calls, held.calls],
    [operations, held.operations],
    [stacks, held.stacks],
  ].some(([now, before]) => (now?.size ?? 0) > (before?.size ?? 0));
  // A difference that nothing of the plan explains holds everything back.
  return isMore ? { ...held, calls, operations, stacks } : { ...held, all: differenceOf(worst, undefined) };
}

/**
 * Operations of the plan an effect that differs is about: those of its own job, else of its stack, else those that left
 * its workflow. Of several, what does the same comes first: only where the difference is still there without it, the next
 * round takes back the others.
 */
function operationsBehind(effect: Effect, plan: Plan): readonly Intent[] {
  const all = doneBy(plan);
  const ofStack = all.filter(({ occurrences: [one] }) => stackName(one) === templateOf(effect));
  const ofJob = ofStack.filter(
    ({ workflow, occurrences: [one] }) => effect.site === `${workflow.path} ${one.site.job}`,
  );
  const near = ofJob.length > 0 ? ofJob : ofStack;
  const alike = near.filter(({ occurrences: [one] }) => one.operates.operation === effect.operation);
  if (alike.length > 0) return alike;
  if (near.length > 0) return near;
  return all.filter(({ workflow }) => effect.site?.startsWith(`${workflow.path} `));
}

/** What becomes a call or moves. */
function doneBy({ calls, decisions }: Plan): readonly Intent[] {
  const moving = decisions.filter(({ disposition }) => disposition === "move").map(({ intent }) => intent);
  return [...calls.flatMap((call) => call.intents), ...moving];
}

function isCalled(intent: Intent, plan: Plan): boolean {
  return plan.calls.some((call) => call.intents.includes(intent));
}

/** What an event does otherwise: of several differences, the one that names the effect. */
function differenceOf({ event, notes }: Case, effect: Effect | undefined): string {
  const files = filesLabel(event);
  const own = effect && notes.find((note) => note.startsWith(`${effect.operation} ${effect.stack} `));
  return `${eventLabel(event)}${files === "" ? "" : ` (${files})`}: ${own ?? notes[0] ?? "something differs"}`;
}

function isDeclared(effect: Effect, plan: Plan): boolean {
  return plan.settings.some((settings) => stackLabel(settings) === templateOf(effect));
}

/** The stack that has the settings, also of one that is made from it for a pull request. */
function templateOf({ stack }: Effect): string {
  return stack.replace(/ \(review stack\)$/, "");
}
