import type { YamlNode } from "./yaml-nodes.ts";

/** The way to a value by number, through the entries of maps and the items of lists alike. */
export type Indices = readonly number[];

/** What a file is meant to say once edited, written without looking at its text. */
export function without(node: YamlNode, [index, ...rest]: Indices): YamlNode {
  if (index === undefined) return node;
  if (rest.length > 0) return changed(node, index, (child) => without(child, rest));
  if (node.kind === "map") return { ...node, entries: node.entries.toSpliced(index, 1) };
  return node.kind === "list" ? { ...node, items: node.items.toSpliced(index, 1) } : node;
}

export function withValue(node: YamlNode, [index, ...rest]: Indices, value: YamlNode): YamlNode {
  return index === undefined ? value : changed(node, index, (child) => withValue(child, rest, value));
}

/** A list with these items in front of the one at a place. */
export function withItems(node: YamlNode, [index, ...rest]: Indices, added: readonly YamlNode[]): YamlNode {
  if (index === undefined || added.length === 0) return node;
  if (rest.length > 0) return changed(node, index, (child) => withItems(child, rest, added));
  return node.kind === "list" ? { ...node, items: node.items.toSpliced(index, 0, ...added) } : node;
}

/** A map with these entries in front of the one at a place. */
export function withEntries(node: YamlNode, [index, ...rest]: Indices, added: Entries): YamlNode {
  if (index === undefined) return node;
  if (rest.length > 0) return changed(node, index, (child) => withEntries(child, rest, added));
  return node.kind === "map" ? { ...node, entries: node.entries.toSpliced(index, 0, ...added) } : node;
}

type Entries = Extract<YamlNode, { readonly kind: "map" }>["entries"];

function changed(node: YamlNode, index: number, change: (child: YamlNode) => YamlNode): YamlNode {
  if (node.kind === "map") {
    const entries = node.entries.map((entry, i) => (i === index ? { ...entry, value: change(entry.value) } : entry));
    return { ...node, entries };
  }
  if (node.kind !== "list") return node;
  return { ...node, items: node.items.map((item, i) => (i === index ? change(item) : item)) };
}

/**
 * Do two files say the same, places aside? Stricter than comparing values: `3.10` and `3.1` differ, and so does order.
 * Nodes are trees of bounded depth, aliases written out and cycles cut, so plain recursion is safe.
 */
export function saysSame(a: YamlNode | undefined, b: YamlNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  switch (a.kind) {
    case "null":
      return b.kind === "null";
    case "scalar":
      return b.kind === "scalar" && a.text === b.text && a.quoted === b.quoted;
    case "list":
      return (
        b.kind === "list" && sameLength(a.items, b.items) && a.items.every((item, i) => saysSame(item, b.items[i]))
      );
    case "map":
      return (
        b.kind === "map" &&
        sameLength(a.entries, b.entries) &&
        a.entries.every(({ key, value }, i) => key === b.entries[i]?.key && saysSame(value, b.entries[i]?.value))
      );
  }
}

function sameLength(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length;
}
