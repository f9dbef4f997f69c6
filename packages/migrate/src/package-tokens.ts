import { hasWord, written, type Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";

/** The name under which Deployments injects a token of its own. https://www.pulumi.com/docs/deployments/deployments/reference/#environment-variables */
export const injectedToken = "GITHUB_TOKEN";

/** Files in which installers of packages look for what opens a registry, and scripts they run. */
const readers =
  /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.[cm]js|bunfig\.toml|package\.json|pip\.(?:conf|ini)|requirements[^/]*\.txt|pyproject\.toml|Pipfile|nuget\.config)$/i;

/** Whether something names the token that an install might take: a file of an installer, or a command of its job. */
export function mayInstallWith(name: string, commands: readonly Command[], tree: Tree): boolean {
  const isNamed = (text: string): boolean => hasWord(text, name);
  return (
    [...tree].some(([path, text]) => readers.test(path) && isNamed(text)) ||
    commands.some((command) => {
      if (command.kind === "run") return command.words.some((word) => isNamed(written(word)));
      const inputs = command.kind === "uses" ? [...command.inputs.values()] : [];
      return inputs.some(({ text }) => text.some((piece) => typeof piece === "string" && isNamed(piece)));
    })
  );
}
