import { type Hole, remembered, type Text, textOf } from "@gha2pulumi/repo";
import { type Contexts, evaluate, evaluateTruth, type Status } from "./evaluate.ts";
import { childrenOf, type Expression, parseExpression } from "./parse.ts";
import { literalText } from "./print.ts";
import { isUnknown, textOfValue, truthOf, unknownValue, type Value } from "./value.ts";

/** An expression written in a text: `source` is the text from `start` to `end`, without `${{`, `}}` and spaces. */
export interface Occurrence {
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

/** An `if:` as far as it is decided. */
export interface Condition {
  readonly value: boolean | undefined;
  /** What is left to decide, as expression source; `true` or `false` when nothing is. */
  readonly residual: string;
  /** The context paths what is left depends on, sorted. */
  readonly names: readonly string[];
  /** Why it is undecided, or what is surprising about the answer; often empty. */
  readonly note: string;
}

/** One part of a text: `outer…` is where it stands, with its delimiters. */
type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "expression"; readonly closed: boolean; readonly at: Occurrence };

/** Expressions written in a text, with offsets into it. An expression that is never closed is not one. */
export function expressionsIn(source: string): readonly Occurrence[] {
  return segmentsOf(source).flatMap((segment) => (segment.kind === "expression" && segment.closed ? [segment.at] : []));
}

/** What GitHub would find wrong with the expressions of a text, if anything. */
export function brokenExpression(source: string): string | undefined {
  for (const segment of segmentsOf(source)) {
    if (segment.kind === "text") continue;
    if (!segment.closed) return "an expression begins with `${{` and is never closed";
    const parsed = parseExpression(segment.at.source);
    if (parsed.kind !== "parsed") return `the expression \`${segment.at.source}\` does not parse`;
  }
  return undefined;
}

/** The parts of a text, in order: every character is in exactly one, apart from delimiters and spaces inside them. */
const segmentsOf = remembered(5000, (source): readonly Segment[] => {
  const segments: Segment[] = [];
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf("${{", at);
    if (open !== at) segments.push({ kind: "text", text: source.slice(at, open < 0 ? undefined : open) });
    if (open < 0) break;
    const close = closeOf(source, open + 3);
    segments.push({ kind: "expression", closed: close >= 0, at: trimmed(source, open + 3, close) });
    at = close < 0 ? source.length : close + 2;
  }
  return segments;
});

/** Where `}}` closes an expression that starts at `from`: not inside a string, where it is text. -1 if nowhere. */
function closeOf(source: string, from: number): number {
  for (let i = from; i < source.length; i++) {
    if (source[i] === "'") {
      const quote = source.indexOf("'", i + 1);
      if (quote < 0) return -1;
      i = quote;
    } else if (source.startsWith("}}", i)) return i;
  }
  return -1;
}

function trimmed(source: string, from: number, to: number): Occurrence {
  const inner = source.slice(from, to < 0 ? undefined : to);
  const text = inner.trim();
  const start = from + inner.length - inner.trimStart().length;
  return { source: text, start, end: start + text.length };
}

/** `a ${{ x }} b` as far as known: literal pieces and holes. */
export function evaluateText(source: string, contexts: Contexts, status: Status = {}): Text {
  if (!source.includes("${{")) return textOf(source);
  return textOf(...segmentsOf(source).map((segment) => piece(segment, contexts, status)));
}

function piece(segment: Segment, contexts: Contexts, status: Status): string | Hole | Text {
  if (segment.kind === "text") return segment.text;
  const value = segment.closed ? evaluateSource(segment.at.source, contexts, status) : unclosed(segment.at.source);
  if (!isUnknown(value)) return textOfValue(value);
  const hole: Hole = { expression: value.source, names: value.names, note: value.note };
  return value.text ?? (value.list?.json ? { ...hole, items: value.list.items } : hole);
}

function unclosed(source: string): Value {
  return unknownValue(source, [], "an expression that is never closed");
}

/** An expression without delimiters, parsed and evaluated. One that GitHub cannot read is unknown, and says why. */
export function evaluateSource(source: string, contexts: Contexts, status: Status = {}): Value {
  const parsed = parseExpression(source);
  if (parsed.kind === "parsed") return evaluate(parsed.node, contexts, status);
  return unknownValue(source, [], `not a valid expression: ${parsed.message}`);
}

/** The value of a text: of its one expression where that is the whole text (any type), otherwise a string. */
export function evaluateTemplate(source: string, contexts: Contexts, status: Status = {}): Value {
  const segments = segmentsOf(source);
  if (segments.every((segment) => segment.kind === "text")) return source;
  const broken = segments.find((segment) => segment.kind === "expression" && !segment.closed);
  if (broken?.kind === "expression") return unclosed(broken.at.source);
  return evaluateSource(expressionOf(segments), contexts, status);
}

/**
 * One expression for a text. Text around expressions makes it `format('…', …)`, as GitHub does before it evaluates.
 * An expression that cannot be read is given back as it is: put between others it might happen to make sense.
 */
function expressionOf(segments: readonly Segment[]): string {
  const sources = segments.flatMap((segment) => (segment.kind === "expression" ? [segment.at.source] : []));
  const [first = ""] = sources;
  if (segments.length === 1) return first;
  const invalid = sources.find((source) => parseExpression(source).kind === "invalid");
  if (invalid !== undefined) return invalid;
  let index = 0;
  const pattern = segments.map((segment) =>
    segment.kind === "text" ? segment.text.replaceAll("{", "{{").replaceAll("}", "}}") : `{${index++}}`,
  );
  return `format(${[literalText(pattern.join("")), ...sources].join(", ")})`;
}

const alwaysTrue = "text around ${{ }} makes the condition a text, and a text that is not empty counts as true";

/**
 * The `if:` of a job or step, with or without `${{ }}`. Unless it calls a status function, it also needs `success()`:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions.
 */
export function evaluateCondition(source: string | undefined, contexts: Contexts, status: Status = {}): Condition {
  if (source === undefined && status.success !== undefined) return condition(status.success, "");
  const read = readCondition(source ?? "");
  if (read.kind === "invalid") return read.condition;
  return condition(evaluateTruth(read.node, contexts, status), read.remark);
}

type ReadCondition =
  | { readonly kind: "read"; readonly node: Expression; readonly remark: string }
  | { readonly kind: "invalid"; readonly condition: Condition };

const readCondition = remembered(2000, (source): ReadCondition => {
  const segments = segmentsOf(source);
  const written = segments.some((segment) => segment.kind === "expression");
  const expression = written ? expressionOf(segments) : source.trim();
  const parsed = parseExpression(expression === "" ? "success()" : expression);
  if (parsed.kind === "invalid" || segments.some((segment) => segment.kind === "expression" && !segment.closed)) {
    const message = parsed.kind === "invalid" ? parsed.message : "it is never closed";
    const note = `not a valid expression: ${message}`;
    return { kind: "invalid", condition: { value: undefined, residual: expression, names: [], note } };
  }
  // A line break after the closing braces, as `if: |` leaves one, is enough to be text.
  const mixed = written && segments.some((segment) => segment.kind === "text");
  return { kind: "read", node: withSuccess(parsed.node), remark: mixed ? alwaysTrue : "" };
});

function condition(value: Value, remark: string): Condition {
  const truth = truthOf(value);
  if (truth !== undefined) return { value: truth, residual: String(truth), names: [], note: remark };
  const left = isUnknown(value) ? value : unknownValue("", [], "");
  const note = [remark, left.note].filter((part) => part !== "").join("; ");
  return { value: undefined, residual: left.source, names: left.names, note };
}

function withSuccess(node: Expression): Expression {
  if (callsStatus(node)) return node;
  const { start, end } = node;
  return { kind: "and", operands: [{ kind: "call", name: "success", args: [], start, end: start }, node], start, end };
}

const statusFunctions: readonly string[] = ["success", "failure", "always", "cancelled"];

/** Whether a status function is called anywhere in it; the words in a string or as a property do not count. */
export function callsStatus(node: Expression): boolean {
  if (node.kind === "call" && statusFunctions.includes(node.name)) return true;
  return childrenOf(node).some(callsStatus);
}
