import { keysIn } from "./cloud.ts";
import { blocker, type Blocker } from "./blocker.ts";
import { isImplied, keysApart } from "./stack-conflicts.ts";
import type { Intent } from "./intents.ts";
import { runtimeOf } from "./runtime.ts";
import { profileOf, stackOf } from "./stack-settings.ts";

/**
 * Previews of pull requests that take another role than an update of their stack that may be called: a call hands a role of AWS over, and no other login. The stack has the update's; the preview stays.
 */
export function readingPreviews(
  moving: readonly Intent[],
  callable: readonly Intent[],
): ReadonlyMap<Intent, readonly Blocker[]> {
  const found = new Map<Intent, readonly Blocker[]>();
  for (const intent of [...moving, ...callable].filter(isReading)) {
    const isOfStack = (one: Intent): boolean => stackOf(one) === stackOf(intent);
    if (moving.some((one) => isOfStack(one) && !isReading(one))) continue;
    const update = callable.find(
      (one) =>
        isOfStack(one) && operationOf(one) === "update" && rolesOf(one) !== rolesOf(intent) && !isHandedOver(one),
    );
    const { from } = intent.occurrences[0].operates;
    const keys = update && keysApart(intent, update);
    const role =
      keys?.message ?? "it takes another role than the stack's other operations; a stack has one role for all";
    const what = keys === undefined ? "role" : "key";
    const called = `it cannot become a call: its ${what} is not that of the stack's update, and cannot be handed over`;
    const blockers = [
      ...(moving.includes(intent) ? [blocker("GP242", role, from, keys?.question)] : []),
      blocker("GP251", called, from, keys?.question),
    ];
    if (update) found.set(intent, blockers);
  }
  return found;
}

function isReading(intent: Intent): boolean {
  return (
    operationOf(intent) === "preview" && intent.on.every(({ event }) => event === "pull_request") && !isImplied(intent)
  );
}

function operationOf({ occurrences: [{ operates }] }: Intent): string | undefined {
  return operates.operation;
}

function rolesOf(intent: Intent): string {
  return profileOf(intent, false).identities;
}

function isHandedOver({ occurrences }: Intent): boolean {
  return occurrences.every((one) => {
    const [only, ...others] = runtimeOf(one).oidc;
    return only?.kind === "aws" && others.length === 0 && keysIn(one.identities).length === 0;
  });
}
