import { cronTimes } from "@gha2pulumi/repo";

/** GitHub starts a schedule every five minutes at most: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule */
const shortest = 5;
const day = 24 * 60;

/** Whether a schedule names times that GitHub leaves out because the last one is too near. */
export function isTooOften(cron: string): boolean {
  const times = cronTimes(cron);
  if (times === undefined) return false;
  const starts = times.hours.flatMap((hour) => times.minutes.map((minute) => hour * 60 + minute));
  // The day that follows may be none of the schedule's; then nothing is too near there, and to say so does no harm.
  return starts.some((start, at) => (starts[at + 1] ?? (starts[0] ?? 0) + day) - start < shortest);
}
