import type { CST } from "yaml";
import type { Splice } from "./change.ts";
import { extent, refused, topOf, type Edited, type Extent, type Slot } from "./yaml-cut.ts";
import { contentEnd } from "./yaml-document.ts";

/** Replaces an item of a list by several: `before` stand in front of what takes its place. */
export function replacements(text: string, slot: Slot, written: string, before: readonly string[]): Edited {
  const own = replacement(text, slot, written);
  if (own.kind === "refused" || before.length === 0) return own;
  const dash = slot.items[slot.index]?.start.find(({ type }) => type === "seq-item-ind");
  const indent = dash && /(?:^|\n)([ \t]*)$/.exec(text.slice(0, dash.offset))?.[1];
  if (dash === undefined || indent === undefined) return refused("it does not stand on a line of its own");
  const added = before.map((one) => `- ${one.trimEnd()}\n${indent}`).join("");
  const place = { start: dash.offset, end: dash.offset, text: withBreaksOf(text, added) };
  return { kind: "edited", splices: [place, ...own.splices] };
}

/** Puts an entry in front of one of a map: on lines of its own, above that one's comments, or within the braces. */
export function addition(text: string, slot: Slot, written: string): Edited {
  const here = extent(slot.items[slot.index]);
  if (here === undefined || slot.collection.type === "block-seq") return refused("it is no entry of a map");
  if (slot.collection.type === "flow-collection") {
    if (slot.collection.start.type !== "flow-map-start" || written.includes("\n"))
      return refused("there is no place for it between braces");
    return spliced({ start: here.start, end: here.start, text: `${written}, ` });
  }
  const top = topOf(text, slot);
  if (top === undefined) return refused("it does not begin its line");
  const indent = " ".repeat(here.start - text.lastIndexOf("\n", here.start - 1) - 1);
  const lines = written.trimEnd().split("\n");
  return spliced({
    start: top,
    end: top,
    text: withBreaksOf(text, lines.map((line) => `${indent}${line}\n`).join("")),
  });
}

/** Replaces an item's value by a text, or gives it one when it has none. A tag goes with its value, an anchor stays. */
export function replacement(text: string, slot: Slot, written: string): Edited {
  const item = slot.items[slot.index];
  if (item === undefined || isPairInList(slot, item)) return refused("it is a pair without braces inside a list");
  const marks = item.sep ?? item.start;
  const tag = marks.find((token) => token.type === "tag");
  const anchor = marks.find((token) => token.type === "anchor");
  if (tag !== undefined && anchor !== undefined) return refused("it has both a tag and an anchor");
  const base = anchor ?? marks.find((token) => token.type === "map-value-ind" || token.type === "seq-item-ind");
  const from = base === undefined ? undefined : endOfToken(base);
  const old = valueExtent(text, item.value, tag);
  const fresh = withBreaksOf(text, written);
  if (old !== undefined) return edited(text, from, old, fresh);
  if (from === undefined) return refused("it has no place for a value");
  return edited(text, from, { start: from, end: from }, fresh);
}

/** `from` is where the key, dash or anchor before the value ends; without one the value stands in a flow list. */
function edited(text: string, from: number | undefined, old: Extent, fresh: string): Edited {
  const inserted = /^[ \t]*\r?\n/.test(text.slice(old.end)) ? fresh.replace(/\r?\n$/, "") : fresh;
  const breaks = /^\r?\n/.test(inserted);
  const oneLine = !inserted.includes("\n");
  if (from === undefined || !(breaks || oneLine)) return spliced({ ...old, text: inserted });
  const gap = text.slice(from, old.start);
  if (oneLine && /^[ \t]+$/.test(gap)) return spliced({ ...old, text: inserted });
  // A value on lines of its own moves up behind its key when the new one fits there.
  const space = breaks ? "" : " ";
  if (gap.trim() === "") return spliced({ start: from, end: old.end, text: space + inserted });
  // Comments stand between: they stay where they are, and the old value's line goes.
  const line = text.lastIndexOf("\n", old.start - 1) + 1;
  if (breaks) return spliced({ start: line, end: old.end, text: inserted.replace(/^\r?\n/, "") });
  const rest = /^[ \t]*(\r?\n|$)/.exec(text.slice(old.end))?.[0];
  const gone = rest === undefined ? old : { start: line, end: old.end + rest.length };
  return spliced({ start: from, end: from, text: space + inserted }, { ...gone, text: "" });
}

function spliced(...splices: readonly Splice[]): Edited {
  return { kind: "edited", splices };
}

/** `[a: 1]`: the item is a map, but its tokens are those of the pair. */
function isPairInList({ collection }: Slot, item: CST.CollectionItem): boolean {
  const list = collection.type === "flow-collection" && collection.start.type === "flow-seq-start";
  return list && item.sep !== undefined;
}

/** Where the value and its tag stand; nowhere when there is neither. */
function valueExtent(text: string, value: CST.Token | undefined, tag: CST.SourceToken | undefined): Extent | undefined {
  const end = contentEnd(value);
  if (value === undefined || end === undefined) {
    return tag === undefined ? undefined : { start: tag.offset, end: endOfToken(tag) };
  }
  const start = tag?.offset ?? value.offset;
  // Block scalars end after their last line ending, which the line they stand on needs.
  return { start, end: text[end - 1] === "\n" ? start + text.slice(start, end).trimEnd().length : end };
}

function endOfToken(token: CST.SourceToken): number {
  return token.offset + token.source.length;
}

/** The text with the line endings of a file: its nodes' values have `\n` everywhere, the file may not. */
function withBreaksOf(file: string, text: string): string {
  return text.replace(/\r?\n/g, /\r?\n/.exec(file)?.[0] ?? "\n");
}
