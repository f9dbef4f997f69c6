import type { PlanDocument } from "@gha2pulumi/migrate";
import { table, wrap } from "./layout.ts";
import type { Paint, Style } from "./paint.ts";
import { coloured } from "./terminal-summary.ts";
import { verdictLine } from "./terminal-wording.ts";

/** Whatever holds a proof: a plan, or the answer of `verify`. */
export type Proven = Pick<PlanDocument, "proof">;

/** What no file can show, each with the code that cases refer to. */
export function assumptionLines(document: Proven, { width }: Style): readonly string[] {
  return document.proof.assumptions.flatMap(({ code, text }) => {
    const lines = wrap(text, width - 10);
    return lines.map((line, i) => `  ${(i === 0 ? code : "").padEnd(8)}${line}`);
  });
}

/** Every event played on both sides, and the verdict on all of them as the last line. */
export function proofLines(document: Proven, { paint, width }: Style): readonly string[] {
  const { cases } = document.proof;
  const rows = cases.map((one) => [one.event, one.files, effects(one.before), effects(one.after), verdictOf(one)]);
  const head = ["event", "files", "before", "after", "verdict"];
  const [header = [], ...body] = cases.length === 0 ? [] : table([head, ...rows], width - 2);
  const lines = body.map((cells) => `  ${[...cells.slice(0, -1), verdict(cells.at(-1) ?? "", paint)].join("  ")}`);
  const notes = cases.flatMap(({ event, notes: said }) => said.map((note) => `${event}: ${note}`));
  return [
    ...(cases.length === 0 ? [] : [`  ${paint.dim(header.join("  "))}`, ...lines, ""]),
    ...notes.flatMap((note) => wrap(note, width - 2).map((line) => `  ${line}`)),
    ...(notes.length === 0 ? [] : [""]),
    `  ${coloured(document, verdictLine(document), paint)}`,
  ];
}

function effects(all: readonly string[]): string {
  return all.length === 0 ? "—" : all.join(", ");
}

/** A difference that is accepted is still one. */
function verdictOf({ verdict: name, codes, accepted }: Proven["proof"]["cases"][number]): string {
  return [name, ...codes, ...(accepted ? ["accepted"] : [])].join(" ");
}

function verdict(text: string, paint: Paint): string {
  if (/^same\b/.test(text)) return paint.green(text);
  return /^undecided\b|accepted\s*$/.test(text) ? paint.yellow(text) : paint.red(text);
}
