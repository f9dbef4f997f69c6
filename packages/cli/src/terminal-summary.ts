import { stackNames, type PlanDocument, type PlannedOperation } from "@gha2pulumi/migrate";
import { differences, openQuestions } from "./exit.ts";
import { labelled } from "./layout.ts";
import type { Style } from "./paint.ts";
import { cleaned } from "./terminal-clean.ts";
import { count, dispositionCounts, fileCounts, verdictLine } from "./terminal-wording.ts";

const backends = {
  "pulumi-cloud": "Pulumi Cloud",
  diy: "a backend of your own, which Pulumi Deployments cannot use",
  unknown: "cannot be told",
} as const;

/** Where no address and no token is, that is all that is known. */
const withoutAddress = "not Pulumi Cloud, as far as the files tell";

/** The first lines of every report: how much there is, and how it stands. */
export function headLines(document: PlanDocument, { paint }: Style): readonly string[] {
  const { backend, operations, tasks } = document;
  const where = backend.url ?? backend.note;
  const kind = backend.kind === "diy" && backend.url === null ? withoutAddress : backends[backend.kind];
  const counts = dispositionCounts(document);
  const files = fileCounts(document);
  const asked = openQuestions(document).length;
  const open = asked > 0 ? paint.yellow(count(asked, "question")) : "no questions";
  return [
    row("backend", where === undefined ? kind : `${kind} (${where})`),
    row("operations", counts === "" ? "none" : `${operations.length}: ${counts}`),
    row("files", files === "" ? "none" : files),
    row("proof", coloured(document, verdictLine(document), paint)),
    row("open", `${open}, ${count(tasks.length, "task")}`),
  ];
}

/** The plan in a few lines, and what to type next. */
export function renderSummary(raw: PlanDocument, next: string, style: Style): string {
  const document = cleaned(raw);
  const { operations } = document;
  const rows = operations.slice(0, mostRows).flatMap((operation) => operationRows(operation, style));
  const shown = operations.length > mostRows ? [...rows, `  … and ${operations.length - mostRows} more`] : rows;
  const lines = [...headLines(document, style), "", ...shown, "", `Next: ${style.paint.bold(next)}`];
  return `${lines.join("\n")}\n`;
}

/** One line per operation; what stays or asks says why in a second one. */
function operationRows(operation: PlannedOperation, { width }: Style): readonly string[] {
  const [reason, ...more] = operation.reasons;
  const others = more.length === 0 ? "" : `, and ${count(more.length, "reason")} more`;
  return [
    `  ${operation.disposition.padEnd(6)}${operation.operation} ${stackNames(operation).join(", ")}`,
    ...(reason === undefined ? [] : labelled(reason.code, [`${reason.message}${others}`], { indent: 8, width })),
  ];
}

// A few lines: what fits beside the prompt that was typed at.
const mostRows = 12;

function row(label: string, value: string): string {
  return `${label.padEnd(12)}${value}`;
}

/** The proof's line in the colour of its worst verdict. */
export function coloured(document: Pick<PlanDocument, "proof">, line: string, paint: Style["paint"]): string {
  if (differences(document) > 0) return paint.red(line);
  const { verdicts, cases } = document.proof;
  return verdicts.undecided > 0 || cases.some(({ accepted }) => accepted) ? paint.yellow(line) : paint.green(line);
}
