import { tableOf } from "@gha2pulumi/repo";
import type { PlanDocument, PlannedSettings, PlannedTrigger } from "@gha2pulumi/migrate";

export function settingsName({ organization, project, stack }: PlannedSettings): string {
  return [organization ?? "(your organisation)", project, stack].join("/");
}

/** When something runs, in words. */
export function triggerText(trigger: PlannedTrigger): string {
  const { branches = [], tags = [], paths = [], types = [], inputs = [], cron, environment, condition } = trigger;
  const target = trigger.event.startsWith("pull_request") || trigger.event === "merge_group" ? "to" : "of";
  return [
    words[trigger.event] ?? trigger.event,
    branches.length > 0 && `${trigger.event === "push" ? "to" : target} ${branches.join(", ")}`,
    tags.length > 0 && `of tag ${tags.join(", ")}`,
    cron !== undefined && cron,
    inputs.length > 0 && `with inputs ${inputs.join(", ")}`,
    types.length > 0 && `(${types.join(", ")})`,
    paths.length > 0 && `touching ${paths.join(", ")}`,
    environment !== undefined && `in environment ${environment}`,
    condition !== undefined && `if ${condition}`,
  ]
    .filter((part) => part !== false)
    .join(" ");
}

/** Events whose own name says little; all others stand as GitHub writes them. */
const words: Readonly<Record<string, string>> = tableOf({
  push: "push",
  pull_request: "pull request",
  pull_request_target: "pull request (pull_request_target)",
  schedule: "schedule",
  workflow_dispatch: "by hand",
  workflow_call: "when another workflow calls it",
});

/** Counts of what becomes of the operations, none left out: `3 move, 1 ask`. */
export function dispositionCounts(document: PlanDocument): string {
  const kinds = ["move", "call", "keep", "ask"] as const;
  const numbers = kinds.map((kind) => [kind, document.operations.filter((one) => one.disposition === kind).length]);
  return numbers
    .filter(([, number]) => number !== 0)
    .map(([kind, number]) => `${number} ${kind}`)
    .join(", ");
}

/** Counts of what becomes of the files, new ones included. */
export function fileCounts(document: PlanDocument): string {
  const kinds = ["delete", "edit", "keep"] as const;
  const created = document.changes.filter(({ kind }) => kind === "create").length;
  const numbers = [
    ...kinds.map((kind) => [kind, document.files.filter(({ change }) => change === kind).length] as const),
    ["create", created] as const,
  ];
  return numbers
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => `${number} ${kind}`)
    .join(", ");
}

/** The proof in one line: `14 of 14 the same, under these assumptions`. */
export function verdictLine(document: Pick<PlanDocument, "proof">): string {
  const { verdicts, cases, assumptions } = document.proof;
  if (cases.length === 0) return "no event to compare";
  const rest = (["missing", "extra", "changed", "undecided"] as const).filter((kind) => verdicts[kind] > 0);
  const others = rest.map((kind) => `, ${verdicts[kind]} ${kind}`).join("");
  const agreed = cases.filter(({ accepted }) => accepted).length;
  return `${verdicts.same} of ${cases.length} the same${others}${agreed > 0 ? ` (${agreed} accepted)` : ""}${assumptions.length > 0 ? ", under these assumptions" : ""}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
