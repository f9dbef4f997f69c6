import type { YamlEdit } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { Host } from "./call-group.ts";
import { usualMinutes } from "./call-origin.ts";

/** What is done about a login in front of a call whose token ends before the call may. */
export interface LongerLogin {
  readonly edits: readonly YamlEdit[];
  /** What is said of it. */
  readonly note: string;
}

/** Seconds beyond the limit of a call, for its last requests. */
const margin = 300;

/**
 * The edit that has the token of a login last as long as the call behind it may wait: a deployment waits in a queue,
 * clones and installs within that time, where the step it replaces did not. The action gives the token an end in seconds
 * (https://github.com/pulumi/auth-actions: `token-expiration`). Or why there is none.
 */
export function longerLogin(
  { kind, at, steps, jobs }: Host,
  step: Step,
  timeoutMinutes: number,
): LongerLogin | string | undefined {
  const login = steps.findLast(
    ({ index, uses }) => index < step.index && /^pulumi\/auth-actions(?:@|$)/i.test(uses?.text ?? ""),
  );
  const given = login?.with.get("token-expiration")?.text.trim();
  if (login === undefined || given === undefined || given === "") return undefined;
  const limit = timeoutMinutes * 60;
  const seconds = Number(given);
  if (seconds >= limit) return undefined;
  const why = `the token of its login ends after ${given} seconds, and the call may wait ${limit}`;
  if (!Number.isInteger(seconds) || kind === "action") return why;
  // The same for all calls of the job. What only a run knows of its time is at most what a call waits without a limit.
  const ofJobs = jobs.map(({ job }) => Number(job.timeoutMinutes?.text)).filter((minutes) => minutes > 0);
  const longest = ofJobs.length === jobs.length ? Math.max(...ofJobs) : usualMinutes;
  const most = Math.max(limit, longest * 60) + margin;
  const path = [...at, login.index, "with", "token-expiration"];
  return {
    edits: [{ kind: "replace", at: path, text: String(most) }],
    note: `${why}: \`token-expiration\` becomes ${most}`,
  };
}
