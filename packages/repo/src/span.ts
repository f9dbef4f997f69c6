import { remembered } from "./remembered.ts";

/** A path inside a repository: relative to its root, `/`-separated, never starting with `/` or `./`. */
export type Path = string;

/** The text files of one commit, by path. */
export type Tree = ReadonlyMap<Path, string>;

/** A place in one file: UTF-16 offsets, `end` excluded. */
export interface Span {
  readonly path: Path;
  readonly start: number;
  readonly end: number;
}

/** The way to a place, outermost first: workflow step → npm script → shell file. */
export type Trail = readonly [Span, ...Span[]];

/** A place as people write it: both numbers start at 1, columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The last span of a trail: the place that is closest to what is meant. */
export function innermost(trail: Trail): Span {
  return trail[trail.length - 1] ?? trail[0];
}

/** A trail that goes one place further. A span that is already the innermost is not repeated. */
export function further(trail: Trail, span: Span): Trail {
  const last = innermost(trail);
  if (last.path === span.path && last.start === span.start && last.end === span.end) return trail;
  return [...trail, span];
}

/** Where each line of a text begins: a long file is asked for the places of all it says. */
const lineStarts = remembered(50, (text): readonly number[] => {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
});

/** Line and column of an offset in a text. `\r\n`, `\n` and a lone `\r` each end one line. */
export function positionIn(text: string, offset: number): Position {
  const starts = lineStarts(text);
  let line = 0;
  let end = starts.length;
  // The last line that does not begin behind the offset.
  while (end - line > 1) {
    const middle = (line + end) >>> 1;
    if ((starts[middle] ?? 0) <= offset) line = middle;
    else end = middle;
  }
  return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
}

/** Line and column of the start of a span; 1:1 when the file is not in the tree. */
export function position(tree: Tree, span: Span): Position {
  const text = tree.get(span.path);
  return text === undefined ? { line: 1, column: 1 } : positionIn(text, span.start);
}

/** `path:line:column`, the form every report uses. */
export function location(tree: Tree, span: Span): string {
  const { line, column } = position(tree, span);
  return `${span.path}:${line}:${column}`;
}

/** Orders two strings by their UTF-16 units: the same on every machine, whatever its locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
