import type { JobPlay } from "@gha2pulumi/workflow";
import type { RunnerPool } from "./intent.ts";

/**
 * Runners like the executor: larger ones have names of their own, and `ubuntu-slim` is a container with one processor.
 * What is built on ARM need not run elsewhere. https://docs.github.com/actions/reference/runners/github-hosted-runners
 */
export const hostedLabel = /^ubuntu-(slim|latest|\d\d\.\d\d)(-\d+-?cores?)?$/;
export const armLabel = /^ubuntu-\d\d\.\d\d-arm$/;
/** Labels as GitHub names its own runners, and owners the larger ones that it hosts for them. */
export const ofGithub = /^(?:ubuntu|windows|macos)-/i;
export const otherSystem = /(?:^|[^a-z])(?:windows|macos|mac|darwin)/i;

/** The answer for a runner whose machine and network Pulumi needs nothing of: Pulumi's own take its place. */
export const hostedAnswer = "hosted";

/** What runs on an ARM processor may not run on Pulumi's own runners. */
export function mayBeHosted({ labels }: RunnerPool): boolean {
  return !labels.some((label) => /(?:^|[^a-z])(?:arm|arm64|aarch64)(?:$|[^a-z0-9])/i.test(label));
}

/** Whether the machine of a job is thrown away behind it, with all that is left there. */
export function isThrownAway({ job }: JobPlay): boolean {
  return job.runsOn.length > 0 && job.runsOn.every(({ text }) => hostedLabel.test(text) || armLabel.test(text));
}
