import type { JobPlay } from "@gha2pulumi/workflow";

/**
 * Runners like the executor: larger ones have names of their own, and `ubuntu-slim` is a container with one processor.
 * What is built on ARM need not run elsewhere. https://docs.github.com/actions/reference/runners/github-hosted-runners
 */
export const hostedLabel = /^ubuntu-(slim|latest|\d\d\.\d\d)(-\d+-?cores?)?$/;
export const armLabel = /^ubuntu-\d\d\.\d\d-arm$/;

/** Whether the machine of a job is thrown away behind it, with all that is left there. */
export function isThrownAway({ job }: JobPlay): boolean {
  return job.runsOn.length > 0 && job.runsOn.every(({ text }) => hostedLabel.test(text) || armLabel.test(text));
}
