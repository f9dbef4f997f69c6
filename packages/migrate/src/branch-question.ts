import { settingText, stackLabel, type StackSettings } from "@gha2pulumi/deployments";
import type { Question } from "./questions.ts";
import type { World } from "./world.ts";

/**
 * The default branch, where previews of pull requests hang on it and no file names it: a clone tells it, files alone do
 * not. Without an answer the settings program asks, and the proof plays a branch that is only called the configured one.
 */
export function branchQuestion(settings: readonly StackSettings[], { surroundings }: World): readonly Question[] {
  const open = settings.filter((one) => one.previewPullRequests && settingText(one.branch) === undefined);
  if (open.length === 0 || surroundings.has("default-branch")) return [];
  return [
    {
      key: "default-branch",
      text: `Which is the default branch of the repository? Pull requests into it are previewed for ${open.map((one) => `\`${stackLabel(one)}\``).join(", ")}, and no file names it. (its name)`,
      choices: [],
      default: undefined,
      effect:
        "The settings name the branch, and so does the proof. Without an answer the settings program asks for it (`branch`); pull requests into any other branch a person previews by hand from now on.",
      from: open.map((one) => one.branch.from),
    },
  ];
}
