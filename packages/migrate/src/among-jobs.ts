import type { Job, JobPlay } from "@gha2pulumi/workflow";
import type { Entry } from "./entry.ts";

/** A job with its commands judged. */
export interface PlayedJob {
  readonly job: JobPlay;
  readonly entries: readonly Entry[];
}

/** The jobs of one story, found by the job they play and by the jobs they wait for; always in the order they stand. */
export interface AmongJobs {
  /** Every play of a job, as the caller or as the called one. */
  readonly playsOf: (job: Job) => readonly PlayedJob[];
  /** Those that wait for a job, or for the one that called it. */
  readonly waitingFor: (play: JobPlay) => readonly PlayedJob[];
}

/** An index of the jobs of one story: each of them asks about all others. */
export function amongJobs(jobs: readonly PlayedJob[]): AmongJobs {
  const plays = indexed(jobs, ({ job }) => [job.job, job.caller]);
  const waiting = indexed(jobs, ({ job }) => job.needs.map((need) => need.job));
  const at = (found: ReadonlySet<number>): readonly PlayedJob[] =>
    [...found].sort((a, b) => a - b).flatMap((index) => jobs[index] ?? []);
  const none: ReadonlySet<number> = new Set();
  return {
    playsOf: (job) => at(plays.get(job) ?? none),
    waitingFor: ({ job, caller }) => at(new Set([...(waiting.get(job) ?? none), ...(waiting.get(caller) ?? none)])),
  };
}

function indexed(
  jobs: readonly PlayedJob[],
  keysOf: (one: PlayedJob) => readonly Job[],
): ReadonlyMap<Job, ReadonlySet<number>> {
  const found = new Map<Job, Set<number>>();
  jobs.forEach((one, index) => {
    for (const key of keysOf(one)) {
      const own = found.get(key) ?? new Set<number>();
      found.set(key, own.add(index));
    }
  });
  return found;
}
