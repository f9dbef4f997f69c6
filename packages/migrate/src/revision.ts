import { literal, written, type Bound, type Event, type Text, type Tree } from "@gha2pulumi/repo";
import { marked, refOf } from "@gha2pulumi/workflow";
import type { Reason } from "./intent.ts";
import { withoutStandIns } from "./stand-ins.ts";

/**
 * What a checkout brings, in a form that can be compared: "" for what an event brings by itself, else what `ref:` names.
 * By itself an event brings the commit that it is about, a pull request its head (GP625), a closed one what it was merged
 * as (GP628); a call cannot have GitHub's trial merge, which no clone brings. `pull_request_target` brings the base branch.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function revisionLabel(ref: Text, event: Event, by: "checkout" | "call"): string {
  const name = literal(ref)?.replace(/^refs\/(heads|tags)\//, "");
  if (name === "" || (name !== undefined && name === marked(ownName(event) ?? ""))) return "";
  if (by === "checkout" && isOwnTrialMerge(ref, event)) return "";
  const text = withoutStandIns(ref);
  const [only] = text;
  const isOwn =
    text.length === 1 &&
    typeof only !== "string" &&
    only !== undefined &&
    ownOf(event, by).some((own) => own.test(only.expression));
  return isOwn ? "" : written(text).replace(/^refs\/(heads|tags)\//, "");
}

/**
 * Whether a checkout names the event's own branch: it then brings the tip of the branch when it runs, where one without
 * `ref:` brings the event's commit. The two differ behind an approval, in a queue, and after a push of the run's own.
 * https://github.com/actions/checkout#usage
 */
export function followsBranch(ref: Text, event: Event): boolean {
  if (ref.length === 0 || event.kind === "tag" || revisionLabel(ref, event, "checkout") !== "") return false;
  if (isOwnTrialMerge(ref, event)) return false;
  if (literal(ref) !== undefined) return true;
  const [only] = withoutStandIns(ref);
  const expression = typeof only === "string" || only === undefined ? "" : only.expression;
  const isTrialMerge = event.kind === "pull_request" && !event.target && trialMerge.test(expression);
  return !isTrialMerge && /\bref(_name)?$|^github\.head_ref\b/.test(expression);
}

/** What an update of an open pull request runs on by itself, and no clone brings: GitHub's trial merge into its base. */
export const trialMergeLabel = "the trial merge of the pull request";

/** Whether a checkout brings the trial merge of a pull request: without `ref:`, or with one that names it. */
export function bringsTrialMerge(ref: Text, event: Event): boolean {
  if (event.kind !== "pull_request" || event.target || event.action === "closed") return false;
  const [only, ...more] = withoutStandIns(ref);
  const isExpression = typeof only === "object" && more.length === 0 && trialMerge.test(only.expression);
  return only === undefined || isExpression || isOwnTrialMerge(ref, event);
}

/** Whether a checkout names what `actions/checkout` takes by itself for an open pull request: `github.ref`, its trial merge. */
function isOwnTrialMerge(ref: Text, event: Event): boolean {
  const name = literal(ref);
  return event.kind === "pull_request" && !event.target && name !== undefined && name === refOf(event);
}

/** The branch or tag an event is about; that of a closed pull request is its base. */
function ownName(event: Event): string | undefined {
  switch (event.kind) {
    case "tag":
      return event.tag;
    case "pull_request":
      return event.target || event.action === "closed" ? event.base : undefined;
    case "call":
      return undefined;
    default:
      return event.branch;
  }
}

const anyEvent = /^github\.(sha|ref|ref_name)$/;
const head = /^github\.(head_ref|event\.pull_request\.head\.(sha|ref))( \|\| (github\.(sha|ref)|'HEAD'))?$/;
const trialMerge = /^github\.(sha|ref)$/;
const merged = /^github\.event\.pull_request\.merge_commit_sha( \|\| github\.(sha|ref))?$/;

function ownOf(event: Event, by: "checkout" | "call"): readonly RegExp[] {
  if (event.kind !== "pull_request" || event.target) return [anyEvent];
  return [head, ...(event.merged ? [merged] : []), ...(by === "checkout" ? [trialMerge] : [])];
}

/** Why a deployment would run on other code. Said once as it is written, and not for each event as it is played. */
export function otherRevision({ from }: Bound, tree: Tree): Reason {
  const [at] = from.slice(-1);
  const source = at === undefined ? "" : (tree.get(at.path) ?? "").slice(at.start, at.end);
  const what = source === "" || source.includes("\n") ? "ref" : `ref: ${source}`;
  return { code: "GP285", message: `it checks out another revision (\`${what}\`)`, from };
}
