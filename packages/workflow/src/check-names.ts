import { evaluateText } from "./expression/template.ts";
import { isObject, isPrimitive, openObject, textOfValue } from "./expression/value.ts";
import { matrixCells, type Cell } from "./matrix.ts";
import type { Job, Workflow } from "./model.ts";
import { calledPath, type CallPlace, type Repository } from "./repository.ts";

/** The name of a check run. `exact` is false where only a run can tell a part of it: there `*` stands for that part. */
export interface CheckName {
  readonly text: string;
  readonly exact: boolean;
}

/** GitHub follows calls of reusable workflows this deep: https://docs.github.com/actions/reference/limits */
const deepestCall = 10;
/** Beyond it GitHub cuts a name off, in a way it does not document. */
const longestName = 100;

/**
 * The checks that the runs of a job give, sorted: its name or id, with `(a, b)` for the values of its matrix unless the
 * name is an expression, and `caller / job` for every job of a workflow it calls. A job that is skipped reports under
 * its unexpanded name, which is not among them.
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/troubleshooting-required-status-checks
 */
export function checkNames(job: Job, repository: Repository): readonly CheckName[] {
  const found = new Map(namesOf(job, repository, 0).map((name) => [`${name.text} ${name.exact}`, name]));
  return [...found.values()].sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
}

function namesOf(job: Job, repository: Repository, depth: number): readonly CheckName[] {
  const vars = Object.fromEntries(
    [...repository.surroundings].flatMap(([key, value]) => (key.startsWith("vars.") ? [[key.slice(5), value]] : [])),
  );
  const contexts = { vars: openObject("vars", vars, "a repository variable") };
  const cells = matrixCells(job.matrix, contexts) ?? [undefined];
  const own = cells.map((cell) => nameOf(job, cell, contexts));
  if (!job.uses) return own;
  const inner = calledNames(job.uses, repository, depth);
  return own.flatMap((outer) =>
    inner.map((name) => ({ text: `${outer.text} / ${name.text}`, exact: outer.exact && name.exact })),
  );
}

function calledNames(uses: CallPlace, repository: Repository, depth: number): readonly CheckName[] {
  const path = calledPath(uses, repository);
  const callee: Workflow | undefined = path === undefined ? undefined : repository.workflows.get(path);
  if (callee === undefined || depth >= deepestCall) return [{ text: "*", exact: false }];
  return [...callee.jobs.values()].flatMap((job) => namesOf(job, repository, depth + 1));
}

function nameOf(job: Job, cell: Cell | undefined, contexts: Parameters<typeof evaluateText>[1]): CheckName {
  const written = job.name?.text ?? job.id;
  const matrix = cell?.context ?? openObject("matrix", {}, "a cell of a matrix that is computed while it runs");
  const pieces = evaluateText(written, { ...contexts, matrix });
  const name = cut({
    text: pieces.map((piece) => (typeof piece === "string" ? piece : "*")).join(""),
    exact: pieces.every((piece) => typeof piece === "string"),
  });
  if (job.matrix === undefined || written.includes("${{")) return name;
  const values = valuesOf(cell);
  return cut({ text: `${name.text} (${values.text})`, exact: name.exact && values.exact });
}

/** Values that are objects are shown in a way GitHub does not document. */
function valuesOf(cell: Cell | undefined): CheckName {
  if (cell === undefined || !isObject(cell.context)) return { text: "*", exact: false };
  const values = [...cell.context.entries.values()].map(({ value }) => (isPrimitive(value) ? textOfValue(value) : "*"));
  return { text: values.join(", "), exact: !values.includes("*") && !values.includes("") };
}

function cut(name: CheckName): CheckName {
  return name.text.length <= longestName ? name : { text: `${name.text.slice(0, 90)}*`, exact: false };
}

/** Whether a check that is asked for by its name may be this one. A name may be as long as its file likes. */
export function mayBeCheck({ text, exact }: CheckName, wanted: string): boolean {
  const [given, asked] = [text.trim(), wanted.trim()];
  const [first = "", ...others] = given.split("*");
  const last = others.pop();
  if (exact || last === undefined) return given === asked;
  if (asked.length < first.length + last.length || !asked.startsWith(first) || !asked.endsWith(last)) return false;
  // As early as can be, which leaves most to those behind it.
  let at = first.length;
  for (const part of others) {
    const found = asked.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= asked.length - last.length;
}
