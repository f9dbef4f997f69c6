import { closedObject, openObject, unknownValue, type Value } from "./expression/value.ts";
import type { Job, Workflow } from "./model.ts";
import type { Condition, JobPlay } from "./play-model.ts";

/** What later jobs see of one that was played. */
export interface Outcome {
  readonly runs: Condition;
  readonly outputs: Readonly<Record<string, Value>>;
  readonly outputsKnown: boolean;
}

/** An undecided condition of a needed job explains an undecided `success()` better than the function's name does. */
export function because(needs: readonly Condition[], own: Condition): Condition {
  const open = needs.filter((need) => need.value === undefined);
  return {
    value: undefined,
    note: joinedNotes([...open.map((need) => need.note), own.note]),
    names: [...new Set([...open.flatMap((need) => need.names), ...own.names])],
  };
}

export function combine(outer: Condition, inner: Condition): Condition {
  if (outer.value === false || inner.value === true) return outer;
  if (inner.value === false || outer.value === true) return inner;
  return {
    value: undefined,
    note: joinedNotes([outer.note, inner.note]),
    names: [...new Set([...outer.names, ...inner.names])],
  };
}

/** Notes as one, each part of them once. */
function joinedNotes(notes: readonly string[]): string {
  return [...new Set(notes.flatMap((note) => note.split("; ")).filter((note) => note !== ""))].join("; ");
}

export function needsContext(job: Job, outcomes: ReadonlyMap<string, Outcome>): Value {
  const known: Record<string, Value> = {};
  for (const { text: id } of job.needs) {
    const outcome = outcomes.get(id);
    const path = `needs.${id}`;
    const result: Value =
      outcome?.runs.value === true
        ? "success"
        : outcome?.runs.value === false
          ? "skipped"
          : unknownValue(`${path}.result`, [`${path}.result`], "the result of a job that may not run");
    const outputs = outcome?.outputs ?? {};
    known[id] = closedObject({
      result,
      outputs:
        outcome?.outputsKnown || outcome?.runs.value === false
          ? closedObject(outputs)
          : openObject(`${path}.outputs`, outputs, "the output of a job is only known when it runs"),
    });
  }
  return closedObject(known);
}

/**
 * Every job it waits for, directly or through others, in the order of the file. One of them that is skipped skips it too,
 * also behind a job between them that runs with `always()`:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds
 */
export function neededBy(workflow: Workflow, job: Job): JobPlay["needs"] {
  const ids = new Set<string>();
  const add = (one: Job): void => {
    for (const need of one.needs) {
      const needed = workflow.jobs.get(need.text);
      if (!needed || ids.has(needed.id)) continue;
      ids.add(needed.id);
      add(needed);
    }
  };
  add(job);
  return [...workflow.jobs.values()].filter((one) => ids.has(one.id)).map((one) => ({ path: workflow.path, job: one }));
}
