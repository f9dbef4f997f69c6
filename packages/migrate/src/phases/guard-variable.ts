import type { Tree } from "@gha2pulumi/repo";
import type { Surroundings } from "@gha2pulumi/workflow";

/**
 * The repository variable that takes what moves out of the workflows at once, without a merge. One that is not set is
 * an empty text, so nothing runs differently before it is.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#vars-context
 */
export const guardVariable = "PULUMI_DEPLOYMENTS_LIVE";

/** The condition that a guard is. */
export const guard = `vars.${guardVariable} != 'true'`;

/** Whether what moves gets a guard when it is prepared. */
export function wantsGuard(surroundings: Surroundings): boolean {
  return surroundings.get("guard") === "yes";
}

/** Whether workflows of a tree hold guards, each written as it is here. */
export function isGuarded(tree: Tree): boolean {
  const texts = [...tree].flatMap(([path, text]) => (path.startsWith(".github/") ? [text] : []));
  const mentions = texts.reduce((sum, text) => sum + text.split(guardVariable).length - 1, 0);
  return mentions > 0 && mentions === texts.reduce((sum, text) => sum + text.split(guard).length - 1, 0);
}

/**
 * What files cannot tell, with the one thing a guard lets us take for granted: its variable is not set before the
 * switch (GP286). A variable that is mentioned in any other way is somebody's own, and stays unknown.
 */
export function withGuardUnset(tree: Tree, surroundings: Surroundings): Surroundings {
  const key = `vars.${guardVariable}`;
  return surroundings.has(key) || !isGuarded(tree) ? surroundings : new Map([...surroundings, [key, ""]]);
}
