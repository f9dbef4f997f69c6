import type { PlanDocument } from "@gha2pulumi/migrate";

/** The exit codes, with what each means; `--help` prints this table. */
export const exitCodes = [
  [0, "done, or nothing to do"],
  [1, "a defect of gha2pulumi"],
  [2, "usage: an argument, the folder, an uncommitted change, a missing --yes"],
  [3, "nothing that runs Pulumi found"],
  [4, "authentication or permission"],
  [5, "rate limit, or Pulumi Cloud failed; run it again"],
  [10, "with --exit-code: the plan has changes, or the settings differ"],
  [11, "questions remain, or something that only a person can do"],
  [
    12,
    "the proof found a difference that is not accepted, a lost gate too; check: the settings differ; settings diff: one would be erased",
  ],
  [20, "audit, bot: some repositories failed"],
] as const;

export type ExitCode = (typeof exitCodes)[number][0];

/**
 * How many events do not do the same after the change, without those whose difference a person has accepted. An
 * undecided one is no difference, and cannot be accepted: it is listed as such.
 */
export function differences({ proof: { verdicts, cases } }: Pick<PlanDocument, "proof">): number {
  const { missing, extra, changed } = verdicts;
  return missing + extra + changed - cases.filter(({ accepted }) => accepted).length;
}

/** Questions that hold something back; one with a default has an answer already. */
export function openQuestions({ questions }: Pick<PlanDocument, "questions">): PlanDocument["questions"] {
  return questions.filter((one) => one.default === null);
}

/** Whether anything that runs Pulumi was found, or what is left of it when it has moved. */
export function runsPulumi(document: PlanDocument): boolean {
  const isLeft = document.phase?.name === "clean-up" && document.changes.length + document.tasks.length > 0;
  return isLeft || document.operations.length > 0 || document.questions.length > 0 || document.files.length > 0;
}

/** The exit code a plan asks for. The worst news wins: 12, 11, 10. */
export function exitCodeOf(document: PlanDocument, asked: { readonly exitCode: boolean }): ExitCode {
  if (!runsPulumi(document)) return 3;
  if (differences(document) > 0) return 12;
  if (openQuestions(document).length > 0) return 11;
  return asked.exitCode && document.changes.length > 0 ? 10 : 0;
}
