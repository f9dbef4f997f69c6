import { tableOf } from "@gha2pulumi/repo";
import type { SettingPiece } from "../settings.ts";

// Every text below ends up in a program that its owner runs. Nothing from a repository may end a literal.

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** Python writes a sign beyond the first plane as one escape; two of four digits would stay two signs. */
function escapeSign(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > 0xffff ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
}

const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replace(INVISIBLE, (sign) => SHORT.get(sign) ?? escapeSign(sign));

/** A string literal: double quotes, unless single ones need fewer escapes, which is what black keeps. */
export function pythonString(text: string): string {
  const quote = text.split('"').length > text.split("'").length ? "'" : '"';
  return `${quote}${escaped(text).replaceAll(quote, `\\${quote}`)}${quote}`;
}

/** A formatted string of literal pieces and expressions, which hold no double quote and no backslash. */
export function formattedString(pieces: readonly SettingPiece[], expression: (piece: SettingPiece) => string): string {
  const parts = pieces.map((piece) =>
    typeof piece === "string"
      ? escaped(piece)
          .replaceAll('"', '\\"')
          .replace(/[{}]/g, (brace) => brace + brace)
      : `{${expression(piece)}}`,
  );
  return `f"${parts.join("")}"`;
}

const NAMED: Readonly<Record<string, string>> = tableOf({
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
});

/**
 * The text that a part of a string literal stands for, or `undefined` where it has an escape that is not read. A
 * `formatted` one has doubled braces.
 * https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
 */
export function unescapedPython(written: string, formatted: boolean): string | undefined {
  let isRead = true;
  const text = written.replace(
    /\\(?:\r?\n|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{1,3})|([\s\S]?))|\{\{|\}\}/g,
    (whole: string, ...groups: readonly (string | undefined)[]) => {
      if (!whole.startsWith("\\")) return formatted ? (whole[0] ?? "") : whole;
      const [u, long, x, octal, one] = groups;
      const hex = u ?? long ?? x;
      const code = hex === undefined ? (octal === undefined ? undefined : parseInt(octal, 8)) : parseInt(hex, 16);
      if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
      if (one === undefined && code === undefined) return "";
      const named = NAMED[one ?? ""];
      if (named === undefined) isRead = false;
      return named ?? whole;
    },
  );
  return isRead ? text : undefined;
}

const RESERVED = new Set(
  (
    "and as assert async await break case class continue def del elif else except finally for from global if import in " +
    "is lambda match nonlocal not or pass raise return try type while with yield config live pulumi service"
  ).split(" "),
);

/** A variable made of the letters and digits of a text: `shop-prod` becomes `shop_prod`. */
export function pythonVariable(text: string): string {
  const name = text
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .join("_")
    .toLowerCase();
  return name === "" || /^[0-9]/.test(name) || RESERVED.has(name) ? `stack_${name}`.replace(/_$/, "") : name;
}

/** A property's name in Python: `roleARN` is `role_arn`. */
export function snakeCase(name: string): string {
  return name.replace(/([a-z])([A-Z]+)/g, "$1_$2").toLowerCase();
}
