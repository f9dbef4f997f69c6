import type { Path } from "./span.ts";
import { openYaml } from "./yaml-document.ts";
import { fileOf, type YamlEntry, type YamlFile, type YamlNode } from "./yaml-nodes.ts";

export type { YamlProblem } from "./yaml-document.ts";
export type { YamlEntry, YamlFile, YamlNode, YamlScalar } from "./yaml-nodes.ts";

/** Reads YAML or JSON. Never throws: whatever is wrong becomes a problem with its place. */
export function readYaml(path: Path, text: string): YamlFile {
  return fileOf(openYaml(path, text));
}

/** The value of a key; of the last one when it is written twice, as most parsers have it. */
export function entry(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return mapEntries(node).findLast((candidate) => candidate.key === key)?.value;
}

/** The entries of a map; none of anything else. */
export function mapEntries(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === "map" ? node.entries : [];
}

/** The items of a list; none of anything else. */
export function listItems(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** The text of a scalar; `undefined` for anything else. */
export function scalarText(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" ? node.text : undefined;
}
