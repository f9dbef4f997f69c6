import { innermost, location, type Trail, type Tree } from "@gha2pulumi/repo";
import {
  settingText,
  stackLabel,
  type Oidc,
  type Schedule,
  type ScheduledOperation,
  type Setting,
  type SettingPiece,
  type StackSettings,
} from "../settings.ts";
import { field, object, text, type Code, type Field } from "./layout.ts";
import type { NameGiver } from "./names.ts";
import { commentText } from "./source-text.ts";

/** How one language of programs writes what all of them say. */
export interface Spelling {
  readonly tree: Tree;
  readonly literal: (text: string) => string;
  readonly value: (pieces: readonly SettingPiece[]) => string;
  readonly flag: (value: boolean) => string;
  /** The name of an environment variable as a key. */
  readonly variable: (name: string) => string;
  readonly operation: (operation: ScheduledOperation) => string;
  /** The organisation that the program is deployed in. */
  readonly organization: string;
  readonly live: string;
}

/** The name of the resource that holds a stack's settings: the same whenever it is asked. */
export type StackNamer = (settings: StackSettings) => string;

export function stackNamer(give: NameGiver): StackNamer {
  const given = new Map<StackSettings, string>();
  return (settings) => {
    const name = given.get(settings) ?? resourceNameOf(settings, give);
    given.set(settings, name);
    return name;
  };
}

function resourceNameOf(settings: StackSettings, give: NameGiver): string {
  const organization = settings.organization && settingText(settings.organization);
  const short = `${settings.project}-${settings.stack}`;
  return organization === undefined ? give(short) : give(short, `${organization}-${short}`);
}

/** The name of a schedule beside the settings it uses. */
export function scheduleNameOf(schedule: Schedule, name: string): string {
  return `${name}-${schedule.kind === "drift" ? "drift" : schedule.operation}`;
}

/** What stands above a stack: its name, and where it comes from. */
export function stackComment(settings: StackSettings, tree: Tree): string {
  return `${commentText(stackLabel(settings))}, from ${place(tree, settings.from)}`;
}

/** The properties of a `DeploymentSettings`. */
export function settingsFields(settings: StackSettings, spelling: Spelling): readonly Field[] {
  const value = fieldWriter(settings, spelling);
  const context = operationContext(settings, spelling);
  const git = [
    value("branch", settings.branch),
    ...(settings.directory === "." ? [] : [value("repoDir", text(spelling.literal(settings.directory)), "directory")]),
  ];
  return [
    ...stackFields(settings, spelling),
    field("sourceContext", object([field("git", object(git))])),
    field(settings.repositoryBlock, object(repositoryFields(settings, spelling))),
    ...(context.length === 0 ? [] : [field("operationContext", object(context))]),
    ...(settings.executorImage === undefined
      ? []
      : [field("executorContext", object([value("executorImage", settings.executorImage)]))]),
    ...(settings.agentPool === undefined ? [] : [value("agentPoolId", settings.agentPool)]),
    ...(settings.cache ? [field("cacheOptions", object([value("enable", text(spelling.flag(true)), "cache")]))] : []),
  ];
}

/** The properties that name a stack. */
export function stackFields(settings: StackSettings, spelling: Spelling): readonly Field[] {
  const value = fieldWriter(settings, spelling);
  const { organization } = settings;
  return [
    organization === undefined
      ? field("organization", text(spelling.organization))
      : value("organization", organization),
    field("project", text(spelling.literal(settings.project))),
    field("stack", text(spelling.literal(settings.stack))),
  ];
}

/** All three triggers are spelt out: left out, the first two would be on (the SDK's defaults). */
function repositoryFields(settings: StackSettings, spelling: Spelling): readonly Field[] {
  const value = fieldWriter(settings, spelling);
  const trigger = (name: "deployCommits" | "previewPullRequests" | "pullRequestTemplate"): Field =>
    value(name, text(settings[name] ? spelling.live : spelling.flag(false)), name);
  return [
    ...(settings.repositoryBlock === "vcs" ? [field("provider", text(spelling.literal("github")))] : []),
    value("repository", settings.repository),
    trigger("deployCommits"),
    trigger("previewPullRequests"),
    trigger("pullRequestTemplate"),
    ...(settings.paths.length === 0 ? [] : [value("paths", list(settings.paths, settings, spelling), "paths")]),
  ];
}

function operationContext(settings: StackSettings, spelling: Spelling): readonly Field[] {
  const value = fieldWriter(settings, spelling);
  const variables = [...settings.environment].map(([name, one]) => value(spelling.variable(name), one));
  const options = (["skipInstallDependencies", "skipIntermediateDeployments", "deleteAfterDestroy"] as const)
    .filter((name) => settings[name])
    .map((name) => value(name, text(spelling.flag(true)), name));
  const oidc = settings.oidc.map((one) => field(one.kind, object(oidcFields(one, value))));
  return [
    ...(settings.preRunCommands.length === 0
      ? []
      : [value("preRunCommands", list(settings.preRunCommands, settings, spelling), "preRunCommands")]),
    ...(variables.length === 0 ? [] : [field("environmentVariables", object(variables))]),
    ...(options.length === 0 ? [] : [field("options", object(options))]),
    ...(oidc.length === 0 ? [] : [field("oidc", object(oidc))]),
  ];
}

function oidcFields(oidc: Oidc, value: FieldWriter): readonly Field[] {
  switch (oidc.kind) {
    case "aws":
      return [
        value("roleARN", oidc.roleARN),
        value("sessionName", oidc.sessionName),
        ...(oidc.duration === undefined ? [] : [value("duration", oidc.duration)]),
      ];
    case "gcp":
      return [
        value("projectId", oidc.projectId),
        value("workloadPoolId", oidc.workloadPoolId),
        value("providerId", oidc.providerId),
        value("serviceAccount", oidc.serviceAccount),
      ];
    case "azure":
      return [
        value("clientId", oidc.clientId),
        value("tenantId", oidc.tenantId),
        value("subscriptionId", oidc.subscriptionId),
      ];
  }
}

/** The properties of a schedule beside its stack. */
export function scheduleFields(schedule: Schedule, settings: StackSettings, spelling: Spelling): readonly Field[] {
  const cron = fieldWriter(settings, spelling)("scheduleCron", { ...schedule.cron, note: utc(schedule.cron.note) });
  if (schedule.kind === "drift") return [cron, field("autoRemediate", text(spelling.flag(schedule.autoRemediate)))];
  return [cron, field("pulumiOperation", text(spelling.operation(schedule.operation)))];
}

const utc = (note: string): string => (note === "" ? "UTC" : `UTC, ${note}`);

function list(values: readonly Setting[], settings: StackSettings, spelling: Spelling): Code {
  return {
    kind: "list",
    items: values.map((one) => ({ code: text(spelling.value(one.value)), comment: comment(one, settings, spelling) })),
  };
}

type FieldWriter = (key: string, value: Setting | Code, reason?: string) => Field;

/** Writes a field with the place it came from, unless the comment above the stack says that already. */
function fieldWriter(settings: StackSettings, spelling: Spelling): FieldWriter {
  return (key, value, reason) => {
    if ("value" in value) return field(key, text(spelling.value(value.value)), comment(value, settings, spelling));
    const from = reason === undefined ? undefined : settings.reasons.get(reason);
    return field(key, value, from === undefined ? "" : comment({ from, note: "" }, settings, spelling));
  };
}

function comment(
  value: { readonly from: Trail; readonly note: string },
  settings: StackSettings,
  spelling: Spelling,
): string {
  const where = place(spelling.tree, value.from);
  const parts = [where === place(spelling.tree, settings.from) ? "" : where, commentText(value.note)];
  return parts.filter((part) => part !== "").join(", ");
}

const place = (tree: Tree, from: Trail): string => commentText(location(tree, innermost(from)));
