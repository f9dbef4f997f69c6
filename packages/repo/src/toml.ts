import { parseTOML, type AST } from "toml-eslint-parser";
import { remembered } from "./remembered.ts";
import { shiftedMap } from "./scalar.ts";
import type { Path, Span } from "./span.ts";
import type { YamlEntry, YamlNode } from "./yaml-nodes.ts";

/** The root of a TOML file, as nodes of the same kinds as those of YAML; `undefined` where its syntax is broken. */
export function readToml(path: Path, text: string): YamlNode | undefined {
  const table = tableIn(text);
  return table && nodeOf(table, path, text);
}

/** A table under construction: dotted keys and headers add to it in any order. */
interface Table {
  readonly kind: "table";
  readonly entries: Map<string, Keyed>;
  start: number;
  end: number;
}

interface Keyed {
  readonly key: AST.TOMLBare | AST.TOMLQuoted;
  readonly value: Table | readonly Table[] | AST.TOMLContentNode;
}

const tableIn: (text: string) => Table | undefined = remembered(50, (text) => {
  try {
    const [top] = parseTOML(text).body;
    const root = empty(top.range);
    for (const node of top.body) {
      if (node.type === "TOMLKeyValue") put(root, node);
      else for (const one of node.body) put(tableAt(root, node, node.resolvedKey), one);
      if (node.type === "TOMLTable" && node.body.length === 0) tableAt(root, node, node.resolvedKey);
    }
    return root;
  } catch {
    // The parser throws what is wrong with the text; whoever reads it finds nothing there.
    return undefined;
  }
});

function empty([start, end]: AST.Range): Table {
  return { kind: "table", entries: new Map(), start, end };
}

/** The table a header opens. Its resolved key has a number behind each array of tables: the place in that array. */
function tableAt(root: Table, { key, range }: AST.TOMLTable, resolved: readonly (string | number)[]): Table {
  let at = root;
  let named = 0;
  for (const [i, part] of resolved.entries()) {
    if (typeof part === "number") continue;
    const index = resolved[i + 1];
    const keyNode = key.keys[named++];
    if (keyNode) at = inner(at, part, keyNode, range, typeof index === "number" ? index : undefined);
  }
  return at;
}

function inner(at: Table, name: string, key: Keyed["key"], range: AST.Range, index: number | undefined): Table {
  const known = at.entries.get(name)?.value;
  if (index === undefined) {
    if (known && "kind" in known && known.kind === "table") return known;
    const made = empty(range);
    at.entries.set(name, { key, value: made });
    return made;
  }
  const list: Table[] = Array.isArray(known) ? [...(known as readonly Table[])] : [];
  const found = (list[index] ??= empty(range));
  at.entries.set(name, { key, value: list });
  return found;
}

function put(table: Table, { key, value, range }: AST.TOMLKeyValue): void {
  let at = table;
  for (const one of key.keys.slice(0, -1)) at = inner(at, nameOf(one), one, range, undefined);
  const last = key.keys.at(-1);
  if (last) at.entries.set(nameOf(last), { key: last, value });
  table.end = Math.max(table.end, range[1]);
}

function nameOf(key: Keyed["key"]): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function nodeOf(value: Keyed["value"], path: Path, text: string): YamlNode {
  const spanOf = ([start, end]: readonly [number, number]): Span => ({ path, start, end });
  if ("kind" in value && value.kind === "table") {
    const span = spanOf([value.start, value.end]);
    return { kind: "map", entries: entriesOf(value, path, text), span };
  }
  if (!("type" in value)) {
    const [first] = value;
    const span = spanOf([first?.start ?? 0, value.at(-1)?.end ?? 0]);
    return { kind: "list", items: value.map((one) => nodeOf(one, path, text)), span };
  }
  const span = spanOf(value.range);
  if (value.type === "TOMLArray")
    return { kind: "list", items: value.elements.map((one) => nodeOf(one, path, text)), span };
  if (value.type === "TOMLInlineTable") {
    const table = empty(value.range);
    for (const one of value.body) put(table, one);
    return { kind: "map", entries: entriesOf(table, path, text), span };
  }
  const source = text.slice(span.start, span.end);
  if (value.kind !== "string")
    return { kind: "scalar", text: source, quoted: false, span, offsets: shiftedMap(text, span.start, source) };
  return { kind: "scalar", text: value.value, quoted: true, span, offsets: offsetsOf(value, text) };
}

/** A string with escapes has no exact places inside: `shiftedMap` finds that its text is another. */
function offsetsOf(
  { range: [start], multiline, value }: AST.TOMLStringValue,
  text: string,
): ReturnType<typeof shiftedMap> {
  const quotes = multiline ? 3 : 1;
  const newline = multiline ? (/^\r?\n/.exec(text.slice(start + quotes))?.[0].length ?? 0) : 0;
  return shiftedMap(text, start + quotes + newline, value);
}

function entriesOf(table: Table, path: Path, text: string): readonly YamlEntry[] {
  return [...table.entries.values()].map(({ key, value }) => ({
    key: nameOf(key),
    keySpan: { path, start: key.range[0], end: key.range[1] },
    value: nodeOf(value, path, text),
  }));
}
