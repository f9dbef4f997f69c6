import { byText } from "@gha2pulumi/repo";
import { settingLabel, settingText, stackLabel, type Oidc, type StackSettings } from "@gha2pulumi/deployments";
import type { Runs } from "@gha2pulumi/trust";
import { runtimeOf, stackName } from "../runtime.ts";
import type { Outcome } from "./outcome.ts";

/** What a role is called: by the cloud, or the name of what holds it. */
export function roleLabel(oidc: Oidc): string {
  switch (oidc.kind) {
    case "aws":
      return settingLabel(oidc.roleARN);
    case "gcp":
      return settingLabel(oidc.serviceAccount);
    case "azure":
      return settingLabel(oidc.clientId);
  }
}

/** Roles that calls of a stack ask for in place of that of its settings. */
export function calledRoles(settings: StackSettings, { plan }: Outcome): readonly Oidc[] {
  return plan.calls
    .filter(({ own }) => own.awsRole !== undefined)
    .flatMap(({ intents }) => intents)
    .filter(({ occurrences: [one] }) => stackName(one) === stackLabel(settings))
    .flatMap(({ occurrences: [one] }) => runtimeOf(one).oidc);
}

/** A template, and the review stacks made from it, whose names begin so: as for GitLab, which alone is documented. */
export function namesOf(settings: StackSettings): readonly StackSettings[] {
  return settings.pullRequestTemplate ? [settings, { ...settings, stack: "pr-*" }] : [settings];
}

/** Where calls ask for roles of their own, what is previewed as one role is not let into that of the updates. */
export function operationsTaking(settings: StackSettings, oidc: Oidc, outcome: Outcome): Runs["operations"] {
  if (calledRoles(settings, outcome).length === 0) return "any";
  const users = outcome.plan.decisions.filter(
    ({ disposition, intent: { occurrences } }) =>
      (disposition === "move" || disposition === "call") &&
      stackName(occurrences[0]) === stackLabel(settings) &&
      runtimeOf(occurrences[0]).oidc.some((one) => one.kind === oidc.kind && roleLabel(one) === roleLabel(oidc)),
  );
  return [...new Set(users.flatMap(({ intent }) => intent.occurrences[0].operates.operation ?? []))].sort(byText);
}

export function runsOf(
  { organization, project, stack }: StackSettings,
  operations: Runs["operations"],
): Runs | undefined {
  const owner = organization && settingText(organization);
  return owner === undefined ? undefined : { organization: owner, project, stack, operations };
}
