import type { PlanDocument } from "./plan-document.ts";

/**
 * The proof as plain text, one aligned line per event: what happens, to which files, before | after, verdict.
 * Empty when no event was played.
 */
export function renderProof({ proof }: PlanDocument): string {
  const rows = proof.cases.map((one): Row => [
    oneLine(one.event),
    oneLine(one.files),
    effects(one.before),
    `| ${effects(one.after)}`,
    one.verdict,
  ]);
  const widths = [0, 1, 2, 3].map((i) => Math.max(0, ...rows.map((row) => lengthOf(row[i] ?? ""))));
  const lines = rows.map((row) => row.map((cell, i) => cell + " ".repeat(missing(cell, widths[i]))).join("  "));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

type Row = readonly string[];

function missing(cell: string, width: number | undefined): number {
  return Math.max(0, (width ?? 0) - lengthOf(cell));
}

function effects(all: readonly string[]): string {
  return all.length === 0 ? "—" : all.map(oneLine).join(", ");
}

// Control and format characters, lone surrogates and exotic line ends: they hide text, turn it around or break lines.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A blank for white space that breaks or moves a line; blanks alone stay. */
function broken(blanks: string): string {
  return /[\r\n\t]/.test(blanks) ? " " : blanks;
}

/** A repository's text on one line: line ends become spaces, what cannot be seen is spelled out. */
export function oneLine(text: string): string {
  return spelledOut(text.replace(/\s+/g, broken));
}

/** The same of text that keeps its lines and tabs. */
export function visible(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part, i) => (i % 2 === 1 ? part : spelledOut(part)))
    .join("");
}

function spelledOut(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
