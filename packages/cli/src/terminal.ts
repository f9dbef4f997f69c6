import type { PlanDocument } from "@gha2pulumi/migrate";
import type { Style } from "./paint.ts";
import { changeLines, fileLines } from "./terminal-changes.ts";
import { cleaned } from "./terminal-clean.ts";
import { diagnosticLines } from "./terminal-diagnostics.ts";
import { operationLines } from "./terminal-operations.ts";
import { assumptionLines, proofLines } from "./terminal-proof.ts";
import { headLines } from "./terminal-summary.ts";
import { questionLines, secretLines, settingsLines, taskLines, trustLines } from "./terminal-todo.ts";

/** The whole plan as a person reads it on a terminal. */
export function renderPlan(raw: PlanDocument, style: Style): string {
  const document = cleaned(raw);
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["", headLines(document, style)],
    ["Operations", operationLines(document, style)],
    ["Diagnostics", diagnosticLines(document, style)],
    ["Files", fileLines(document, style)],
    ["Changes", changeLines(document, style)],
    ["Settings", settingsLines(document, style)],
    ["Who may assume which role", trustLines(document, style)],
    ["Secrets", secretLines(document, style)],
    ["What you must do", taskLines(document, style)],
    ["Questions", questionLines(document, style)],
    ["Assumptions", assumptionLines(document, style)],
    ["Proof", proofLines(document, style)],
  ];
  const filled = sections.filter(([, lines]) => lines.length > 0);
  const texts = filled.map(([title, lines]) => [...(title === "" ? [] : [style.paint.bold(title), ""]), ...lines]);
  return `${texts.map((lines) => lines.map((line) => line.trimEnd()).join("\n")).join("\n\n")}\n`;
}
