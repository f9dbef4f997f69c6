import { literal, textOf, written, type Path, type Text } from "@gha2pulumi/repo";
import { workspaceFolder, type Command } from "@gha2pulumi/workflow";
import { folderPath } from "./folder.ts";

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

/** An install with the files of the repository that it names from its root (`$GITHUB_WORKSPACE/p`) named from its folder. */
export function namedFromFolder(command: Command & { readonly kind: "run" }): Command & { readonly kind: "run" } {
  const folder = folderPath(command.directory);
  if (folder === undefined || !command.words.some(isInWorkTree)) return command;
  const root = folder === "." ? "." : folder.replaceAll(/[^/]+/g, "..");
  const words = command.words.map((word) => fromFolder(word, folder, root));
  return { ...command, words, line: undefined };
}

function fromFolder(word: Text, folder: Path, root: string): Text {
  const found = new RegExp(`^(-\\w|--[\\w-]+=)?${workspaceFolder}/(?!.*\\.\\.)(.+)$`).exec(literal(word) ?? "");
  if (found?.[2] === undefined) return word;
  const path = found[2];
  const below = folder !== "." && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
  return textOf(found[1] ?? "", below ?? (root === "." ? path : `${root}/${path}`));
}
