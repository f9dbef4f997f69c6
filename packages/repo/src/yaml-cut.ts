import type { CST } from "yaml";
import type { Splice } from "./change.ts";
import { itemEnd } from "./yaml-document.ts";

/** What an edit comes to: splices of the text it was asked for, or the reason why there are none. */
export type Edited =
  | { readonly kind: "edited"; readonly splices: readonly Splice[] }
  | { readonly kind: "refused"; readonly reason: string };

/** An item of a collection as the parser's tokens have it. The parser's nodes do not know their comments. */
export interface Slot {
  readonly collection: CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
  readonly items: readonly CST.CollectionItem[];
  readonly index: number;
}

export function refused(reason: string): Edited {
  return { kind: "refused", reason };
}

/** Takes an item out, with the comments that are its own. It must not be the only one of its collection. */
export function removal(text: string, slot: Slot): Edited {
  const here = extent(slot.items[slot.index]);
  if (here === undefined || slot.items.length < 2) return refused("it is the only item of its collection");
  if (slot.collection.type === "flow-collection") return flowRemoval(text, slot, here);
  const line = lineStart(text, here.start);
  const alone = /^ *$/.test(text.slice(line, here.start));
  return alone ? lineRemoval(text, slot, here) : firstRemoval(text, slot, here);
}

/** Where an item starts and ends, its anchor, tag, `-` or `?` taken in. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

export function extent(item: CST.CollectionItem | undefined): Extent | undefined {
  if (item === undefined) return undefined;
  const marks = ["seq-item-ind", "explicit-key-ind", "anchor", "tag"];
  const mark = item.start.find((token) => marks.includes(token.type));
  const start = (mark ?? item.key ?? item.sep?.[0] ?? item.value)?.offset;
  const end = itemEnd(item);
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** The line on which an item with the comments of its own begins; nothing where other things stand on that line. */
export function topOf(text: string, { items, index }: Slot): number | undefined {
  const here = extent(items[index]);
  if (here === undefined) return undefined;
  const line = lineStart(text, here.start);
  if (!/^ *$/.test(text.slice(line, here.start))) return undefined;
  const before = items[index - 1];
  const floor = before === undefined ? bodyStart(text) : afterItem(text, itemEnd(before) ?? 0);
  return ownComments(text, line, floor, here.start - line);
}

/** An item that begins its line: whole lines go. */
function lineRemoval(text: string, { items, index }: Slot, here: Extent): Edited {
  if (!endsLine(text, here.end)) return refused("something else follows on its last line");
  const before = items[index - 1];
  const floor = before === undefined ? bodyStart(text) : afterItem(text, itemEnd(before) ?? 0);
  const column = here.start - lineStart(text, here.start);
  let top = ownComments(text, lineStart(text, here.start), floor, column);
  let bottom = afterItem(text, here.end);
  const scalar = lastBlockScalar(before);
  // Below a block scalar, deeper comments would become part of its text; after `|+`, empty lines too.
  if (scalar !== undefined) bottom = afterDeeperComments(text, bottom, column);
  if (scalar?.includes("+") === true) bottom = afterBlank(text, bottom);
  if (index === items.length - 1) top = beforeBlank(text, top, floor);
  else if (index === 0 ? isFirstBelow(text, top) : isBlankBefore(text, top)) bottom = afterBlank(text, bottom);
  return { kind: "edited", splices: [{ start: top, end: bottom, text: "" }] };
}

/** The first key of `- name: x`: the next key takes its place behind the dash, comments between go above it. */
function firstRemoval(text: string, { items }: Slot, here: Extent): Edited {
  const line = lineStart(text, here.start);
  const next = extent(items[1])?.start;
  if (next === undefined || !/^ *(- +)+$/.test(text.slice(line, here.start))) {
    return refused("it does not begin its line");
  }
  if (!endsLine(text, here.end)) return refused("something else follows on its last line");
  const indent = /^ */.exec(text.slice(line))?.[0] ?? "";
  const between = text.slice(afterItem(text, here.end), lineStart(text, next)).split(/(?<=\n)/);
  const comments = between
    .filter((candidate) => candidate.trim() !== "")
    .map((comment) => indent + comment.trimStart());
  const out = { start: here.start, end: next, text: "" };
  if (comments.length === 0) return { kind: "edited", splices: [out] };
  return { kind: "edited", splices: [{ start: line, end: line, text: comments.join("") }, out] };
}

/** `[a, b]` and `{a: 1}`: up to the next item, or from the end of the one before. */
function flowRemoval(text: string, { items, index }: Slot, here: Extent): Edited {
  const next = extent(items[index + 1]);
  const before = extent(items[index - 1]);
  const splice =
    next !== undefined
      ? { start: here.start, end: next.start, text: "" }
      : { start: before?.end ?? here.start, end: here.end, text: "" };
  const gap = next !== undefined ? text.slice(here.end, next.start) : text.slice(splice.start, here.start);
  if (gap.includes("#")) return refused("a comment stands between it and its neighbour");
  return { kind: "edited", splices: [splice] };
}

/** Comment lines directly above, at the same indent, down from `floor`. */
function ownComments(text: string, line: number, floor: number, column: number): number {
  let top = line;
  while (top > floor) {
    const above = lineStart(text, top - 1);
    const words = text.slice(above, top);
    if (above < floor || words.search(/[^ ]/) !== column || words[column] !== "#") break;
    top = above;
  }
  return top;
}

/** Comment lines deeper than `column`, and empty lines between them. */
function afterDeeperComments(text: string, from: number, column: number): number {
  let bottom = from;
  for (let at = from; at < text.length; at = lineAfter(text, at)) {
    const line = text.slice(at, lineAfter(text, at));
    if (line.trim() === "") continue;
    if (line.search(/[^ ]/) <= column || !line.trimStart().startsWith("#")) break;
    bottom = lineAfter(text, at);
  }
  return bottom;
}

function afterBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.slice(at, lineAfter(text, at)).trim() === "") at = lineAfter(text, at);
  return at;
}

function beforeBlank(text: string, from: number, floor: number): number {
  let at = from;
  while (at > floor && text.slice(lineStart(text, at - 1), at).trim() === "") at = lineStart(text, at - 1);
  return Math.max(at, floor);
}

/** Behind the key of its collection, the next item needs an empty line no more than the first one did. */
function isFirstBelow(text: string, line: number): boolean {
  return (
    isBlankBefore(text, line) ||
    !text
      .slice(lineStart(text, line - 1), line)
      .trimStart()
      .startsWith("#")
  );
}

function isBlankBefore(text: string, line: number): boolean {
  return line <= bodyStart(text) || text.slice(lineStart(text, line - 1), line).trim() === "";
}

/** The header (`|+`) of the block scalar an item ends with. */
function lastBlockScalar(item: CST.CollectionItem | undefined): string | undefined {
  let token: CST.Token | null | undefined = item?.value;
  while (token?.type === "block-map" || token?.type === "block-seq") {
    const last: CST.CollectionItem | undefined = (token.items as CST.CollectionItem[]).findLast(
      (candidate) => itemEnd(candidate) !== undefined,
    );
    token = last?.value;
  }
  if (token?.type !== "block-scalar") return undefined;
  const header = token.props.find((prop) => prop.type === "block-scalar-header");
  return header !== undefined && "source" in header ? header.source : "";
}

function bodyStart(text: string): number {
  return text.startsWith("\uFEFF") ? 1 : 0;
}

function lineStart(text: string, offset: number): number {
  return Math.max(bodyStart(text), offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1);
}

/** Start of the line after this offset's. */
function lineAfter(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  return newline < 0 ? text.length : newline + 1;
}

/** Start of the line after the one an item ends on. Block scalars already end there. */
function afterItem(text: string, end: number): number {
  return text[end - 1] === "\n" ? end : lineAfter(text, end);
}

function endsLine(text: string, end: number): boolean {
  return text[end - 1] === "\n" || /^([ \t]+#.*|[ \t]*)\r?\n?$/.test(text.slice(end, lineAfter(text, end)));
}
