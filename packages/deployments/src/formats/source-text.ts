import type { SettingPiece } from "../settings.ts";

// Every text below ends up in a program that its owner runs. Nothing from a repository may end a literal or a comment.

/** Signs that are invisible or reorder a line: controls, line ends (two more to JavaScript), bidi marks, odd spaces. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** Most texts have nothing of the kind, and the classes above are slow to look for. */
const PLAIN = /^[\x20-\x7e]*$/;

function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  const unit = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(INVISIBLE, (sign) => SHORT_ESCAPES.get(sign) ?? sign.split("").map(unit).join(""));
}

/** Printable ASCII without `"` and `\`. */
const UNQUOTED = /^[ !#-[\]-~]*$/;

/** A string literal: double quotes, unless single ones need fewer escapes, which is what prettier keeps. */
export function stringLiteral(text: string): string {
  if (UNQUOTED.test(text)) return `"${text}"`;
  const quote = text.split('"').length > text.split("'").length ? "'" : '"';
  const escaped = visible(text.replaceAll("\\", "\\\\"));
  return `${quote}${escaped.replaceAll(quote, `\\${quote}`)}${quote}`;
}

/** A template literal of literal pieces and expressions. */
export function templateLiteral(pieces: readonly SettingPiece[], expression: (piece: SettingPiece) => string): string {
  const parts = pieces.map((piece) =>
    typeof piece === "string"
      ? visible(piece.replace(/[\\`]|\$(?=\{)/g, (sign) => `\\${sign}`))
      : `\${${expression(piece)}}`,
  );
  return `\`${parts.join("")}\``;
}

/** A name in an object literal. A bare `__proto__` would set the prototype and add no property: it is computed. */
export function propertyKey(name: string): string {
  if (name === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : stringLiteral(name);
}

/** Text that is safe in a comment to the end of the line. */
export function commentText(text: string): string {
  return visible(text).replaceAll("*/", "*\\/");
}

/** A span of code in Markdown: fenced by more backticks than it holds. */
export function codeSpan(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = longest > 0 || shown.trim() !== shown ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}
