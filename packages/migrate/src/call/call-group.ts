import type { Job, StepPlay } from "@gha2pulumi/workflow";
import type { Findings, Intent } from "../intents.ts";
import type { Entry } from "../job-entries.ts";

/** The operations of one step, one for each stack it works on. */
export type Group = readonly [Intent, ...Intent[]];

/** The commands of a step, in every event it is played for. */
export function entriesOf(step: StepPlay, { stories }: Findings): readonly Entry[] {
  return stories.flatMap(({ jobs }) =>
    jobs.flatMap(({ entries }) => entries.filter((entry) => entry.step.step === step.step)),
  );
}

/** The commands of a job, play by play. */
export function playsOf(job: Job, { stories }: Findings): readonly (readonly Entry[])[] {
  return stories.flatMap(({ jobs }) => jobs.filter((played) => played.job.job === job).map((played) => played.entries));
}
