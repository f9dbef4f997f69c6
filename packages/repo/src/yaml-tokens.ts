import { Parser } from "yaml";
import type { CST } from "yaml";

/** The parser takes a list behind a byte order mark for an error, so it is not shown the mark. */
export function tokensOf(text: string): readonly CST.Token[] {
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const parser = new Parser();
  parser.offset = mark;
  return [...parser.parse(text.slice(mark))];
}

/** Each such text is found by reading the file again. */
const mostQuotes = 16;

/**
 * The tokens of a text in which quoted texts go on at the indentation of their key or left of it; `undefined` when none
 * does. YAML wants such lines indented (https://yaml.org/spec/1.2.2/#731-double-quoted-style) and the parser ends the
 * text there; libyaml and its family, which GitHub's reader is of, look for the closing quote alone.
 */
export function tokensWithQuotesClosed(text: string, tokens: readonly CST.Token[]): readonly CST.Token[] | undefined {
  let shown = text;
  let found = tokens;
  for (let round = 0; round < mostQuotes; round += 1) {
    const next = quotedIn(found)
      .map(({ offset, source }) => ({ start: offset, cut: offset + source.length, end: closingQuote(shown, offset) }))
      .find(({ cut, end }) => end !== undefined && end >= cut);
    if (next?.end === undefined) break;
    const inner = shown.slice(next.start, next.end);
    if (/\n(?:---|\.\.\.)(?:\s|$)/.test(inner)) return undefined;
    // On one line it is one token, of the same length.
    shown = shown.slice(0, next.start) + inner.replaceAll(/[\r\n]/g, " ") + shown.slice(next.end);
    found = tokensOf(shown);
  }
  if (shown === text) return undefined;
  for (const token of quotedIn(found)) token.source = text.slice(token.offset, token.offset + token.source.length);
  return found;
}

/** Quoted texts in the order of the file. With its own stack, as the file may be nested deeply. */
function quotedIn(tokens: readonly CST.Token[]): readonly CST.FlowScalar[] {
  const found: CST.FlowScalar[] = [];
  const waiting: (CST.Token | null | undefined)[] = [...tokens];
  while (waiting.length > 0) {
    const token = waiting.pop();
    if (!token) continue;
    if (token.type === "double-quoted-scalar" || token.type === "single-quoted-scalar") found.push(token);
    if (token.type === "document") waiting.push(token.value);
    if ("items" in token) for (const { key, value } of token.items) waiting.push(key, value);
  }
  return found.sort((a, b) => a.offset - b.offset);
}

/** Offset of the quote that closes the one at `start`. */
function closingQuote(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === "\\") at += 1;
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== "'") return at;
      at += 1;
    }
  }
  return undefined;
}
