import { configKeys, configName, type ConfigPiece, type KeyOf } from "./config-key.ts";
import type { SettingPiece } from "../settings.ts";

/** A line of YAML below a key: a scalar as it is written, a block of fields, or a list. */
export type YamlCode =
  | { readonly kind: "scalar"; readonly text: string }
  | { readonly kind: "fields"; readonly fields: readonly YamlField[] }
  | { readonly kind: "items"; readonly items: readonly { readonly text: string; readonly comment: string }[] };

export interface YamlField {
  readonly key: string;
  readonly code: YamlCode;
  /** "" or the text of a comment. */
  readonly comment: string;
}

export const scalar = (text: string): YamlCode => ({ kind: "scalar", text });
export const fields = (all: readonly YamlField[]): YamlCode => ({ kind: "fields", fields: all });

/** The lines of a block of fields, each ended. */
export function yamlLines(all: readonly YamlField[], indent: number): string {
  return all.map((one) => fieldLines(one, indent)).join("");
}

function fieldLines({ key, code, comment }: YamlField, indent: number): string {
  const pad = " ".repeat(indent);
  const after = comment === "" ? "" : ` # ${comment}`;
  switch (code.kind) {
    case "scalar":
      return `${pad}${key}: ${code.text}${after}\n`;
    case "fields":
      return `${pad}${key}:${after}\n${yamlLines(code.fields, indent + 2)}`;
    case "items": {
      const items = code.items.map(
        (item) => `${pad}  - ${item.text}${item.comment === "" ? "" : ` # ${item.comment}`}\n`,
      );
      return `${pad}${key}:${after}\n${items.join("")}`;
    }
  }
}

/** Words and numbers that some reader of YAML takes for something else than a text. */
const NO_TEXT = /^(?:y|n|yes|no|on|off|true|false|null|~|[-+.\d].*)$/i;

/** A scalar that is read as this text: plain where every reader agrees, else in quotes. */
export function yamlText(text: string): string {
  return /^[A-Za-z_/][\w./@-]*$/.test(text) && !NO_TEXT.test(text) ? text : quoted(text);
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** In quotes; signs that are invisible or reorder a line are escaped (https://yaml.org/spec/1.2.2/#57-escaped-characters). */
function quoted(text: string): string {
  // Where only double quotes would need an escape, single ones need none: so prettier leaves it.
  if (text.includes('"') && !/['\\]|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text)) return `'${text}'`;
  const escaped = text
    .replace(/["\\]/g, (sign) => `\\${sign}`)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (sign) => SHORT.get(sign) ?? codePoint(sign));
  return `"${escaped}"`;
}

function codePoint(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > 0xffff ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
}

/** A text in which Pulumi YAML sees no reference: `$$` is one `$` (pulumi-yaml, ast/interpolation.go). */
export const unreferenced = (text: string): string => text.replaceAll("$", "$$$$");

/**
 * Keys as a project's `config:` block can declare them. The CLI reads a declared key as a path, in which `.` parts a
 * value from one inside it; `/` stands for it, which no other key has.
 */
export function yamlKeys(pieces: readonly ConfigPiece[], known: ReadonlyMap<string, ConfigPiece>): KeyOf {
  const dotted = new Map([...known].map(([key, piece]) => [key.replaceAll("/", "."), piece]));
  const keyOf = configKeys(pieces, dotted);
  return (piece) => keyOf(piece).replaceAll(".", "/");
}

/** The name a key was made from. */
export const yamlName = (key: string): string => configName(key.replaceAll("/", "."));

/** A reference to a configuration value, by name or, where that has other signs, by subscript. */
export function reference(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `\${${name}}` : `\${["${name}"]}`;
}

/** Pieces as one scalar. */
export function piecesText(pieces: readonly SettingPiece[], keyOf: KeyOf): string {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined && typeof only !== "string") return reference(keyOf(only));
  return yamlText(
    pieces
      .map((piece: string | ConfigPiece) => (typeof piece === "string" ? unreferenced(piece) : reference(keyOf(piece))))
      .join(""),
  );
}
