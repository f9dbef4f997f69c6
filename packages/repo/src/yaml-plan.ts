import { isAlias, isMap, isSeq } from "yaml";
import type { Node, Pair } from "yaml";
import type { Indices } from "./yaml-compare.ts";
import { keyText, type YamlDocument } from "./yaml-document.ts";

/** The way to a value in a file: keys of maps, numbers of list items. `["jobs", "deploy", "steps", 3]`. */
export type YamlPath = readonly (string | number)[];

/**
 * A wish for a file. `remove` takes out a key or item, and its parent when nothing else is left there.
 * `replace` gives it another value: source text on one line, or block text that is already indented; items of a list
 * may get others in front of them, `before`, written the same way. `put` adds an entry to a map, in front of the one at
 * that place: `key: value`, on lines that are indented as if the key stood in column 0.
 */
export type YamlEdit =
  | { readonly kind: "remove"; readonly at: YamlPath }
  | { readonly kind: "replace"; readonly at: YamlPath; readonly text: string; readonly before?: readonly string[] }
  | { readonly kind: "put"; readonly at: YamlPath; readonly text: string };

/** An edit whose place is known. */
export type Step =
  | { readonly kind: "remove"; readonly at: Indices }
  | { readonly kind: "replace"; readonly at: Indices; readonly text: string; readonly before: readonly string[] }
  | { readonly kind: "put"; readonly at: Indices; readonly text: string };

/** Steps in the order to take them, so that none moves the place of one still to come. */
export type Plan =
  { readonly kind: "plan"; readonly steps: readonly Step[] } | { readonly kind: "refused"; readonly reason: string };

type Steps = Map<string, Step>;

export function planOf(open: YamlDocument, edits: readonly YamlEdit[]): Plan {
  const steps: Steps = new Map();
  for (const edit of edits) {
    const found = indicesOf(open, edit.at);
    if (typeof found === "string") return { kind: "refused", reason: `${shown(edit.at)}: ${found}` };
    const name = nameOf(found);
    const step = stepOf(edit, found);
    const other = steps.get(name);
    if (other !== undefined && !sameStep(other, step)) {
      return { kind: "refused", reason: `${shown(edit.at)}: two edits want different things of it` };
    }
    steps.set(name, step);
  }
  removeEmptied(open, steps);
  if (steps.has(nameOf([]))) return { kind: "refused", reason: "nothing would be left of the file" };
  return ordered(withoutCovered(steps));
}

function stepOf(edit: YamlEdit, at: Indices): Step {
  return edit.kind === "replace" ? { ...edit, before: edit.before ?? [], at } : { ...edit, at };
}

function sameStep(a: Step, b: Step): boolean {
  if (a.kind === "put" && b.kind === "put") return a.text === b.text;
  if (a.kind !== "replace" || b.kind !== "replace") return a.kind === b.kind;
  return a.text === b.text && a.before.join("\0") === b.before.join("\0");
}

/** A collection all of whose items go is removed itself: `steps:` without steps is an error to GitHub. */
function removeEmptied(open: YamlDocument, steps: Steps): void {
  const going = () => [...steps.values()].filter((step) => step.kind === "remove");
  const depth = Math.max(0, ...going().map((step) => step.at.length));
  for (let level = depth; level > 0; level--) {
    const counts = new Map<string, number>();
    for (const { at } of going().filter((step) => step.at.length === level)) {
      const parent = at.slice(0, -1);
      const count = (counts.get(nameOf(parent)) ?? 0) + 1;
      counts.set(nameOf(parent), count);
      if (count === sizeOf(nodeAt(open, parent))) steps.set(nameOf(parent), { kind: "remove", at: parent });
    }
  }
}

/** What lies inside something removed goes with it. */
function withoutCovered(steps: Steps): readonly Step[] {
  return [...steps.values()].filter(({ at }) => {
    const around = at.map((_, length) => steps.get(nameOf(at.slice(0, length))));
    return !around.some((step) => step?.kind === "remove");
  });
}

/** Later places first: taking out an item moves only what comes after it. */
function ordered(steps: readonly Step[]): Plan {
  const sorted = [...steps].sort((a, b) => compareIndices(b.at, a.at));
  const replaced = sorted.filter((step) => step.kind === "replace");
  const inside = sorted.some((step) => replaced.some((outer) => outer !== step && isWithin(step.at, outer.at)));
  if (inside) return { kind: "refused", reason: "an edit lies inside a value that another edit replaces" };
  return { kind: "plan", steps: sorted };
}

function compareIndices(a: Indices, b: Indices): number {
  const differs = a.findIndex((index, i) => index !== b[i]);
  return differs < 0 ? a.length - b.length : (a[differs] ?? -1) - (b[differs] ?? -1);
}

function isWithin(inner: Indices, outer: Indices): boolean {
  return outer.length < inner.length && outer.every((index, i) => inner[i] === index);
}

/** The numbers of a path, or why it leads nowhere. */
function indicesOf(open: YamlDocument, path: YamlPath): Indices | string {
  let node: Node | null | undefined = open.document?.contents;
  const indices: number[] = [];
  for (const part of path) {
    if (isAlias(node)) return "an alias stands on the way to it";
    const index = indexOf(open, node, part);
    if (index === undefined) return "it is not there";
    indices.push(index);
    node = childOf(node, index);
  }
  return path.length === 0 ? "the whole file cannot be edited" : indices;
}

function indexOf(open: YamlDocument, node: Node | null | undefined, part: string | number): number | undefined {
  if (isSeq(node)) return typeof part === "number" && part >= 0 && part < node.items.length ? part : undefined;
  if (!isMap(node)) return undefined;
  const index = node.items.findIndex((pair) => keyText(pair.key as Node, open.targets) === String(part));
  return index < 0 ? undefined : index;
}

/** The node at a place; an alias is not followed. */
export function nodeAt(open: YamlDocument, at: Indices): Node | null | undefined {
  let node: Node | null | undefined = open.document?.contents;
  for (const index of at) node = childOf(node, index);
  return node;
}

function childOf(node: Node | null | undefined, index: number): Node | null | undefined {
  if (isSeq(node)) return node.items[index] as Node | undefined;
  return isMap(node) ? (node.items[index] as Pair<Node, Node | null> | undefined)?.value : undefined;
}

function sizeOf(node: Node | null | undefined): number {
  return isMap(node) || isSeq(node) ? node.items.length : 0;
}

function nameOf(at: Indices): string {
  return at.join("/");
}

function shown(path: YamlPath): string {
  return path.length === 0 ? "the file" : path.join(" › ");
}
