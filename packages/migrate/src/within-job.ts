import { literal, written } from "@gha2pulumi/repo";
import type { Entry } from "./entry.ts";
import { isDoneAgain } from "./first-half.ts";
import { sameStack } from "./same-stack.ts";
import type { Occurrence, Operates } from "./intent.ts";
import type { StackAnswer } from "./stack-answer.ts";
import { isNamedByRun } from "./stack-blockers.ts";
import { partsNamed, stackParts } from "./stack-name.ts";

/** What the operations of one job are to each other. */

/**
 * The entries of a job on the stack that was answered for it, where no file names another. Where such operations name
 * several (`secrets.STAGING`, then `secrets.PROD`), nobody has said that they are one: each stays as it is written.
 */
export function onAnsweredStack(entries: readonly Entry[], answer: StackAnswer | undefined): (one: Entry) => Entry {
  const isOpen = (one: Operates): boolean => {
    const name = partsNamed(one.stack)?.stack;
    return !isNamedByRun(one) && (name === undefined || literal(name) === undefined);
  };
  const open = entries.flatMap(({ operates }) => operates).filter(isOpen);
  const names = new Set(open.flatMap(({ stack }) => (stack ? [written(stack.text)] : [])));
  if (answer === undefined || names.size > 1) return (one) => one;
  const text = [answer.stack];
  const told = (one: Operates): Operates => ({ ...one, stack: { text, from: one.stack?.from ?? one.from } });
  return (one) => ({ ...one, operates: one.operates.map((own) => (isOpen(own) ? told(own) : own)) });
}

/** A preview or refresh that an update of the same stack follows: the update shows, or does, it by itself. */
export function isImplied(entry: Entry, operates: Operates, later: readonly Entry[]): boolean {
  // Somebody reads what it prints.
  if (entry.command.kind === "run" && entry.command.writes !== undefined) return false;
  return later.some(
    (one) =>
      one.step.runs.value === true &&
      one.operates.some((other) => other.operation === "update" && isDoneAgain([entry, operates], [one, other])),
  );
}

/** An update behind a refresh of the same stack is an update that refreshes: `pulumi up --refresh`. */
export function modifiersWithRefresh(operates: Operates, earlier: readonly Entry[]): Operates["modifiers"] {
  if (operates.operation !== "update" || operates.modifiers.some(({ name }) => name === "refresh"))
    return operates.modifiers;
  const refresh = earlier
    .filter((entry) => entry.step.runs.value === true && entry.command.certainty === true)
    .flatMap((entry) => entry.operates)
    .find((other) => other.operation === "refresh" && sameStack(other, operates));
  if (!refresh || refresh.modifiers.some(({ treatment }) => treatment === "keep")) return operates.modifiers;
  return [...operates.modifiers, { name: "refresh", treatment: "option", value: ["true"], from: refresh.from }];
}

/** An operation before this one in the same job: when it fails, this one does not start. */
export function stepGates(earlier: readonly Entry[], own: Entry, operates: Operates): Occurrence["gates"] {
  return earlier.flatMap((entry) =>
    entry.operates
      .filter((other) => entry.step.runs.value !== false && !isDoneAgain([entry, other], [own, operates]))
      .map((other) => ({
        kind:
          other.operation === "preview" && operates.operation === "preview" ? ("preview" as const) : ("step" as const),
        name: `${other.operation ?? other.operationText} of ${other.stack ? written(stackParts(other.stack.text)?.stack ?? other.stack.text) : "the selected stack"}`,
        from: other.from,
      })),
  );
}
