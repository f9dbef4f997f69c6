import type { JobPlay, Written } from "@gha2pulumi/workflow";
import { isOneName } from "./concurrency.ts";
import type { Entry } from "./entry.ts";
import type { Once } from "./intent.ts";

/**
 * What runs an operation again where it fails, what limits its time (around its command, in its step, and in its job),
 * where its step writes into the summary of the run, the group in which a newer run overtakes one that waits, and a
 * machine that is larger than a usual one.
 * A job has 360 minutes where it says nothing, and saying so is no limit of its own.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes
 */
export function onceOf({ step: { trail }, command }: Entry, { job, groups }: JobPlay): readonly Once[] {
  const own = command.kind === "run" ? command.steered : [];
  // Steps of an action have no limit; the one that uses it may.
  const steps = job.steps.filter(({ span }) =>
    trail.some(({ path, start }) => path === span.path && start === span.start),
  );
  const limits: readonly (Written | undefined)[] = [...steps, job].map(({ timeoutMinutes }) => timeoutMinutes);
  const written = limits.flatMap((limit): readonly Once[] =>
    limit === undefined || Number(limit.text) === 360 ? [] : [{ kind: "time", from: [limit.span], isOfCommand: false }],
  );
  const summary = steps.flatMap(({ run }): readonly Once[] =>
    run?.text.includes("GITHUB_STEP_SUMMARY") ? [{ kind: "summary", from: [run.span], isOfCommand: true }] : [],
  );
  const group = groups.find(({ text, replaces }) => replaces && isOneName(text));
  const overtaken: readonly Once[] = group ? [{ kind: "overtaken", from: group.from, isOfCommand: false }] : [];
  const ended = groups
    .filter(({ ends }) => ends)
    .map(({ from }): Once => ({ kind: "ended", from, isOfCommand: false }));
  const machine = job.runsOn
    .filter(({ text }) => /\d-?cores?$/.test(text))
    .map(({ span }): Once => ({ kind: "machine", from: [span], isOfCommand: false }));
  return [
    ...own.map((one): Once => ({ ...one, isOfCommand: true })),
    ...written,
    ...summary,
    ...overtaken,
    ...ended,
    ...machine,
  ];
}
