import { written } from "@gha2pulumi/repo";
import type { Entries, Job, Step } from "@gha2pulumi/workflow";
import type { Occurrence } from "../intent.ts";
import type { Entry } from "../job-entries.ts";
import type { Group } from "./call-group.ts";
import {
  headCommit,
  mergeCommit,
  organizationVariable,
  pulumiCloud,
  workflowCommit,
  type CallRevision,
} from "./call-request.ts";

/** The organisation as the workflow writes it, or the variable that is asked for. */
export function organizationText({ organization, organizationText: text }: Occurrence): string {
  return organization ?? (text ? written(text.text) : `\${{ vars.${organizationVariable} }}`);
}

/** The Pulumi Cloud its state is in. */
export function cloudOf({ backend }: Occurrence): string {
  return backend.kind === "pulumi-cloud" ? (backend.url ?? pulumiCloud) : "";
}

/** The token as the workflow writes it: for the step, for the job or all jobs, or left there by a login step. */
export function tokenOf(step: Step, job: Job, shared: Entries, entries: readonly Entry[]): string | undefined {
  const name = "PULUMI_ACCESS_TOKEN";
  const own = step.env.get(name)?.text;
  if (own !== undefined) return own;
  const left = entries.some(
    (entry) => entry.operates.length > 0 && (entry.before.token || entry.command.environment.has(name)),
  );
  return left || job.env.has(name) || shared.has(name) ? `\${{ env.${name} }}` : undefined;
}

/** The commit a checkout without `ref:` would bring; on pull requests their head, since nothing holds the trial merge. */
export function revisionOf(group: Group): CallRevision | undefined {
  const pulls = group.flatMap((intent) =>
    intent.occurrences.flatMap(({ event }) => (event.kind === "pull_request" ? [event.action] : [])),
  );
  const isOnly = group.every((intent) => intent.occurrences.every(({ event }) => event.kind === "pull_request"));
  if (pulls.length === 0) return workflowCommit;
  if (!pulls.includes("closed")) return headCommit;
  return isOnly && pulls.every((action) => action === "closed") ? mergeCommit : undefined;
}

/** How long to wait: as long as the step or the job has, at most; an hour where nothing is said. */
export function minutesOf(step: Step, job: Job): number {
  const minutes = Number(step.timeoutMinutes?.text ?? job.timeoutMinutes?.text ?? "60");
  return Number.isInteger(minutes) && minutes > 0 ? minutes : 60;
}
