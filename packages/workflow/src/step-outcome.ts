import { unknownValue, closedObject, openObject, type Value } from "./expression/value.ts";
import type { Step } from "./model.ts";

/** What later steps see of one that has ended. */

/** Its failure does not fail the job; any expression may say so. */
export function isExcused(step: Step): boolean {
  return (step.continueOnError?.text ?? "false") !== "false";
}

/**
 * A step that ends the job when it fails has succeeded for all that follow; of one that does not, `outcome` says how it
 * ended before `continue-on-error` was applied: https://docs.github.com/actions/reference/workflows-and-actions/contexts#steps-context
 */
export function outcomeOf(step: Step): Value {
  const path = `steps.${step.id ?? ""}.outcome`;
  return isExcused(step) ? unknownValue(path, [path], "whether the step succeeds", undefined) : "success";
}

export function stepContext(
  id: string,
  outputs: Readonly<Record<string, Value>>,
  outcome: Value,
  open: boolean,
  note = "the output of a step is only known when it runs",
): Value {
  const path = `steps.${id}.outputs`;
  const values = open ? openObject(path, outputs, note) : closedObject(outputs);
  return closedObject({ outputs: values, outcome, conclusion: outcome === "skipped" ? outcome : "success" });
}

/**
 * Whether what a step leaves for later ones is all there. Where the job goes on after a failure, nobody knows how far the
 * step has come behind a program.
 */
export function leavesAll(step: Step, certainty: true | undefined, hasPrograms: boolean): true | undefined {
  return isExcused(step) && hasPrograms ? undefined : certainty;
}
