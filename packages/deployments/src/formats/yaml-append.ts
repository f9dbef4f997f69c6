import {
  apply,
  entry,
  mapEntries,
  readYaml,
  scalarText,
  type Change,
  type Splice,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import { stackKey, type StackSettings } from "../settings.ts";
import { LIVE, type ConfigPiece } from "./config-key.ts";
import { maybeDeclared, refusal, type SettingsWritten } from "./format.ts";
import { nameGiver } from "./names.ts";
import { configPieces, readmeChange } from "./project.ts";
import { stackNamer } from "./stack-fields.ts";
import { configText, resourcesText } from "./yaml-resources.ts";
import { YAML_PROGRAM } from "./yaml-program.ts";
import { yamlKeys, yamlName } from "./yaml-text.ts";
import { readYamlPrograms, takenNames } from "./yaml-read.ts";

/** Continues a program of ours with the stacks it does not declare; what stands there stays, byte for byte. */
export function appendYaml(settings: readonly StackSettings[], tree: Tree): SettingsWritten {
  const path = YAML_PROGRAM;
  const cannot = (note: string): SettingsWritten => refusal(`${path} cannot be continued: ${note}`);
  const text = tree.get(path) ?? "";
  const { root, problems } = readYaml(path, text);
  if (problems.length > 0) return cannot("it does not parse as one plain YAML document");
  const read = readYamlPrograms(tree);
  const declared = new Set(read.settings.map(stackKey));
  const missing = settings.filter((one) => !declared.has(stackKey(one)));
  if (missing.length === 0) return { changes: [], refused: [] };
  if (read.gaps.some(({ from: [at] }) => at.path === path)) return cannot("a part of it is not read");
  const unclear = missing.flatMap((one) => maybeDeclared(one, declared, read.settings, tree));
  if (unclear.length > 0) return { changes: [], refused: unclear };
  const config = entry(root, "config");
  const resources = entry(root, "resources");
  if (scalarText(entry(entry(config, LIVE), "type")) !== "boolean")
    return cannot(`it has no \`${LIVE}\` of type boolean`);
  const [configEnd, resourcesEnd] = [endOf(config, text), endOf(resources, text)];
  if (configEnd === undefined || resourcesEnd === undefined) return cannot("its blocks are not indented by two spaces");
  const known = knownKeys(config);
  const pieces = configPieces(missing);
  const keyOf = yamlKeys(pieces, known);
  const added = pieces.filter((piece) => !known.has(keyOf(piece)));
  const naming = { keyOf, nameOf: stackNamer(nameGiver([...takenNames(root), ...added.map(keyOf)], "-")) };
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = (at: number, more: string): readonly Splice[] =>
    more === "" ? [] : [{ start: at, end: at, text: `${newline}${more.slice(0, -1).replaceAll("\n", newline)}` }];
  const splices = [
    ...lines(configEnd, configText(added, keyOf)),
    ...lines(resourcesEnd, resourcesText(missing, naming, tree)),
  ];
  const edit: Change = { kind: "edit", path, splices };
  const after = readYamlPrograms(apply(tree, [edit]));
  const keys = new Set(after.settings.map(stackKey));
  if (after.gaps.length > read.gaps.length || [...declared, ...missing.map(stackKey)].some((key) => !keys.has(key)))
    return cannot("what would be added is not read back");
  return { changes: [edit, ...readmeChange(missing, naming, path, tree)], refused: [] };
}

/** The end of the last line of a block map whose keys stand behind two spaces. */
function endOf(block: YamlNode | undefined, text: string): number | undefined {
  const entries = mapEntries(block);
  const last = entries.at(-1);
  if (last === undefined) return undefined;
  const { start } = last.keySpan;
  if (!/(?:^|[\r\n]) {2}$/.test(text.slice(Math.max(0, start - 3), start))) return undefined;
  const end = deepestEnd(last.value, last.keySpan.end);
  return end + (/^[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0);
}

/** A map ends where its last value does; an empty value has the place of its key. */
function deepestEnd(node: YamlNode, key: number): number {
  switch (node.kind) {
    case "map":
      return node.entries.reduce((end, { keySpan, value }) => Math.max(end, deepestEnd(value, keySpan.end)), key);
    case "list":
      return node.items.reduce((end, item) => Math.max(end, deepestEnd(item, key)), Math.max(key, node.span.start));
    default:
      return Math.max(key, node.span.end);
  }
}

/** The keys the program asks for already: a value is not asked for a second time. */
function knownKeys(config: YamlNode | undefined): ReadonlyMap<string, ConfigPiece> {
  return new Map(
    mapEntries(config)
      .filter(({ key }) => key !== LIVE)
      .map(({ key, value }) => [key, { config: yamlName(key), secret: scalarText(entry(value, "secret")) === "true" }]),
  );
}
