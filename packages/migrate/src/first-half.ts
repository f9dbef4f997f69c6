import { namesIn, written, type Bound } from "@gha2pulumi/repo";
import type { Entry } from "./entry.ts";
import type { Operates } from "./intent.ts";
import { sameStack } from "./same-stack.ts";
import { isAutomaticToken } from "./tokens.ts";

/** What an operation does by itself of one that stands in front of it. */

/**
 * What an operation does by itself: its preview, and the refresh in front of an update. One with a policy pack, a
 * target or an expectation is more than that, and so is one of another folder.
 */
function isFirstHalf(other: Operates, operates: Operates): boolean {
  const isHalf = other.operation === "preview" || (other.operation === "refresh" && operates.operation === "update");
  return isHalf && sameStack(other, operates) && !other.modifiers.some(({ treatment }) => treatment === "keep");
}

/** An operation and the command it is of. */
export type Done = readonly [entry: Entry, operates: Operates];

/** Whether an operation does, or shows, what another in front of it has done, as far as files tell. */
export function isDoneAgain([entry, operates]: Done, [later, other]: Done): boolean {
  return isFirstHalf(operates, other) && runsAlike(entry, later);
}

/**
 * Whether two commands run one program on the same code with the same values. Secrets may be those of another role, which
 * the second has beside what it does.
 */
function runsAlike(one: Entry, other: Entry): boolean {
  if (written(one.before.revision?.text ?? []) !== written(other.before.revision?.text ?? [])) return false;
  const [sent, ...more] = [one, other].flatMap((entry) => sentBy(entry) ?? []);
  // The environment of a step that calls is what it asks with; beside one that does not, the settings tell.
  if (sent !== undefined) return more.every((theirs) => theirs === sent);
  const [mine, theirs] = [valuesOf(one), valuesOf(other)];
  return [...mine.keys(), ...theirs.keys()].every((name) => mine.get(name) === theirs.get(name));
}

/** What a call sends, as one text; `undefined` for what is no call. */
function sentBy({ operates }: Entry): string | undefined {
  const called = operates.find((one) => one.called !== undefined)?.called;
  if (called === undefined) return undefined;
  return JSON.stringify([...called.sent].map(([name, { text }]) => [name, written(text)]).sort());
}

/** Whether two operations set the same configuration before they begin. */
export function sameConfig({ config: one }: Operates, { config: other }: Operates): boolean {
  const labels = (all: Operates["config"]): string =>
    JSON.stringify(all.map(({ key, value, path, unless }) => [key, written(value.text), path, unless]));
  return labels(one) === labels(other);
}

/** Plain values of its environment; words of a script are none, and secrets are looked at for themselves. */
function valuesOf({ command }: Entry): ReadonlyMap<string, string> {
  return new Map(
    [...command.environment]
      .filter(([name, bound]) => !/^\d+$/.test(name) && !isHidden(bound))
      .map(([name, { text }]) => [name, written(text)]),
  );
}

function isHidden(bound: Bound): boolean {
  return namesIn(bound.text, "secrets").length > 0 || isAutomaticToken(bound);
}
