import { Composer, Lexer, Parser, isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Alias, CST, Document, Node, Pair, YAMLError } from "yaml";
import type { Path, Span } from "./span.ts";

/**
 * Something about a YAML file that people must know.
 * `fatal`: GitHub would not run the file, or it must not be edited. `size` is none of the parser's: the file is left
 * alone because reading its meaning would take too long.
 */
export interface YamlProblem {
  readonly code:
    "syntax" | "duplicate-key" | "several-documents" | "merge-key" | "tag" | "alias" | "size" | "unread" | "input";
  readonly message: string;
  readonly span: Span;
  readonly fatal: boolean;
}

/** The parser's own view of a file, for this package only: everyone else reads `YamlNode`s. */
export interface YamlDocument {
  readonly path: Path;
  readonly text: string;
  readonly document: Document.Parsed | undefined;
  /** The node each alias stands for; an alias that stands for nothing, or for a node around it, has none. */
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly problems: readonly YamlProblem[];
}

// The parser recurses once per level, and readers of nodes do too; real workflows stay below 20 levels.
const deepest = 256;

// The parser uses some of these as marks of its own; YAML allows none of them.
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** A file as the parser sees it. Never throws: what cannot be parsed has a fatal problem and no document. */
export function openYaml(path: Path, text: string): YamlDocument {
  const failed = (message: string, at: number): YamlDocument => {
    const span = { path, start: at, end: Math.min(at + 1, text.length) };
    return { path, text, document: undefined, targets: new Map(), problems: [syntax(message, span)] };
  };
  const control = text.search(controlCharacter);
  if (control >= 0) return failed("a control character, which YAML does not allow", control);
  try {
    const tokens = tokensOf(text, new Lexer());
    const tooDeep = firstDeeperThan(tokens, deepest);
    if (tooDeep !== undefined) return failed(`nested more than ${deepest} levels deep`, tooDeep);
    const strict = composed(path, text, tokens);
    return strict.problems.some(isSyntax) ? (withShallowQuotes(strict) ?? strict) : strict;
  } catch (error) {
    return failed(`the YAML parser gave up: ${error instanceof Error ? error.message : String(error)}`, 0);
  }
}

/**
 * A file whose only fault is quoted text that goes on no deeper than its key: YAML wants it deeper, and libyaml and the
 * parsers made after it take it all the same. `undefined`: it has other faults. https://yaml.org/spec/1.2.2/#731-double-quoted-style
 */
function withShallowQuotes({ path, text, problems }: YamlDocument): YamlDocument | undefined {
  const fault = problems.find(isSyntax);
  const tokens = tokensOf(text, lexerOfShallowQuotes());
  if (fault === undefined || firstDeeperThan(tokens, deepest) !== undefined) return undefined;
  const read = composed(path, text, tokens);
  if (read.problems.some(isSyntax)) return undefined;
  const message = "quoted text that goes on no deeper than its key: whether GitHub reads the file cannot be told";
  return { ...read, problems: [...read.problems, { code: "unread", message, span: fault.span, fatal: false }] };
}

/** The parser's lexer, but for the depth of the lines of quoted text; it has no option for that. */
function lexerOfShallowQuotes(): Lexer {
  const lexer = new Lexer();
  const inner = lexer as unknown as { indentNext: number; parseQuotedScalar: () => Generator<string, unknown> };
  const parseQuotedScalar = inner.parseQuotedScalar.bind(lexer);
  inner.parseQuotedScalar = function* () {
    const { indentNext } = inner;
    inner.indentNext = 0;
    const next = yield* parseQuotedScalar();
    inner.indentNext = indentNext;
    return next;
  };
  return lexer;
}

function isSyntax({ code }: YamlProblem): boolean {
  return code === "syntax";
}

/** The parser takes a list behind a byte order mark for an error, so it is not shown the mark. */
function tokensOf(text: string, lexer: Lexer): readonly CST.Token[] {
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const parser = new Parser();
  Reflect.set(parser, "lexer", lexer);
  parser.offset = mark;
  return [...parser.parse(text.slice(mark))];
}

/** What `parseDocument` does, on tokens whose depth is known: on a deep file it would end the whole process. */
function composed(path: Path, text: string, tokens: readonly CST.Token[]): YamlDocument {
  const composer = new Composer({ keepSourceTokens: true, uniqueKeys: false, prettyErrors: false });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  if (document === undefined) throw new Error("no document");
  const problems = [...document.errors, ...document.warnings].flatMap((error) => problemOf(path, error));
  if (second !== undefined) {
    const span = { path, start: second.range[0], end: second.range[1] };
    problems.push({ code: "several-documents", message: "GitHub reads only one document per file", span, fatal: true });
  }
  const survey: Survey = { path, anchors: new Map(), targets: new Map(), problems };
  if (document.contents !== null) surveyNode(document.contents, survey);
  problems.sort((a, b) => a.span.start - b.span.start);
  return { path, text, document, targets: survey.targets, problems: withoutEchoes(problems) };
}

/** Offset of the first token below that many levels. With its own stack: recursion is what it guards against. */
function firstDeeperThan(tokens: readonly CST.Token[], limit: number): number | undefined {
  const waiting: { token: CST.Token | null | undefined; depth: number }[] = tokens.map((token) => ({
    token,
    depth: 0,
  }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if (token === null || token === undefined) continue;
    if (depth > limit) return token.offset;
    if (token.type === "document") waiting.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const { key, value } of token.items) {
      waiting.push({ token: key, depth: depth + 1 }, { token: value, depth: depth + 1 });
    }
  }
  return undefined;
}

function problemOf(path: Path, error: YAMLError): readonly YamlProblem[] {
  const span = { path, start: error.pos[0], end: error.pos[1] };
  if (error.name === "YAMLParseError") return [syntax(error.message, span)];
  // `if: !cancelled()` is a tag on an empty value, and so no condition at all.
  const message = `${error.message}: quote the value to make it text`;
  return error.code === "TAG_RESOLVE_FAILED" ? [{ code: "tag", message, span, fatal: false }] : [];
}

function syntax(message: string, span: Span): YamlProblem {
  return { code: "syntax", message, span, fatal: true };
}

/** Behind the first syntax error the parser guesses, and most of what it then reports is its own doing. */
function withoutEchoes(problems: readonly YamlProblem[]): readonly YamlProblem[] {
  const first = problems.find(({ code }) => code === "syntax");
  return problems.filter((problem) => problem.code !== "syntax" || problem === first);
}

interface Survey {
  readonly path: Path;
  readonly anchors: Map<string, Node>;
  readonly targets: Map<Alias, Node>;
  readonly problems: YamlProblem[];
}

/** Walks in document order: an alias stands for the latest anchor of its name *before* it. */
function surveyNode(node: Node, survey: Survey): void {
  if (isAlias(node)) return surveyAlias(node, survey);
  if (node.anchor !== undefined) survey.anchors.set(node.anchor, node);
  if (isSeq(node)) {
    for (const item of node.items) surveyNode(item as Node, survey);
  } else if (isMap(node)) {
    const seen = new Set<string>();
    for (const pair of node.items) surveyPair(pair as Pair<Node, Node | null>, seen, survey);
  }
}

function surveyAlias(alias: Alias, survey: Survey): void {
  const target = survey.anchors.get(alias.source);
  const span = { path: survey.path, start: startOf(alias), end: endOf(alias) };
  const report = (message: string) => survey.problems.push({ code: "alias", message, span, fatal: true });
  if (target === undefined) report(`no anchor &${alias.source} before this alias`);
  // Aliases only point back, so a cycle is always an alias inside its own anchor.
  else if (isOpenAt(target, alias)) report(`the alias *${alias.source} lies inside its own anchor`);
  else survey.targets.set(alias, target);
}

function isOpenAt(target: Node, alias: Alias): boolean {
  return !isScalar(target) && startOf(target) <= startOf(alias) && endOf(alias) <= endOf(target);
}

function surveyPair({ key, value }: Pair<Node, Node | null>, seen: Set<string>, survey: Survey): void {
  surveyNode(key, survey);
  const text = keyText(key, survey.targets);
  const span = { path: survey.path, start: startOf(key), end: endOf(key) };
  if (text === undefined) {
    survey.problems.push(syntax("a key must be a text, not a collection", span));
  } else if (seen.has(text)) {
    survey.problems.push({ code: "duplicate-key", message: `the key ${text} is written twice`, span, fatal: false });
  } else if (text === "<<") {
    const message = "GitHub knows no merge keys: write the keys out";
    survey.problems.push({ code: "merge-key", message, span, fatal: false });
  }
  if (text !== undefined) seen.add(text);
  if (value !== null) surveyNode(value, survey);
}

/** The text of a key: as written for plain ones (`on` and `3.10` stay so), decoded for quoted ones. */
export function keyText(key: Node, targets: ReadonlyMap<Alias, Node>): string | undefined {
  if (isAlias(key)) {
    const target = targets.get(key);
    return target === undefined ? undefined : keyText(target, targets);
  }
  return isScalar(key) ? (key.source ?? "") : undefined;
}

/** Where a node's own text starts, without its anchor and tag. */
export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where a node's own text ends. Not `range[1]`, which for a block collection takes in what follows its last item. */
export function endOf(node: Node): number {
  return contentEnd(node.srcToken) ?? node.range?.[1] ?? 0;
}

/** End of a token's content, without the comment and the line ending after it; block scalars include theirs. */
export function contentEnd(token: CST.Token | null | undefined): number | undefined {
  switch (token?.type) {
    case "alias":
    case "scalar":
    case "single-quoted-scalar":
    case "double-quoted-scalar":
      return token.offset + token.source.length;
    case "block-scalar": {
      // The header's own comment counts: `run: | # why` starts its text on the next line.
      const header = token.props.reduce((length, prop) => length + ("source" in prop ? prop.source.length : 0), 0);
      return token.offset + header + token.source.length;
    }
    case "block-map":
    case "block-seq":
      return token.items.map(itemEnd).findLast((end) => end !== undefined);
    case "flow-collection":
      return endOfLast(token.end, ["flow-map-end", "flow-seq-end"]);
    default:
      return undefined;
  }
}

/** End of an item's content; none for the trailing comments that the parser keeps as an item. */
export function itemEnd(item: CST.CollectionItem): number | undefined {
  return (
    contentEnd(item.value) ??
    endOfLast(item.sep, ["map-value-ind", "anchor", "tag"]) ??
    contentEnd(item.key) ??
    endOfLast(item.start, ["seq-item-ind", "explicit-key-ind", "anchor", "tag"])
  );
}

function endOfLast(tokens: readonly CST.SourceToken[] | undefined, types: readonly string[]): number | undefined {
  const last = tokens?.findLast((token) => types.includes(token.type));
  return last === undefined ? undefined : last.offset + last.source.length;
}
