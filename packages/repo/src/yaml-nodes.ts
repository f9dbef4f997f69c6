import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Node, Pair, Scalar } from "yaml";
import { offsetMap, type OffsetMap } from "./scalar.ts";
import type { Path, Span } from "./span.ts";
import { endOf, keyText, startOf, type YamlDocument, type YamlProblem } from "./yaml-document.ts";

/** A value in a YAML, JSON or TOML file and its place. What an alias stands for has the place of its anchor. */
export type YamlNode =
  | { readonly kind: "map"; readonly entries: readonly YamlEntry[]; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly YamlNode[]; readonly span: Span }
  | YamlScalar
  | { readonly kind: "null"; readonly span: Span };

/**
 * A single value as text. Plain ones keep what is written: `3.10` stays `3.10`, `on` stays `on`.
 * `quoted`: in quotes or a block, so that `"true"` is a text and `true` is not.
 */
export interface YamlScalar {
  readonly kind: "scalar";
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
  readonly offsets: OffsetMap;
}

/** A key with its value. Keys are text: plain ones as written, quoted ones decoded. */
export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlNode;
}

/** A YAML or JSON file as data. `root` is `undefined` when it is empty or its syntax is broken. */
export interface YamlFile {
  readonly path: Path;
  readonly text: string;
  readonly root: YamlNode | undefined;
  readonly problems: readonly YamlProblem[];
}

// Ten lists of ten aliases each, nine deep, are a thousand million nodes in 400 bytes.
const mostAliasedNodes = 100_000;

// Written text is never this deep, but a chain of aliases can be, and readers of nodes recurse.
const deepestAliased = 256;

/** The nodes of an opened file. */
export function fileOf(open: YamlDocument): YamlFile {
  const { path, text, problems } = open;
  const contents = open.document?.contents ?? null;
  if (contents === null || problems.some((problem) => problem.code === "syntax")) {
    return { path, text, root: undefined, problems };
  }
  const build: Build = { open, left: mostAliasedNodes };
  const root = nodeOf(contents, build, { depth: 0, aliased: false });
  if (build.left > 0) return { path, text, root, problems };
  const span = { path, start: startOf(contents), end: endOf(contents) };
  const message = `its aliases stand for more than ${mostAliasedNodes} values, or for too deep ones`;
  return { path, text, root: undefined, problems: [...problems, { code: "alias", message, span, fatal: true }] };
}

interface Build {
  readonly open: YamlDocument;
  /** How many more nodes aliases may stand for; what is written out is bounded by the file itself. */
  left: number;
}

interface Where {
  readonly depth: number;
  readonly aliased: boolean;
}

function nodeOf(node: Node, build: Build, where: Where): YamlNode {
  if (where.aliased) build.left = where.depth > deepestAliased ? 0 : build.left - 1;
  const { path, text: source } = build.open;
  const span = { path, start: startOf(node), end: endOf(node) };
  if (isAlias(node)) {
    const target = build.open.targets.get(node);
    if (target === undefined || build.left <= 0) return { kind: "null", span };
    return nodeOf(target, build, { depth: where.depth, aliased: true });
  }
  if (isScalar(node)) return scalarOf(node, source, span);
  const inside = { ...where, depth: where.depth + 1 };
  if (isSeq(node)) return { kind: "list", items: node.items.map((item) => nodeOf(item as Node, build, inside)), span };
  if (!isMap(node)) return { kind: "null", span };
  return { kind: "map", entries: node.items.map((pair) => entryOf(pair as Pair<Node>, build, inside)), span };
}

function entryOf({ key, value }: Pair<Node>, build: Build, where: Where): YamlEntry {
  const { path, targets } = build.open;
  const keySpan = { path, start: startOf(key), end: endOf(key) };
  const none: YamlNode = { kind: "null", span: { path, start: keySpan.end, end: keySpan.end } };
  return {
    key: keyText(key, targets) ?? "",
    keySpan,
    value: value === null || value === undefined ? none : nodeOf(value as Node, build, where),
  };
}

function scalarOf(node: Scalar, source: string, span: Span): YamlNode {
  const quoted = node.type !== "PLAIN";
  if (node.value === null && !quoted) return { kind: "null", span };
  const text = node.source ?? "";
  return { kind: "scalar", text, quoted, span, offsets: offsetMap(source, node, text) };
}
