import type { Job, StepPlay } from "@gha2pulumi/workflow";
import type { Findings, Intent } from "../intents.ts";
import type { Entry } from "../job-entries.ts";
import { indexOf } from "../story-index.ts";

/** The operations of one step, one for each stack it works on. */
export type Group = readonly [Intent, ...Intent[]];

/** The commands of a step, in every way in which it is played. */
export function entriesOf({ step }: StepPlay, job: Job, findings: Findings): readonly Entry[] {
  return playsOf(job, findings).flatMap((entries) => entries.filter((entry) => entry.step.step === step));
}

/** The commands of a job, for every way in which it is played. */
export function playsOf(job: Job, { stories }: Findings): readonly (readonly Entry[])[] {
  return [...(indexOf(stories).plays.get(job) ?? [])];
}
