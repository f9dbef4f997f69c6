import type { Edited, Splice } from "@gha2pulumi/repo";
import type { AwsReadStatement, AwsRule } from "../rule.ts";
import { flat, tall, type Code, type Layout } from "./code.ts";
import { statementEdits, type StatementEdit } from "./statement-edits.ts";
import type { Value } from "./values.ts";

/** A policy whose statements are written between braces, whatever the language. */
export interface Braced {
  readonly text: string;
  readonly before: AwsRule;
  readonly statements: readonly Value[];
  /** `undefined` for a single statement without a list. */
  readonly list: Value | undefined;
  readonly style: BracedStyle;
}

/** What a language adds to the layout that the neighbouring statement shows. */
export interface BracedStyle {
  readonly padded: boolean;
  readonly separator: "," | "";
  /** Commas behind last entries are allowed. */
  readonly trailing: boolean;
  readonly aligned: boolean;
  /** A comment's beginning. */
  readonly comment: RegExp;
  /** In `[{` … `}]`, what joins two statements stands one step deeper: `terraform fmt` wants it. */
  readonly deeperJoin: boolean;
  /** The statement as code; a text when a part of it cannot be written. */
  readonly code: (statement: AwsReadStatement) => Code | string;
}

/** The splices that turn the written policy into `after`. */
export function editBraced(written: Braced, after: AwsRule): Edited {
  const found = statementEdits(written.before, after);
  if (found.kind === "refused") return found;
  const splices: Splice[] = [];
  for (const edit of found.edits.filter(({ kind }) => kind !== "insert")) {
    const done =
      edit.kind === "remove" ? removed(written, edit.at) : edit.kind === "replace" ? replaced(written, edit) : [];
    if (typeof done === "string") return { kind: "refused", reason: done };
    splices.push(...done);
  }
  const inserts = found.edits.filter((edit) => edit.kind === "insert");
  for (const place of new Set(inserts.map(({ after: at }) => at))) {
    const done = inserted(
      written,
      place,
      inserts.filter((one) => one.after === place).map((one) => one.statement),
    );
    if (typeof done === "string") return { kind: "refused", reason: done };
    splices.push(...done);
  }
  return { kind: "edited", splices };
}

type Done = readonly Splice[] | string;

/** Behind the neighbour, as the neighbour is laid out. */
function inserted(written: Braced, place: number, statements: readonly AwsReadStatement[]): Done {
  const { text, style, list } = written;
  const neighbour = written.statements[place];
  if (neighbour === undefined) return "there is no statement to put it behind";
  const { start, end } = neighbour.span;
  const codes = statements.map(style.code);
  const fault = codes.find((code) => typeof code === "string");
  if (fault !== undefined) return fault;
  const layout = layoutOf(neighbour, text, style);
  const made = codes.filter((code) => typeof code !== "string");
  const wrap = list === undefined ? [{ start, end: start, text: "[" }] : [];
  const close = list === undefined ? "]" : "";
  if (!text.slice(start, end).includes("\n") && !ownLine(text, start)) {
    return [...wrap, { start: end, end, text: made.map((code) => `, ${flat(code, layout)}`).join("") + close }];
  }
  if (ownLine(text, start) && list !== undefined) return onOwnLines(written, neighbour, made, layout);
  const indent = indentAt(text, end);
  const deeper = style.deeperJoin && ownLine(text, end - 1);
  const joint = deeper ? [{ start: end - 1, end: end - 1, text: layout.unit }] : [];
  const bodies = made.map((code, i) => {
    const body = tall(code, indent, layout);
    return deeper && i < made.length - 1 ? `${body.slice(0, -1)}${layout.unit}}` : body;
  });
  return [...wrap, ...joint, { start: end, end, text: bodies.map((body) => `, ${body}`).join("") + close }];
}

function onOwnLines(written: Braced, neighbour: Value, made: readonly Code[], layout: Layout): Done {
  const { text, style } = written;
  const { start, end } = neighbour.span;
  const indent = indentAt(text, start);
  const oneLine = !text.slice(start, end).includes("\n");
  const bodies = made.map(
    (code) => `${layout.eol}${indent}${oneLine ? flat(code, layout) : tall(code, indent, layout)}`,
  );
  const rest = /^[^\r\n]*/.exec(text.slice(end))?.[0] ?? "";
  const [, comma = "", comment = ""] = /^(,?)(.*)$/.exec(rest.trim())?.map((part) => part.trim()) ?? [];
  // A comment behind the neighbour stays behind the neighbour; one in `/* */` may end anywhere.
  if (comment.search(style.comment) !== 0 || comment.startsWith("/*")) {
    return [{ start: end, end, text: bodies.map((body) => `,${body}`).join("") }];
  }
  const lineEnd = end + rest.length;
  const behind = bodies.map((body, i) => body + (comma !== "" || i < bodies.length - 1 ? "," : "")).join("");
  const own = comma === "" ? [{ start: end, end, text: "," }] : [];
  return [...own, { start: lineEnd, end: lineEnd, text: behind }];
}

/** A statement whose text says all: what is computed or commented in it would be lost. */
function replaced(written: Braced, edit: Extract<StatementEdit, { kind: "replace" }>): Done {
  const { text, style, statements } = written;
  const old = statements[edit.at];
  const code = style.code(edit.statement);
  if (old === undefined || typeof code === "string") return typeof code === "string" ? code : "it is not found";
  const { start, end } = old.span;
  const inside = uncovered(text, old);
  if (style.comment.test(inside)) return "a statement with comments would be written anew";
  const layout = layoutOf(old, text, style);
  const one = !text.slice(start, end).includes("\n");
  return [{ start, end, text: one ? flat(code, layout) : tall(code, indentAt(text, end), layout) }];
}

/** Up to the next statement, or from the end of the one before. */
function removed({ text, statements, style }: Braced, at: number): Done {
  const [before, here, next] = [statements[at - 1], statements[at], statements[at + 1]];
  if (here === undefined) return "it is not found";
  const range = next
    ? { start: here.span.start, end: next.span.start }
    : { start: before?.span.end ?? -1, end: here.span.end };
  if (range.start < 0) return "it is the only statement";
  const gap = next ? text.slice(here.span.end, range.end) : text.slice(range.start, here.span.start);
  return style.comment.test(gap) ? "a comment stands between it and its neighbour" : [{ ...range, text: "" }];
}

/** The statement's text without its texts: where a comment would be seen. */
function uncovered(text: string, value: Value): string {
  const covered = leavesOf(value);
  let result = "";
  let at = value.span.start;
  for (const { start, end } of covered) {
    if (start < at) continue;
    result += text.slice(at, start);
    at = end;
  }
  // Keys are texts too, and may hold a slash.
  return (result + text.slice(at, value.span.end)).replace(/"[^"\n]*"|'[^'\n]*'/g, "");
}

function leavesOf(value: Value): readonly { readonly start: number; readonly end: number }[] {
  switch (value.kind) {
    case "list":
      return value.items.flatMap(leavesOf);
    case "map":
      return value.entries.flatMap((entry) => leavesOf(entry.value));
    default:
      return [value.span];
  }
}

/** The layout that a statement shows: its step, its commas, its line endings, maps on one line. */
export function layoutOf(value: Value, text: string, style: BracedStyle): Layout {
  const { start, end } = value.span;
  const own = text.slice(start, end);
  const isTall = own.includes("\n");
  const indent = indentAt(text, isTall ? end - 1 : start);
  const first = /\n([ \t]*)[^\s]/.exec(own)?.[1] ?? "";
  const unit = first.startsWith(indent) && first.length > indent.length ? first.slice(indent.length) : "  ";
  const maps = value.kind === "map" ? value.entries.flatMap((entry) => innerMaps(entry.value)) : [];
  const inside = maps.length > 0 ? maps.some((map) => !text.slice(map.span.start, map.span.end).includes("\n")) : true;
  return {
    padded: style.padded && !(own.includes("{{") ? /\{\{["']/ : /(?<!\$)\{[\w"']/).test(own),
    separator: style.separator,
    trailing: style.trailing && isTall && /,\s*[\])}]$/.test(own),
    aligned: style.aligned,
    unit,
    eol: eolOf(text),
    flatMaps: inside,
  };
}

function innerMaps(value: Value): readonly Value[] {
  if (value.kind === "list") return value.items.flatMap(innerMaps);
  return value.kind === "map" ? [value, ...value.entries.flatMap((entry) => innerMaps(entry.value))] : [];
}

export function eolOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** The white space that a line begins with. */
export function indentAt(text: string, offset: number): string {
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))?.[0] ?? "";
}

function ownLine(text: string, offset: number): boolean {
  return /^\uFEFF?[ \t]*$/.test(text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset));
}
