import { literal } from "@gha2pulumi/repo";
import type { Occurrence } from "../intent.ts";
import type { Intent } from "../intents.ts";
import { isImplied } from "../stack-conflicts.ts";
import { stackOf } from "../stack-settings.ts";
import type { Group } from "./call-group.ts";

interface Option {
  readonly flag: string;
  readonly text: string;
}

/**
 * Flags of the CLI that a call hands over, because another operation of its stack goes without them. None where the
 * operations of its step do not agree: a step has one text.
 */
export function optionsSent(group: Group, peers: readonly Intent[]): readonly Option[] {
  const all = group.flatMap(({ occurrences }) => occurrences);
  const [own = [], ...others] = all.map(optionsOf);
  if (others.some((other) => !isSame(own, other))) return [];
  const stacks = new Set(group.map(stackOf));
  // The first half of an update runs as that does.
  const neighbours = peers.filter((one) => stacks.has(stackOf(one)) && !isImplied(one));
  const isShared = ({ flag, text }: Option): boolean =>
    neighbours.every(({ occurrences }) =>
      occurrences.every((one) => optionsOf(one).some((other) => other.flag === flag && other.text === text)),
    );
  return own.filter((option) => !isShared(option));
}

function optionsOf({ operates }: Occurrence): readonly Option[] {
  return operates.modifiers.flatMap(({ name, treatment, value }) => {
    const text = treatment === "option" ? literal(value) : undefined;
    return text === undefined ? [] : [{ flag: name, text }];
  });
}

function isSame(a: readonly Option[], b: readonly Option[]): boolean {
  return a.length === b.length && a.every(({ flag, text }) => b.some((one) => one.flag === flag && one.text === text));
}
