import { closedObject, openObject, unknownValue, type Value } from "./expression/value.ts";
import type { Job, Workflow } from "./model.ts";
import type { Condition, JobPlay } from "./play-model.ts";

/** What later jobs see of one that was played. */
export interface Outcome {
  readonly runs: Condition;
  /** Why its result is not known even where it runs and nothing fails; a call whose jobs are all skipped is skipped. */
  readonly unsure: string | undefined;
  readonly outputs: Outputs;
}

/** Outputs of a job or of a workflow it calls; `open` says why there may be others, or other values. */
export interface Outputs {
  readonly values: Readonly<Record<string, Value>>;
  readonly open: string | undefined;
}

/** What a called workflow gives that is of another repository, or missing: gaps, and no empty texts. */
export const notBrought: Omit<Outcome, "runs"> = {
  unsure: "the result of a workflow that is not in the tree",
  outputs: { values: {}, open: "an output of a workflow that is not in the tree" },
};

export const onlyInRun: Outputs = { values: {}, open: "the output of a job is only known when it runs" };

/** Outputs as a context has them, under the path that it writes them with. */
export function outputsAt(path: string, { values, open }: Outputs): Value {
  return open === undefined ? closedObject(values) : openObject(path, values, open);
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
    const isSkipped = outcome?.runs.value === false;
    known[id] = closedObject({
      result: isSkipped ? "skipped" : resultOf(outcome, `${path}.result`),
      outputs: isSkipped ? closedObject({}) : outputsAt(`${path}.outputs`, outcome?.outputs ?? onlyInRun),
    });
  }
  return closedObject(known);
}

function resultOf(outcome: Outcome | undefined, path: string): Value {
  const note = outcome?.runs.value === true ? outcome.unsure : "the result of a job that may not run";
  return note === undefined ? "success" : unknownValue(path, [path], note);
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
