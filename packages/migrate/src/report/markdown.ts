import {
  accepted,
  answers,
  afterwards,
  at,
  called,
  checks,
  diagnostics,
  isAboutTrust,
  kept,
  notBefore,
  phaseLines,
  proof,
  questions,
  roleFindings,
  secrets,
  stacks,
  trust,
  undo,
} from "./markdown-parts.ts";
import { code, markdownTable, prose } from "./markdown-text.ts";
import type { PlanDocument, PlannedOperation, PlannedProof } from "./plan-document.ts";

/** The plan as its owner reads it in a pull request or a file. */
export function renderMarkdown(document: PlanDocument): string {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["", scorecard(document)],
    ["What happens when you merge", merging(document)],
    ["Phase", phaseLines(document)],
    ["Stacks", stacks(document)],
    ["What you must do", document.tasks.map(({ text, location }) => `- [ ] ${prose(text)}${at(location)}`)],
    ["Secrets", secrets(document)],
    ["Who may assume which role", [...trust(document), ...roleFindings(document)]],
    ["Checks that go away", checks(document)],
    ["Called, and why", called(document)],
    ["Kept, and why", kept(document)],
    ["Questions", questions(document)],
    ["What could not be read", diagnostics(document.diagnostics.filter((one) => !isAboutTrust(one)))],
    ["Answers it rests on", answers(document)],
    ["Accepted", accepted(document)],
    ["Proof", proof(document.proof)],
    ["How to undo", undo(document)],
  ];
  const filled = sections.filter(([, lines]) => lines.length > 0);
  const texts = filled.map(([title, lines]) => [...(title === "" ? [] : [`## ${title}`, ""]), ...lines].join("\n"));
  return `${texts.join("\n\n")}\n`;
}

function scorecard({ operations, proof: { cases, verdicts }, secrets: all, questions: open }: PlanDocument): string[] {
  const moved = operations.filter(({ disposition }) => disposition === "move" || disposition === "call").length;
  const changed = verdicts.missing + verdicts.extra + verdicts.changed;
  const agreed = cases.filter((one) => one.accepted).length;
  const same = `${verdicts.same} of ${cases.length}`;
  return [
    "# Pulumi from GitHub Actions to Pulumi Deployments",
    "",
    ...markdownTable(
      [
        "Operations that move or are called",
        "Events that do the same",
        "Differences",
        "Secrets to set",
        "Open questions",
      ],
      [
        [
          `${moved} of ${operations.length}`,
          verdicts.undecided > 0 ? `${same}, ${verdicts.undecided} undecided` : same,
          agreed === 0 ? String(changed) : `${changed}, ${agreed} accepted`,
          String(all.filter(({ goes }) => goes === "config").length),
          String(open.filter((one) => one.default === null).length),
        ],
      ],
    ),
  ];
}

const mergeWords = { create: "is new", edit: "is changed", delete: "is deleted" } as const;

function merging(document: PlanDocument): readonly string[] {
  const { operations, changes, settings, phase } = document;
  if (changes.length === 0) return ["Nothing: no file changes."];
  if (phase !== undefined && phase.name !== "switch")
    return [
      "Nothing runs differently.",
      "",
      ...changes.map(({ path, kind }) => `- ${code(path)} ${mergeWords[kind]}.`),
    ];
  const of = (wanted: PlannedOperation["disposition"]) => operations.filter((one) => one.disposition === wanted);
  const lines = [
    ...[...of("move"), ...of("call")].map(afterwards),
    ...changes.map(({ path, kind }) => `- ${code(path)} ${mergeWords[kind]}.`),
  ];
  return settings.length > 0 ? [...lines, "", notBefore(document)] : lines;
}

/** The part about roles by itself. */
export function renderTrust(document: PlanDocument): string {
  return `${[...trust(document), ...roleFindings(document)].join("\n")}\n`;
}

/** The proof alone, as Markdown. */
export function renderProofMarkdown(all: PlannedProof): string {
  return ["## Proof", "", ...proof(all), ""].join("\n");
}
