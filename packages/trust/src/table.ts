import { printClaims, printToken, type Token } from "./claims.ts";
import type { Cell, Comparison, Row } from "./compare.ts";
import type { Found } from "./find.ts";

/** What stands above a table: which identity, where it lives, and where it is written. */
export interface Heading {
  readonly title: string;
  readonly place: string | undefined;
  readonly definedIn: string | undefined;
}

/** What the table says below its rows besides what the comparison knows. */
export interface Footer {
  readonly refusals: readonly string[];
  readonly lost: readonly string[];
  readonly undo: string | undefined;
}

const width = 80;
const columns = [52, 8, 8, 6] as const;
const label = 10;

/** The table in plain text, 80 columns wide; what changes is in capitals, so it reads without colour. */
export function printTable(heading: Heading, { rows, beyond, stays, ...rest }: Comparison, footer: Footer): string {
  const lines = [
    ...headingLines(heading),
    line("  WHO MAY ASSUME", ["before", "trans.", "final"]),
    ...rows.flatMap(rowLines),
    ...labelled("PROOF", [proof(beyond), refused(footer.refusals)].join("; ")),
    ...rest.transitionBlocked.flatMap((one) => labelled("BLOCKED", one)),
    ...footer.lost.flatMap((one) => labelled("LOST", `! ${one}`)),
    ...stays.flatMap((one) => labelled("STAYS", `${one} still assumes it -> final phase blocked`)),
    ...rest.finalBlocked
      .filter((one) => !stays.some((who) => one.startsWith(who)))
      .flatMap((one) => labelled("WAITS", one)),
    ...rest.notes.flatMap((one) => labelled("NOTE", one)),
    ...(footer.undo === undefined ? [] : labelled("UNDO", footer.undo)),
  ];
  return `${lines.map((one) => one.trimEnd()).join("\n")}\n`;
}

function headingLines({ title, place, definedIn }: Heading): readonly string[] {
  const parts = [title, place, definedIn === undefined ? "in no file" : `defined in ${definedIn}`].filter(
    (one) => one !== undefined,
  );
  const whole = parts.join("   ");
  return whole.length <= width
    ? [whole]
    : parts.flatMap((one, i) => wrapped(one, width - 2).map((text) => (i === 0 ? text : `  ${text}`)));
}

function rowLines({ from, who, before, transition, final }: Row): readonly string[] {
  const words = wrapped(`${from.padEnd(6)}  ${who}`, columns[0] - 2, 8);
  const cells = [cellText(before), changed(before, transition), changed(before, final)];
  const [first = "", ...more] = words;
  const witness = [before, transition, final].find((cell) => cell.kind === "some");
  return [
    line(`  ${first}`, cells),
    ...more.map((one) => `  ${one}`),
    ...(witness?.kind === "some" ? example(witness.token) : []),
  ];
}

function example(token: Token): readonly string[] {
  return wrapped(`e.g. ${printClaims(token)}`, width - label).map((one) => " ".repeat(label) + one);
}

function line(text: string, cells: readonly string[]): string {
  const [first, ...others] = columns;
  return cells.reduce((so, cell, i) => so + cell.padEnd(others[i] ?? 0), `${text.padEnd(first)}  `);
}

function cellText(cell: Cell): string {
  switch (cell.kind) {
    case "all":
      return "yes";
    case "some":
      return "some";
    case "none":
      return "-";
    case "absent":
      return ".";
    case "unknown":
      return "?";
  }
}

/** In capitals when somebody gets in who did not before. */
function changed(before: Cell, after: Cell): string {
  const text = cellText(after);
  const more =
    after.kind === "all"
      ? before.kind !== "all"
      : after.kind === "some" && before.kind !== "all" && before.kind !== "some";
  return more ? text.toUpperCase() : text;
}

function proof(beyond: Found): string {
  switch (beyond.kind) {
    case "none":
      return "beyond the intent: none (exact)";
    case "token":
      return `BEYOND THE INTENT: ${printToken(beyond.token)}`;
    case "unknown":
      return `beyond the intent: not known, because ${beyond.because.join("; ")}`;
  }
}

function refused(refusals: readonly string[]): string {
  return refusals.length === 0 ? "refused by the cloud: no" : `REFUSED BY THE CLOUD: ${refusals.join("; ")}`;
}

function labelled(name: string, text: string): readonly string[] {
  return wrapped(text, width - label).map((one, i) => (i === 0 ? `  ${name}` : "").padEnd(label) + one);
}

/** Breaks at blanks, and within words that are longer than a line, as subjects are; later lines are indented. */
function wrapped(text: string, most: number, indent = 0): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > most) {
    const blank = rest.lastIndexOf(" ", most);
    const at = blank > indent ? blank : most;
    lines.push(rest.slice(0, at).trimEnd());
    rest = " ".repeat(indent) + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
