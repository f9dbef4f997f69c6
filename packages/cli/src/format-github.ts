import { printable } from "@gha2pulumi/repo";
import { appendFileSync } from "node:fs";
import type { PlanDocument, PlannedDiagnostic } from "@gha2pulumi/migrate";
import { Fault, reasonOf } from "./fault.ts";
import { placeOf } from "./place.ts";

// GitHub keeps ten annotations of a kind per step and drops the others unsaid; so these are ten in all, worst first.
// https://docs.github.com/en/actions/reference/limits
const mostAnnotations = 10;

/** The most a step's summary may hold, in bytes; one that is larger is not shown at all. */
const mostSummary = 1024 * 1024;

const kinds = { error: "error", warning: "warning", note: "notice" } as const;
const order = ["error", "warning", "note"] as const;

/**
 * A plan as GitHub's workflow commands, one annotation a line.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function renderAnnotations({ diagnostics }: Pick<PlanDocument, "diagnostics">): string {
  const sorted = order.flatMap((severity) => diagnostics.filter((one) => one.severity === severity));
  const shown = sorted.slice(0, sorted.length > mostAnnotations ? mostAnnotations - 1 : mostAnnotations);
  const left = sorted.length - shown.length;
  const more = `${left} more, in the step's summary and in gha2pulumi plan`;
  return [...shown.map(annotation), ...(left > 0 ? [`::notice title=gha2pulumi::${more}`] : [])]
    .map((line) => `${line}\n`)
    .join("");
}

function annotation({ code, severity, message, location, help }: PlannedDiagnostic): string {
  const { path, line, column } = placeOf(location);
  const properties = { file: path, line: String(line), col: String(column), title: code };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `::${kinds[severity]} ${written.join(",")}::${data(help === "" ? message : `${message} — ${help}`)}`;
}

/** A percent sign and line ends would be read as escapes and as the next command; the rest cannot be seen. */
function data(text: string): string {
  return printable(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Adds a Markdown report to the summary of the step that runs this, when it is a step. */
export function addSummary(markdown: string, file: string | undefined): void {
  if (file === undefined || file === "") return;
  try {
    appendFileSync(file, `${fitted(markdown)}\n`);
  } catch (error) {
    throw new Fault("GP704", `the step's summary could not be written: ${reasonOf(error)}`, "look at the runner");
  }
}

/** Whole lines, as many as fit; the report is cut at its end, where the proof is, and says so. */
function fitted(markdown: string): string {
  if (Buffer.byteLength(markdown) < mostSummary) return markdown;
  const note = "\n\nThe rest did not fit: `gha2pulumi plan` prints it.\n";
  const room = Buffer.from(markdown)
    .subarray(0, mostSummary - note.length - 1024)
    .toString("utf8");
  return room.slice(0, room.lastIndexOf("\n")) + note;
}
