import { literal, written } from "@gha2pulumi/repo";
import type { Command, JobPlay, StepPlay } from "@gha2pulumi/workflow";
import type { Entry } from "./entry.ts";
import { isThrownAway } from "./runner-labels.ts";

/** Programs that undo a login or take files away: on a machine that is thrown away they do nothing behind everything else. */
const cleanUps: readonly RegExp[] = [
  /^az (logout|account clear)( --?[\w-]+([ =]\S+)?)*$/,
  /^docker logout( [^-\s]\S*)?$/,
  /^gcloud auth revoke( \S+)*$/,
  /^(rm|shred)( -\w+)*( -\w*[fu]\w*)( -\w+)*( [^-\s]\S*)+$/,
];

/**
 * The commands of a job without duties for those at its end that nothing comes after: they clean up, or copy into a file
 * that nobody reads. Such a command stays where its job stays, and goes with it. On a runner of the owner each may do
 * something for what comes next.
 */
export function withoutTrailing(entries: readonly Entry[], job: JobPlay): readonly Entry[] {
  if (!isThrownAway(job)) return entries;
  const isServing = (entry: Entry): boolean => entry.duty === "serves" && entry.reasons.length === 0;
  const isDone = (entry: Entry): boolean =>
    entry.operates.length === 0 && (isServing(entry) || isCleanUp(entry.command) || isUnreadCopy(entry, job.steps));
  const last = entries.findLastIndex((entry) => !isDone(entry));
  const copied = entries.slice(last + 1).some((entry) => entry.step === entries[last]?.step && isTee(entry.command));
  return entries.map((entry, at): Entry => {
    if (at > last && !isServing(entry)) return { ...entry, ...without };
    const { command } = entry;
    return at === last && copied && command.kind === "run" && !failsWithPipe(entry.step, job)
      ? { ...entry, command: { ...command, excused: true } }
      : entry;
  });
}

const without = { duty: "serves", installs: false, checks: false, reasons: [], left: undefined } as const;

/** Without it, a pipe ends as `tee` does: GitHub's own `shell: bash` has `-o pipefail`, a shell that is not named has not. */
function failsWithPipe({ step }: StepPlay, { job, workflow }: JobPlay): boolean {
  const shell = (step.shell ?? job.defaults.shell ?? workflow.defaults.shell)?.text ?? "";
  return shell === "bash" || /pipefail/.test(`${shell} ${step.run?.text ?? ""}`);
}

function isCleanUp(command: Command): boolean {
  if (command.kind !== "run" || command.writes !== undefined || command.piped) return false;
  const text = command.words.map((word) => written(word)).join(" ");
  return cleanUps.some((pattern) => pattern.test(text.replace(/^sudo /, "")));
}

function isTee(command: Command): boolean {
  return command.kind === "run" && literal(command.words[0] ?? []) === "tee";
}

/** The `tee plan.txt` behind an operation, when no other word of the steps from there on names that file. */
function isUnreadCopy({ command, step }: Entry, steps: readonly StepPlay[]): boolean {
  if (command.kind !== "run" || !command.piped || command.writes !== undefined) return false;
  const [, ...words] = command.words.map((word) => literal(word) ?? "");
  const files = words.filter((word) => word !== "-a" && word !== "--append");
  const [file = ""] = files;
  if (!isTee(command) || files.length !== 1 || !/^(?:\/tmp\/)?[\w.-]+\.\w+$/.test(file)) return false;
  const name = file.slice(file.lastIndexOf("/") + 1);
  const texts = steps
    .slice(steps.indexOf(step))
    .flatMap(({ step: one }) => [
      one.run?.text ?? "",
      one.if?.text ?? "",
      ...[...one.env.values(), ...one.with.values()].map(({ text }) => text),
    ]);
  return texts.join("\n").split(name).length === 2;
}
