import { literal, type Event } from "@gha2pulumi/repo";
import type { JobPlay, Surroundings } from "@gha2pulumi/workflow";
import type { ClockForm, Modifier, Occurrence, Operates } from "./intent.ts";
import { jobQuestion } from "./job-question.ts";

/**
 * Drift detection is a refresh that only previews and fails on any change; remediation is `pulumi up --refresh` where it
 * found one. https://www.pulumi.com/docs/deployments/concepts/drift/ and …/concepts/triggers/
 */
const forms: Readonly<Partial<Record<string, ClockForm>>> = {
  "refresh expect-no-changes preview-only": {
    code: "GP280",
    flags: ["preview-only", "expect-no-changes"],
    choices: [],
    differs: undefined,
    is: "a refresh that only looks, and fails on any change",
  },
  "refresh preview-only": {
    code: "GP280",
    flags: ["preview-only"],
    choices: ["keep", "detect"],
    differs: "GP682",
    is: "a refresh that only looks, and passes whatever it finds",
  },
  "refresh expect-no-changes": {
    code: "GP280",
    flags: ["expect-no-changes"],
    choices: ["keep", "detect"],
    differs: "GP681",
    is: "a refresh that writes the state, and fails on any change",
  },
  "preview expect-no-changes refresh": {
    code: "GP280",
    flags: ["refresh", "expect-no-changes"],
    choices: ["keep", "detect"],
    differs: "GP680",
    is: "a preview that compares program, state and cloud, and fails on any change",
  },
  "update refresh": {
    code: "GP281",
    flags: [],
    choices: ["keep", "update", "remediate"],
    differs: "GP683",
    is: "an update that takes back whatever was changed by hand",
  },
};

/** An operation as the clock starts it; by hand, in a workflow that the clock starts too, a look at drift is the same. */
export function byClock(
  operates: Operates,
  event: Event,
  job: JobPlay,
  surroundings: Surroundings,
): Pick<Occurrence, "operates" | "byClock"> {
  const form = forms[[verbOf(operates), ...flagsOf(operates.modifiers)].join(" ")];
  const hasClock = job.workflow.triggers.some((trigger) => trigger.event === "schedule");
  const isByHand = event.kind === "dispatch" && hasClock && form?.code === "GP280";
  if (!form || operates.called || (event.kind !== "schedule" && !isByHand)) return { operates, byClock: undefined };
  const found = surroundings.get(jobQuestion("schedule", job));
  const answer = form.choices.find((choice) => choice === found);
  const drift =
    answer === "remediate" || answer === "detect" ? answer : form.choices.length === 0 ? "detect" : undefined;
  const isDetected = drift === "detect";
  const modifiers = operates.modifiers.filter(({ name }) => !isDetected || !form.flags.includes(name));
  return { operates: { ...operates, modifiers }, byClock: { form, answer, drift } };
}

/** `pulumi refresh --preview-only` counts as a preview; here it is the refresh that was written. */
function verbOf({ operation, operationText, modifiers }: Operates): string | undefined {
  if (!modifiers.some(({ name }) => name === "preview-only")) return operation;
  return operationText.trim() === "refresh" ? "refresh" : undefined;
}

/** The flags that matter, in the order of the alphabet; one that is not plainly set makes it no form at all. */
function flagsOf(modifiers: readonly Modifier[]): readonly string[] {
  return modifiers
    .filter(({ name }) => name !== "parallel")
    .map(({ name, value }) => (literal(value) === "true" ? name : `${name}?`))
    .sort();
}
