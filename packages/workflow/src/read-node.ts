import type { YamlNode } from "@gha2pulumi/repo";
import type { Entries, Written } from "./model.ts";

/** The value under a key of a mapping; `undefined` when the node is no mapping or has no such key. */
export function child(node: YamlNode | undefined, key: string): YamlNode | undefined {
  // GitHub refuses duplicate keys; the last one wins here, as everywhere in the YAML of this project.
  return node?.kind === "map" ? node.entries.findLast((entry) => entry.key === key)?.value : undefined;
}

export function writtenOf(node: YamlNode | undefined): Written | undefined {
  return node?.kind === "scalar" ? { text: node.text, span: node.span, offsets: node.offsets } : undefined;
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
