import type { Contexts } from "./expression/evaluate.ts";
import { evaluateCondition } from "./expression/template.ts";
import type { Condition } from "./play-model.ts";

/** The note of an open condition that is none: no event it is played on lets it hold, whatever fails before it. */
export const neverTrue = "its condition is never true";

/** The note of a condition that is false as long as all goes well. */
export const afterTrouble = "it runs only after something has failed or was cancelled";

/** The note of a condition that the file makes false by itself, as `if: false` does, until a person turns it on again. */
export const switchedOff = "its condition is false whatever starts it";

/** The note of a job whose matrix is an empty list: GitHub says that it "does not contain any values", and fails the job. */
export const noCells = "GitHub refuses its matrix, which has no values";

/** Whether a note says that no event of the workflow lets a condition hold as long as all goes well. */
export function isUnreached(note: string): boolean {
  return note === neverTrue || note === afterTrouble || note === switchedOff || note === noCells;
}

/** A condition that is false, turned into one that is not decided: to show what stands behind it. */
export function shownAnyway(decided: Condition, source: string | undefined, contexts: Contexts): Condition {
  if (decided.value !== false) return decided;
  // What is left out is open, and so is whether anything before it has failed.
  const isFalseBy = (names: readonly string[]): boolean => {
    const known = Object.entries(contexts).filter(([name]) => names.includes(name));
    return evaluateCondition(source, Object.fromEntries(known)).value === false;
  };
  const isNever = isFalseBy(["github", "inputs"]) && !isFalseBy([]);
  const ofResults = ["steps", "needs"];
  const isOff = !isNever && isFalseBy(Object.keys(contexts).filter((name) => !ofResults.includes(name)));
  return { value: undefined, note: isNever ? neverTrue : isOff ? switchedOff : afterTrouble, names: [] };
}

/** Whether a condition may hold after a failure or a cancellation, where results of what ran before are open. */
export function runsInTrouble(source: string | undefined, contexts: Contexts): boolean {
  return troubles.some((status) => evaluateCondition(source, contexts, status).value !== false);
}

const troubles = [
  { success: false, failure: true, cancelled: false },
  { success: false, failure: false, cancelled: true },
];
