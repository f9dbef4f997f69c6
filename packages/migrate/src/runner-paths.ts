import { written, type Text } from "@gha2pulumi/repo";
import { workspaceFolder } from "@gha2pulumi/workflow";

/**
 * Folders and files of the runner as contexts and variables name them.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#runner-context
 */
const named =
  /\b(?:github\.(?:workspace|action_path|event_path)|runner\.(?:temp|tool_cache|workspace)|env\.(?:HOME|RUNNER_TEMP|RUNNER_TOOL_CACHE|GITHUB_WORKSPACE|GITHUB_EVENT_PATH))\b/;

/** Whether a text leads into the work tree of the runner: a deployment has its own in another folder. */
export function isInWorkTree(text: Text): boolean {
  return written(text).includes(workspaceFolder);
}

/** Whether a text leads to a place on the runner. */
export function isOnRunner(text: Text): boolean {
  return isInWorkTree(text) || text.some((one) => typeof one !== "string" && named.test(one.expression));
}
