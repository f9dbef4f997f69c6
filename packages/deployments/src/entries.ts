import { scheduledOperation } from "./operations.ts";
import { setting, type Oidc, type Setting, type StackSettings } from "./settings.ts";

/** One property of a stack's settings by its name: `branch`, `oidc.aws.roleARN`. A list has an entry for each item. */
export interface Entry {
  readonly name: string;
  readonly value: Setting;
}

/** Everything that is declared for a stack, property by property, each with the place it came from. */
export function entriesOf(settings: StackSettings): readonly Entry[] {
  const of = (name: string, value: Setting): Entry => ({ name, value });
  const why = (name: string): StackSettings["from"] => settings.reasons.get(name) ?? settings.from;
  const flag = (name: "skipInstallDependencies" | "skipIntermediateDeployments" | "deleteAfterDestroy"): Entry[] =>
    settings[name] ? [of(name, setting("true", settings.from))] : [];
  return [
    of("branch", settings.branch),
    of("repoDir", setting(settings.directory, why("directory"))),
    of("repository", settings.repository),
    of("deployCommits", setting(String(settings.deployCommits), why("deployCommits"))),
    of("previewPullRequests", setting(String(settings.previewPullRequests), why("previewPullRequests"))),
    of("pullRequestTemplate", setting(String(settings.pullRequestTemplate), settings.from)),
    ...settings.paths.map((path) => of("paths", path)),
    ...settings.preRunCommands.map((command) => of("preRunCommands", command)),
    ...[...settings.environment].map(([name, value]) => of(`environmentVariables.${name}`, value)),
    ...flag("skipInstallDependencies"),
    ...flag("skipIntermediateDeployments"),
    ...flag("deleteAfterDestroy"),
    ...settings.oidc.flatMap((oidc) => oidcFields(oidc).map(([name, value]) => of(`oidc.${oidc.kind}.${name}`, value))),
    ...(settings.executorImage ? [of("executorImage", settings.executorImage)] : []),
    ...(settings.agentPool ? [of("agentPoolId", settings.agentPool)] : []),
    ...(settings.cache ? [of("cache", setting("true", why("cache")))] : []),
    ...settings.schedules.map((schedule) =>
      of("schedule", setting([`${scheduledOperation(schedule)} at `, ...schedule.cron.value], schedule.from)),
    ),
  ];
}

/** The properties of a role by their names. */
export function oidcFields(oidc: Oidc): readonly (readonly [string, Setting])[] {
  switch (oidc.kind) {
    case "aws":
      return [
        ["roleARN", oidc.roleARN],
        ["sessionName", oidc.sessionName],
        ...(oidc.duration ? [["duration", oidc.duration] as const] : []),
      ];
    case "gcp":
      return [
        ["projectId", oidc.projectId],
        ["workloadPoolId", oidc.workloadPoolId],
        ["providerId", oidc.providerId],
        ["serviceAccount", oidc.serviceAccount],
      ];
    case "azure":
      return [
        ["clientId", oidc.clientId],
        ["tenantId", oidc.tenantId],
        ["subscriptionId", oidc.subscriptionId],
      ];
  }
}
