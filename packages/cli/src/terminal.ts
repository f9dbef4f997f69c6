import { printable } from "@gha2pulumi/repo";
import type { PlanDocument } from "@gha2pulumi/migrate";
import type { Style } from "./paint.ts";
import { changeLines, fileLines } from "./terminal-changes.ts";
import { cleaned } from "./terminal-clean.ts";
import { diagnosticLines } from "./terminal-diagnostics.ts";
import { operationLines } from "./terminal-operations.ts";
import { assumptionLines, proofLines, type Proven } from "./terminal-proof.ts";
import { headLines } from "./terminal-summary.ts";
import { backLines, phaseLines } from "./terminal-phase.ts";
import {
  answerLines,
  checkLines,
  consentLines,
  questionLines,
  secretLines,
  settingsLines,
  taskLines,
  trustLines,
} from "./terminal-todo.ts";

/** The whole plan as a person reads it on a terminal. */
export function renderPlan(raw: PlanDocument, style: Style): string {
  const document = cleaned(raw);
  const sections: readonly Section[] = [
    ["", headLines(document, style)],
    ["Phase", phaseLines(document, style)],
    ["Operations", operationLines(document, style)],
    ["Diagnostics", diagnosticLines(document, style)],
    ["Files", fileLines(document, style)],
    ["Changes", changeLines(document, style)],
    ["Settings", settingsLines(document, style)],
    ["Who may assume which role", trustLines(document, style)],
    ["Secrets", secretLines(document, style)],
    ["Checks that go away", checkLines(document, style)],
    ["What you must do", taskLines(document, style)],
    ["How to go back", backLines(document, style)],
    ["Questions", questionLines(document, style)],
    ["Answers it rests on", answerLines(document, style)],
    ["Accepted", consentLines(document, style)],
    ["Assumptions", assumptionLines(document, style)],
    ["Proof", proofLines(document, style)],
  ];
  return joined(sections, style);
}

/** What a plan, or its inverse, writes. */
export function renderChanges(raw: PlanDocument, style: Style): string {
  const document = cleaned({ ...raw, files: [] });
  return joined(
    [
      ["Changes", changeLines(document, style)],
      ["Files", fileLines(document, style)],
    ],
    style,
  );
}

/** Diagnostics alone, under a line that says what was compared. */
export function renderDiagnostics(raw: Pick<PlanDocument, "diagnostics">, compared: string, style: Style): string {
  const lines = diagnosticLines(cleaned(raw), style);
  return joined(
    [
      ["", [printable(compared)]],
      ["Diagnostics", lines],
    ],
    style,
  );
}

/** The proof alone, under a line that says what was compared. */
export function renderProof(raw: Proven, compared: string, style: Style): string {
  const document = cleaned(raw);
  return joined(
    [
      ["", [printable(compared)]],
      ["Assumptions", assumptionLines(document, style)],
      ["Proof", proofLines(document, style)],
    ],
    style,
  );
}

type Section = readonly [title: string, lines: readonly string[]];

function joined(sections: readonly Section[], style: Style): string {
  const filled = sections.filter(([, lines]) => lines.length > 0);
  const texts = filled.map(([title, lines]) => [...(title === "" ? [] : [style.paint.bold(title), ""]), ...lines]);
  if (texts.length === 0) return "";
  return `${texts.map((lines) => lines.map((line) => line.trimEnd()).join("\n")).join("\n\n")}\n`;
}
