import type { Trail } from "@gha2pulumi/repo";
import { scheduledOperation, settingLabel, type Oidc, type Setting, type StackSettings } from "@gha2pulumi/deployments";
import type { PlannedSettings } from "./plan-document.ts";

type Field = PlannedSettings["fields"][number];

/** What the settings program declares for one stack, field by field, each with the place it came from. */
export function plannedSettings(settings: StackSettings, at: (trail: Trail) => string): PlannedSettings {
  const field = (name: string, value: string, trail: Trail): Field => ({ name, value, location: at(trail) });
  const of = (name: string, value: Setting): Field => field(name, settingLabel(value), value.from);
  const why = (name: string): Trail => settings.reasons.get(name) ?? settings.from;
  return {
    organization: settings.organization ? settingLabel(settings.organization) : null,
    project: settings.project,
    stack: settings.stack,
    fields: [
      of("branch", settings.branch),
      field("repoDir", settings.directory, why("directory")),
      of("repository", settings.repository),
      field("deployCommits", String(settings.deployCommits), why("deployCommits")),
      field("previewPullRequests", String(settings.previewPullRequests), why("previewPullRequests")),
      field("pullRequestTemplate", String(settings.pullRequestTemplate), settings.from),
      ...settings.paths.map((path) => of("paths", path)),
      ...settings.preRunCommands.map((command) => of("preRunCommands", command)),
      ...[...settings.environment].map(([name, value]) => of(`environmentVariables.${name}`, value)),
      ...(settings.skipInstallDependencies ? [field("skipInstallDependencies", "true", settings.from)] : []),
      ...(settings.skipIntermediateDeployments ? [field("skipIntermediateDeployments", "true", settings.from)] : []),
      ...(settings.deleteAfterDestroy ? [field("deleteAfterDestroy", "true", settings.from)] : []),
      ...settings.oidc.flatMap((oidc) =>
        oidcFields(oidc).map(([name, value]) => of(`oidc.${oidc.kind}.${name}`, value)),
      ),
      ...(settings.executorImage ? [of("executorImage", settings.executorImage)] : []),
      ...(settings.agentPool ? [of("agentPoolId", settings.agentPool)] : []),
      ...(settings.cache ? [field("cache", "true", why("cache"))] : []),
      ...settings.schedules.map((schedule) =>
        field("schedule", `${scheduledOperation(schedule)} at ${settingLabel(schedule.cron)}`, schedule.from),
      ),
    ],
  };
}

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
