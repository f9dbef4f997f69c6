import { printable } from "@gha2pulumi/repo";
import type { PlanDocument, PlannedDiagnostic } from "@gha2pulumi/migrate";
import { wrap } from "./layout.ts";
import type { Paint, Style } from "./paint.ts";
import { placeOf } from "./place.ts";

const colours = { error: "red", warning: "yellow", note: "cyan" } as const;

/** Diagnostics as a compiler prints them: code, place, the line with a caret, what to do. */
export function diagnosticLines(document: Pick<PlanDocument, "diagnostics">, style: Style): readonly string[] {
  return document.diagnostics.flatMap((diagnostic, i) => [...(i === 0 ? [] : [""]), ...block(diagnostic, style)]);
}

function block(diagnostic: PlannedDiagnostic, { paint, width }: Style): readonly string[] {
  const { code, severity, message, location, excerpt, help } = diagnostic;
  const [first = "", ...rest] = wrap(`${severity}[${code}]: ${message}`, width);
  const mark = `${severity}[${code}]`;
  const title = first.startsWith(mark) ? paint[colours[severity]](mark) + paint.bold(first.slice(mark.length)) : first;
  return [
    title,
    ...rest.map((line) => paint.bold(line)),
    `  --> ${location}`,
    ...(excerpt === null ? [] : excerptLines(location, excerpt, { paint, width })),
    ...(help === "" ? [] : helpLines(help, width)),
  ];
}

function helpLines(help: string, width: number): readonly string[] {
  return wrap(help, width - 11).map((line, i) => (i === 0 ? `   = help: ${line}` : `           ${line}`));
}

type Excerpt = NonNullable<PlannedDiagnostic["excerpt"]>;

function excerptLines(location: string, { line, length }: Excerpt, style: Style): readonly string[] {
  const { line: row, column } = placeOf(location);
  const number = String(row);
  const gutter = " ".repeat(number.length);
  const { text, caret, marks } = visible(line, column - 1, length, style.width - number.length - 4);
  return [
    ` ${gutter} |`,
    ` ${number} | ${text}`,
    ` ${gutter} | ${" ".repeat(caret)}${caretPaint(style.paint)("^".repeat(marks))}`,
  ];
}

function caretPaint(paint: Paint): (text: string) => string {
  return paint.yellow;
}

/** The part of a line that fits, with its mark under the same characters after they were made printable. */
function visible(
  line: string,
  start: number,
  length: number,
  room: number,
): { readonly text: string; readonly caret: number; readonly marks: number } {
  const before = printable(line.slice(0, start));
  const meant = printable(line.slice(start, start + length));
  const after = printable(line.slice(start + length));
  // Some of what stands before is kept, so that the reader finds the place.
  const cut = before.length + meant.length > room ? Math.max(0, before.length - lead) : 0;
  const shown = `${cut > 0 ? "…" : ""}${before.slice(cut)}`;
  const text = `${shown}${meant}${after}`;
  const marks = Math.max(1, Math.min(meant.length, room - shown.length));
  return { text: text.length > room ? `${text.slice(0, room - 1)}…` : text, caret: shown.length, marks };
}

const lead = 12;
