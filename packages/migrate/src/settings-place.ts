import type { Path, Tree } from "@gha2pulumi/repo";

/** The folder in which a new settings program is written. */
export const settingsFolder: Path = "deployment-settings";

/**
 * The key under which the bot tells that settings programs are kept in one repository for all. Nobody answers it: to write
 * the program there is more than a value.
 */
export const settingsRepositoryKey = "settings.repository";

/** Where the settings program of a repository is kept, which is not in the repository itself. */
export interface SettingsPlace {
  /** `owner/name` of the one for all. */
  readonly repository: string;
  /** `owner/name` of the one whose stacks they are; also the folder over there. */
  readonly of: string;
}

/**
 * Where a new settings program goes, if not beside the projects: `undefined` for a repository that has a program of its
 * own already, and for a part of a migration, which keeps its state in the files beside it.
 */
export function settingsPlace(tree: Tree, surroundings: ReadonlyMap<string, string>): SettingsPlace | undefined {
  const repository = surroundings.get(settingsRepositoryKey);
  const of = surroundings.get("repository");
  if (repository === undefined || of === undefined || repository === of || surroundings.has("phase")) return undefined;
  return [...tree.keys()].some((path) => path.startsWith(`${settingsFolder}/`)) ? undefined : { repository, of };
}
