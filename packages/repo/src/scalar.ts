import type { CST, Scalar } from "yaml";
import type { Span } from "./span.ts";

/** The way from an offset in a scalar's text to the offset of the same character in the file. */
export interface OffsetMap {
  /** `undefined` where no exact place is known: folded, escaped and most multi-line scalars. */
  at(offset: number): number | undefined;
}

/** A piece of a scalar's text that stands in the file unchanged. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

const nowhere: OffsetMap = { at: () => undefined };

/** The offset map of a scalar whose text is `decoded`. Exact or nowhere: every run is compared with the file. */
export function offsetMap(source: string, scalar: Scalar, decoded: string): OffsetMap {
  const token = scalar.srcToken;
  switch (token?.type) {
    case "scalar":
      return shifted(source, token.offset, token.source.length, decoded);
    case "single-quoted-scalar":
    case "double-quoted-scalar":
      return shifted(source, token.offset + 1, token.source.length - 2, decoded);
    case "block-scalar":
      return lazily(() => blockMap(token, decoded));
    default:
      return nowhere;
  }
}

/** The place of a part of a scalar: exact where the map knows it, otherwise the whole scalar. */
export function spanWithin(
  scalar: { readonly offsets: OffsetMap; readonly span: Span },
  start: number,
  end: number,
): Span {
  const from = scalar.offsets.at(start);
  // The end is taken from the last character: what follows it may be a `\r` that the text has not.
  const last = scalar.offsets.at(Math.max(start, end - 1));
  if (from === undefined || last === undefined) return scalar.span;
  return { path: scalar.span.path, start: from, end: end > start ? last + 1 : from };
}

function shifted(source: string, by: number, length: number, decoded: string): OffsetMap {
  return length === decoded.length ? shiftedMap(source, by, decoded) : nowhere;
}

/** The map of a text that stands in the file as it is, from an offset on; nowhere where it does not. */
export function shiftedMap(source: string, by: number, decoded: string): OffsetMap {
  if (!source.startsWith(decoded, by)) return nowhere;
  return { at: (offset) => (offset >= 0 && offset <= decoded.length ? by + offset : undefined) };
}

function lazily(make: () => OffsetMap): OffsetMap {
  let made: OffsetMap | undefined;
  return { at: (offset) => (made ??= make()).at(offset) };
}

function blockMap(token: CST.BlockScalar, decoded: string): OffsetMap {
  const header = token.props.reduce((length, prop) => length + ("source" in prop ? prop.source.length : 0), 0);
  const lines = linesOf(token.source, token.offset + header, blockIndent(token));
  // A folded scalar has other text than its lines, unless it is one line long; both are found here.
  const joined = lines.map((line) => line.text).join("\n");
  const same = joined.startsWith(decoded) && joined.slice(decoded.length).trim() === "";
  const runs = lines.flatMap((line) => line.runs);
  if (same) return { at: (offset) => (offset <= decoded.length ? find(runs, offset) : undefined) };
  // At the end of a file without a last line ending, the text has one that the file has not.
  const cut = decoded === `${joined}\n`;
  return cut ? { at: (offset) => (offset < joined.length ? find(runs, offset) : undefined) } : nowhere;
}

interface Line {
  readonly text: string;
  readonly runs: readonly Run[];
}

/** The lines of a block scalar without their indentation; a line's `\n` is a run of its own, after a possible `\r`. */
function linesOf(body: string, offset: number, indent: number): readonly Line[] {
  const lines: Line[] = [];
  let from = 0;
  let to = offset;
  for (const raw of body.split("\n")) {
    const cut = Math.min(indent, leadingSpaces(raw));
    const text = raw.slice(cut).replace(/\r$/, "");
    const own = { from, to: to + cut, length: text.length };
    const newline = { from: from + text.length, to: to + raw.length, length: 1 };
    const last = to + raw.length >= offset + body.length;
    lines.push({ text, runs: last ? [{ ...own, length: own.length + 1 }] : [own, newline] });
    from += text.length + 1;
    to += raw.length + 1;
  }
  return lines;
}

/** The run that holds an offset. The end of the text is a place too: one beyond the last character. */
function find(runs: readonly Run[], offset: number): number | undefined {
  let low = 0;
  let high = runs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = runs[middle];
    if (run === undefined) return undefined;
    if (offset < run.from) high = middle - 1;
    else if (offset >= run.from + run.length) low = middle + 1;
    else return run.to + (offset - run.from);
  }
  return undefined;
}

/** Columns that belong to the indentation: said in the header (`|2`), or those of the first line with text. */
function blockIndent(token: CST.BlockScalar): number {
  const header = token.props.find((prop) => prop.type === "block-scalar-header");
  const digit = header !== undefined && "source" in header ? /[1-9]/.exec(header.source)?.[0] : undefined;
  if (digit !== undefined) return token.indent + Number(digit);
  const first = token.source.split("\n").find((line) => line.trim() !== "") ?? "";
  return leadingSpaces(first);
}

function leadingSpaces(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}
