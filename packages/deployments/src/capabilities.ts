import { stackLabel, type StackSettings } from "./settings.ts";
import type { Refusal } from "./formats/format.ts";
import { lowestVersion } from "./formats/provider-asked.ts";

/** Versions of the provider whose type declarations were read, the oldest first: `test/support/capabilities.mjs`. */
export const knownVersions = ["0.26.0", "0.31.0", "0.32.0", "0.34.0", "1.2.1", "1.3.0"] as const;

/** The first of them that has a property, for those of the written properties that the oldest lacks. */
export const firstVersions: ReadonlyMap<string, string> = new Map([
  ["DeploymentSettings.cacheOptions", "0.31.0"],
  ["DeploymentSettings.cacheOptions.enable", "0.31.0"],
  ["DeploymentSettings.vcs", "1.2.1"],
  ["DeploymentSettings.vcs.deployCommits", "1.2.1"],
  ["DeploymentSettings.vcs.deployPullRequest", "1.2.1"],
  ["DeploymentSettings.vcs.installationId", "1.2.1"],
  ["DeploymentSettings.vcs.paths", "1.2.1"],
  ["DeploymentSettings.vcs.previewPullRequests", "1.2.1"],
  ["DeploymentSettings.vcs.provider", "1.2.1"],
  ["DeploymentSettings.vcs.pullRequestTemplate", "1.2.1"],
  ["DeploymentSettings.vcs.repository", "1.2.1"],
]);

/**
 * What a version of the provider cannot express of settings, which are then refused, never written without it. A range
 * counts as the lowest version it admits. Of one that was not read, the newest known one that is not newer tells;
 * of one that is older than all, nothing is known, and nothing is refused here.
 */
export function inexpressible(settings: readonly StackSettings[], asked: string | undefined): readonly Refusal[] {
  const version = asked === undefined ? undefined : lowestVersion(asked);
  if (version === undefined) return [];
  return settings.flatMap((one) => {
    const lacking = propertiesOf(one).filter((path) => isNewer(firstVersions.get(path) ?? "0.0.0", version));
    if (lacking.length === 0) return [];
    const stack = stackLabel(one);
    return [
      { stack, note: `version ${version.join(".")} of the provider has no ${lacking.join(", no ")}`, code: "GP515" },
    ];
  });
}

function propertiesOf(settings: StackSettings): readonly string[] {
  return [
    `DeploymentSettings.${settings.repositoryBlock}`,
    ...(settings.cache ? ["DeploymentSettings.cacheOptions"] : []),
  ];
}

function isNewer(first: string, version: readonly number[]): boolean {
  const parts = first.split(".").map(Number);
  const at = parts.findIndex((part, i) => part !== version[i]);
  return at >= 0 && (parts[at] ?? 0) > (version[at] ?? 0);
}
