import { eventName, grouped, written, type Bound, type Text } from "@gha2pulumi/repo";
import { blocker, type Blocker } from "./blocker.ts";
import { cloudOf, isByKey, keyDetail } from "./cloud.ts";
import type { Occurrence } from "./intent.ts";
import type { Intent } from "./intents.ts";
import { stackOf } from "./stack-settings.ts";

/**
 * Operations of stacks that log in to one cloud with one key on one event, and with another on the next. Keys are often
 * those of two accounts, and the settings of a stack have one role for all of them. Previews of pull requests do not count:
 * they change nothing, and may have a key that only reads. Nor does what stays in the workflow for another reason: it goes on
 * with its own key, whatever role the settings have.
 */
export function keysByEvent(
  intents: readonly Intent[],
  stays: (intent: Intent) => boolean,
): ReadonlyMap<Intent, Blocker> {
  const found = new Map<Intent, Blocker>();
  const all = intents.filter(({ occurrences: [one] }) => one.operates.operation !== "preview");
  const ofStacks = grouped(
    all.filter((one) => stackOf(one) !== undefined),
    stackOf,
  );
  for (const group of ofStacks.values()) {
    for (const intent of group) {
      const own = group.filter((one) => one === intent || !stays(one)).flatMap(({ occurrences }) => occurrences);
      const pair = intent.occurrences
        .flatMap(keysOf)
        .map((key) => otherKey(key, own))
        .find((one) => one !== undefined);
      if (pair) found.set(intent, twoKeys(...pair));
    }
  }
  return found;
}

function twoKeys(one: Key, other: Key): Blocker {
  const said = ({ event, key }: Key): string => `with ${named(key.text)} on \`${event}\``;
  const message = `it logs in to ${one.cloud} ${said(one)}, and the stack is worked on ${said(other)} too; a stack has one role`;
  return blocker("GP525", message, one.key.from);
}

interface Key {
  readonly cloud: string;
  readonly key: Bound;
  readonly event: string;
}

function keysOf({ identities, event }: Occurrence): readonly Key[] {
  return identities.filter(isByKey).flatMap((identity) => {
    const key = identity.details.get(keyDetail);
    return key === undefined ? [] : [{ cloud: cloudOf(identity).toUpperCase(), key, event: eventName(event) }];
  });
}

function otherKey(one: Key, all: readonly Occurrence[]): readonly [Key, Key] | undefined {
  const other = all
    .flatMap(keysOf)
    .find(({ cloud, key }) => cloud === one.cloud && written(key.text) !== written(one.key.text));
  return other && [one, other];
}

function named(text: Text): string {
  return (
    text.map((piece) => (typeof piece === "string" ? "a key that is written out" : `\`${piece.expression}\``))[0] ?? ""
  );
}
