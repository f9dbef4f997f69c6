import { byText, type Tree } from "@gha2pulumi/repo";
import type { PlanDocument } from "./plan-document.ts";

/**
 * What a plan decides, as one text for a digest: which operations there are, when, on what, as whom, behind what, and
 * what becomes of each. No place, no reason's wording, no command and no version of anything is in it: what moves a line
 * or brings an action up to date gives the same text, and a person who said no is not asked again because of it.
 */
export function decidedText({ operations, questions, accepted }: PlanDocument): string {
  const said = operations.map((one) => [
    [one.operation, one.organization, one.project, one.projectDirectory, one.stacks, one.stackExpression],
    [one.on, one.identities, one.secrets, one.variables, one.gates.map(({ kind, name }) => [kind, name])],
    one.disposition,
  ]);
  return JSON.stringify([
    sorted(said),
    sorted(questions.map(({ key }) => key)),
    sorted(accepted.map(({ code }) => code)),
  ]);
}

/**
 * What a plan is made of, as one text for a digest: the files that its operations, questions and kept files lie in, and
 * the answers that people gave. The tool's version is not in it, so that a new version alone asks nobody again.
 */
export function sourcesText(document: PlanDocument, tree: Tree, answers: ReadonlyMap<string, string>): string {
  const paths = new Set([
    ...document.operations.flatMap(({ workflow, trail }) => [workflow, ...trail.map(pathOf)]),
    ...document.files.map(({ path }) => path),
    ...document.questions.flatMap(({ locations }) => locations.map(pathOf)),
  ]);
  const files = [...paths].sort(byText).map((path) => [path, tree.get(path) ?? null]);
  return JSON.stringify([files, [...answers].sort(([a], [b]) => byText(a, b))]);
}

function pathOf(location: string): string {
  return location.replace(/:\d+:\d+$/, "");
}

function sorted(all: readonly unknown[]): readonly string[] {
  return all.map((one) => JSON.stringify(one)).sort(byText);
}
