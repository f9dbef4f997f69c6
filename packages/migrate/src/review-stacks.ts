import { holes, type Event } from "@gha2pulumi/repo";
import type { Surroundings } from "@gha2pulumi/workflow";
import type { Operates } from "./intent.ts";
import { withoutStandIns } from "./stand-ins.ts";

/**
 * The stack whose settings and configuration every review stack copies; the name is Pulumi's convention.
 * https://www.pulumi.com/docs/deployments/concepts/review-stacks/
 */
export const templateStack = "pr";

/** What tells pull requests apart and nothing else: their number, or the branch they bring. */
const ofPull: ReadonlySet<string> = new Set([
  "github.event.number",
  "github.event.pull_request.number",
  "github.head_ref",
  "github.event.pull_request.head.ref",
]);

/** Whether a stack is one of each pull request, to be updated and destroyed with it. */
export function isPerPullRequest({ stack, operation }: Operates, event: Event): boolean {
  if (event.kind !== "pull_request" || event.target || stack === undefined) return false;
  if (operation !== "update" && operation !== "destroy") return false;
  const found = holes(withoutStandIns(stack.text));
  return found.length > 0 && found.every(({ names }) => names.length > 0 && names.every((name) => ofPull.has(name)));
}

/** Whether somebody said that Deployments shall make the stacks of a project's pull requests. */
export function isReviewStack(
  operates: Operates,
  event: Event,
  project: string | undefined,
  surroundings: Surroundings,
): boolean {
  const isTold = project !== undefined && surroundings.get(reviewQuestion(project)) === "deployments";
  return isTold && isPerPullRequest(operates, event);
}

export function reviewQuestion(project: string): string {
  return `review-stacks/${project}`;
}
