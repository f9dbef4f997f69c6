import type { YamlNode } from "@gha2pulumi/repo";
import { evaluateTemplate } from "./expression/template.ts";
import type { Contexts } from "./expression/evaluate.ts";
import { plainScalar } from "./plain-scalar.ts";
import {
  closedObject,
  isObject,
  isUnknown,
  itemsOf,
  isPrimitive,
  textOfValue,
  type ObjectValue,
  type Value,
} from "./expression/value.ts";

/** One cell of a matrix: the `matrix` context of its job, and a label such as `dev, eu-west-1`. */
export interface Cell {
  readonly label: string;
  readonly context: Value;
  /** Otherwise only a run tells whether it is there: a value of it may be missing from a list. */
  readonly sure: boolean;
}

/** GitHub's own limit of jobs per matrix. https://docs.github.com/actions/reference/limits */
const mostCells = 256;

// Nobody excludes more than there are cells; beyond this it is an attack on whoever reads it.
const mostEntries = 4 * mostCells;

/**
 * The cells of `strategy.matrix`, with `include` and `exclude`; `undefined` when a part of it is only known when it
 * runs. https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 */
export function matrixCells(node: YamlNode | undefined, contexts: Contexts): readonly Cell[] | undefined {
  if (node === undefined) return [{ label: "", context: closedObject({}), sure: true }];
  const matrix = valueOfNode(node, contexts);
  if (!isObject(matrix) || matrix.open) return undefined;
  const axes: Axis[] = [];
  for (const { key, value } of matrix.entries.values()) {
    if (key === "include" || key === "exclude") continue;
    const axis = axisOf(key, value);
    if (axis === undefined || axis.values.some(isUnknown)) return undefined;
    axes.push(axis);
  }
  const include = listOf(matrix, "include");
  const exclude = listOf(matrix, "exclude");
  if (include === undefined || exclude === undefined) return undefined;
  // GitHub refuses what is more; each entry is compared with every cell.
  if (include.length > mostCells || exclude.length > mostEntries) return undefined;
  // What fits no cell is a cell of its own, so which cells there are would change what an entry means.
  const isSure = axes.every(({ unsure }) => unsure.size === 0);
  if (!isSure && include.length > 0) return undefined;
  const product = axes.length === 0 ? [] : productOf(axes);
  if (product === undefined || product.length > mostCells) return undefined;
  const kept = product.filter((cell) => !exclude.some((pattern) => covers(cell, pattern)));
  const cells = withIncludes(
    kept,
    include,
    axes.map((axis) => axis.key),
  );
  return cells.length > mostCells ? undefined : cells.map((cell) => toCell(cell, axes));
}

interface Axis {
  readonly key: string;
  readonly values: readonly Value[];
  /** Those of its values that may be missing. */
  readonly unsure: ReadonlySet<Value>;
}

function axisOf(key: string, value: Value): Axis | undefined {
  if (isUnknown(value) && value.list && !value.list.json) {
    const { items } = value.list;
    const missing = items.filter((item) => !item.sure);
    return { key, values: items.map(({ text }) => text), unsure: new Set(missing.map(({ text }) => text)) };
  }
  const values = itemsOf(value);
  return values && { key, values, unsure: new Set() };
}

type Entries = ReadonlyMap<string, Value>;

/** Every cell of the axes; `undefined` when there are too many to be counted. */
function productOf(axes: readonly Axis[]): readonly Entries[] | undefined {
  let cells: readonly Entries[] = [new Map()];
  for (const { key, values } of axes) {
    if (cells.length * values.length > mostEntries) return undefined;
    cells = cells.flatMap((cell) => values.map((value) => new Map([...cell, [key, value]])));
  }
  return cells;
}

/** An entry of `include` goes into every cell it does not contradict on an original axis, else it is a cell of its own. */
function withIncludes(
  cells: readonly Entries[],
  include: readonly Entries[],
  axes: readonly string[],
): readonly Entries[] {
  const result = cells.map((cell) => new Map(cell));
  const originals = cells.length;
  for (const extra of include) {
    const fits = result
      .slice(0, originals)
      .filter((cell) => axes.every((axis) => !extra.has(axis) || sameValue(extra.get(axis), cell.get(axis))));
    if (fits.length === 0) result.push(new Map(extra));
    for (const cell of fits) for (const [key, value] of extra) cell.set(key, value);
  }
  return result;
}

function covers(cell: Entries, pattern: Entries): boolean {
  return [...pattern].every(([key, value]) => sameValue(value, cell.get(key)));
}

function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return isPrimitive(a) && isPrimitive(b)
    ? textOfValue(a) === textOfValue(b)
    : JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

function plain(value: Value): unknown {
  const items = itemsOf(value);
  if (items) return items.map(plain);
  if (isObject(value)) return [...value.entries].map(([key, entry]) => [key, plain(entry.value)]);
  return isUnknown(value) ? { ...value, text: undefined } : value;
}

function listOf(matrix: ObjectValue, key: string): readonly Entries[] | undefined {
  const entry = matrix.entries.get(key);
  if (!entry) return [];
  const items = itemsOf(entry.value);
  if (!items) return undefined;
  const maps = items.map((item) =>
    isObject(item) && !item.open
      ? new Map([...item.entries.values()].map((e) => [e.key, e.value] as const))
      : undefined,
  );
  return maps.every((map) => map !== undefined) ? maps : undefined;
}

function toCell(cell: Entries, axes: readonly Axis[]): Cell {
  const label = [...cell.values()]
    .map((value) => (isPrimitive(value) ? textOfValue(value) : JSON.stringify(plain(value))))
    .join(", ");
  const sure = axes.every(({ key, unsure }) => !unsure.has(cell.get(key) ?? null));
  return { label, context: closedObject(Object.fromEntries(cell)), sure };
}

/** A YAML node as a value: plain scalars have the type YAML 1.2 gives them, expressions are evaluated. */
export function valueOfNode(node: YamlNode, contexts: Contexts): Value {
  switch (node.kind) {
    case "null":
      return null;
    case "list":
      return node.items.map((item) => valueOfNode(item, contexts));
    case "map":
      return closedObject(
        Object.fromEntries(node.entries.map((entry) => [entry.key, valueOfNode(entry.value, contexts)])),
      );
    case "scalar":
      return node.quoted || node.text.includes("${{") ? evaluateTemplate(node.text, contexts) : plainScalar(node.text);
  }
}
