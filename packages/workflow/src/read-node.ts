import type { YamlNode } from "@gha2pulumi/repo";
import type { Entries, Written } from "./model.ts";
import { plainText } from "./plain-scalar.ts";

/** The value under a key of a mapping; `undefined` when the node is no mapping or has no such key. */
export function child(node: YamlNode | undefined, key: string): YamlNode | undefined {
  // GitHub refuses duplicate keys; the last one wins here, as everywhere in the YAML of this project.
  return node?.kind === "map" ? node.entries.findLast((entry) => entry.key === key)?.value : undefined;
}

/** A scalar as the text GitHub reads; a number or a boolean is not always the text in the file. */
export function writtenOf(node: YamlNode | undefined): Written | undefined {
  if (node?.kind !== "scalar") return undefined;
  const text = node.quoted ? node.text : plainText(node.text);
  return { text, span: node.span, offsets: text === node.text ? node.offsets : { at: () => undefined } };
}

export function nodesOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** GitHub takes one word where it takes a list: `branches: main` is `branches: [main]`. */
export function wordsOf(node: YamlNode | undefined): readonly Written[] | undefined {
  const single = writtenOf(node);
  if (single) return [single];
  return node?.kind === "list" ? node.items.flatMap((item) => writtenOf(item) ?? []) : undefined;
}

export function entriesOf(node: YamlNode | undefined): Entries {
  if (node?.kind !== "map") return new Map();
  return new Map(
    node.entries.flatMap((entry) => {
      const value = writtenOf(entry.value) ?? emptyAt(entry.value);
      return value ? [[entry.key, value] as const] : [];
    }),
  );
}

/** `KEY:` with nothing behind it is the empty string. */
function emptyAt(node: YamlNode): Written | undefined {
  return node.kind === "null" ? { text: "", span: node.span, offsets: { at: () => undefined } } : undefined;
}
