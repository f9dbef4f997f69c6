import { innermost, written, type Bound } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { Occurrence } from "../intent.ts";
import type { Entry } from "../entry.ts";
import { isFetched } from "../fetched-names.ts";
import { isReference } from "../literal-secrets.ts";
import type { Group, Host } from "./call-group.ts";
import { logsInByOidc } from "./call-login.ts";
import {
  baseBranch,
  checkedOut,
  headCommit,
  headOrCheckedOut,
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

const tokenName = "PULUMI_ACCESS_TOKEN";
const fromJob = `\${{ env.${tokenName} }}`;

/** The token as the workflow writes it: for the step, for the job or all jobs, or for the login before it. */
export function tokenOf(step: Step, host: Host): string | undefined {
  const text = writtenToken(step, host);
  // The name of a token is none: only the program it is written for puts the token in its place.
  return text !== undefined && isReference(text) ? undefined : text;
}

function writtenToken(step: Step, { jobs, plays }: Host): string | undefined {
  const own = step.env.get(tokenName)?.text;
  if (own !== undefined) return own;
  if (jobs.every(({ job, workflow }) => job.env.has(tokenName) || workflow.env.has(tokenName))) return fromJob;
  const texts = plays.flatMap((entries) =>
    entries
      .filter((entry) => entry.step.step === step && entry.operates.length > 0)
      .map((user) => tokenOfUser(user, step, entries)),
  );
  const [text, ...others] = new Set(texts);
  return others.length === 0 ? text : undefined;
}

/** A step's own variables, and those of its script, end with it: no other step reads them as `env`. */
function tokenOfUser(user: Entry, step: Step, entries: readonly Entry[]): string | undefined {
  const bound = user.command.environment.get(tokenName);
  if (bound !== undefined) return isWithin(bound, step) ? secretText(bound) : fromJob;
  if (!user.before.token) return undefined;
  const left = user.before.exports.get(tokenName);
  if (left && isFetched(left)) return fromJob;
  const earlier = entries.slice(0, entries.indexOf(user)).findLast(givesToken);
  if (earlier === undefined) return undefined;
  if (logsInByOidc([earlier])) return fromJob;
  const given = earlier.command.environment.get(tokenName);
  return earlier.step.step.env.get(tokenName)?.text ?? (given && secretText(given));
}

/** Only what logs in leaves a token for what comes later. */
function givesToken(entry: Entry): boolean {
  return entry.command.environment.has(tokenName) || logsInByOidc([entry]);
}

function isWithin({ from }: Bound, { span }: Step): boolean {
  const { path, start } = innermost(from);
  return path === span.path && span.start <= start && start < span.end;
}

/** A value that is one secret, as any step may write it. */
function secretText({ text: [piece, ...more] }: Bound): string | undefined {
  const isSecret = typeof piece === "object" && /^secrets\.\w+$/.test(piece.expression);
  return isSecret && more.length === 0 ? `\${{ ${piece.expression} }}` : undefined;
}

/**
 * The commit a checkout without `ref:` would bring; on pull requests their head, since nothing holds the trial merge.
 * Deployments clones the repository, so it finds what a branch holds. A merged pull request left its commit in the base
 * branch. One that was closed without a merge leaves its head under `refs/pull` alone, once its branch is deleted, so
 * there a destroy, which removes what the state names, runs on what the base branch holds; anything else is refused.
 */
export function revisionOf(group: Group): CallRevision | undefined {
  const all = group.flatMap((intent) => intent.occurrences);
  // With `pull_request_target` the event's own commit is that of the base branch.
  const pulls = all.flatMap(({ event }) => (event.kind === "pull_request" && !event.target ? [event] : []));
  if (all.some(({ revision }) => revision !== "")) return all.every(isInClone) ? checkedOut : undefined;
  if (pulls.length > 0 && all.some(({ event }) => event.kind === "pull_request" && event.target)) return undefined;
  const follows = all.some((one) => one.followsBranch);
  if (follows && all.every(isInClone)) return checkedOut;
  // Their commit is the trial merge of the pull request.
  if (all.some(({ event }) => event.kind === "other" && event.name.startsWith("pull_request_review"))) return undefined;
  if (pulls.length === 0) return workflowCommit;
  if (!pulls.some(({ action }) => action === "closed")) return follows ? headOrCheckedOut : headCommit;
  if (follows) return undefined;
  if (pulls.length < all.length || pulls.some(({ action }) => action !== "closed")) return undefined;
  if (pulls.every(({ merged }) => merged)) return mergeCommit;
  return all.every(({ operates }) => operates.operation === "destroy") ? baseBranch : undefined;
}

/** A revision that never changes: a commit, or what looks like a release. */
export function isFixed(revision: string): boolean {
  return /^(?:[0-9a-f]{40}|v?\d+(?:\.\d+)*)$/.test(revision);
}

/** What is checked out is no trial merge of a pull request, which a clone does not bring. */
function isInClone({ event, revision, followsBranch }: Occurrence): boolean {
  if (event.kind !== "pull_request" || event.target) return !/refs\/pull\//.test(revision);
  return followsBranch || (revision !== "" && !/refs\/pull\/|merge_commit_sha/.test(revision));
}

/** How long a call waits without a limit. */
export const usualMinutes = 350;

/** What a call waits for beside the operation, in minutes: its place in the queue, the machine, the clone, the installs. */
const room = 15;

/**
 * How long to wait: as long as the job has, or as the step has, which held the operation alone and now holds all of a
 * deployment; where its script stays, GitHub ends it as before. Without a limit GitHub gives a job 360 minutes, of which
 * some are for what stands around the call: https://docs.github.com/actions/reference/limits. `undefined`: only a run
 * can tell.
 */
export function minutesOf(step: Step, { jobs }: Host, scriptStays: boolean): number | undefined {
  const all = jobs.map(({ job }) => {
    const ofJob = job.timeoutMinutes && Number(job.timeoutMinutes.text);
    if (!step.timeoutMinutes) return ofJob ?? usualMinutes;
    const own = Number(step.timeoutMinutes.text);
    // What only a run knows of the job's limit ends the call as it ends the job.
    const most = ofJob === undefined || Number.isNaN(ofJob) ? usualMinutes : ofJob;
    return scriptStays ? own : Math.max(own, Math.min(own + room, most));
  });
  return all.every((minutes) => Number.isInteger(minutes) && minutes > 0) ? Math.max(...all) : undefined;
}
