import { innermost, location, type Trail, type Tree } from "@gha2pulumi/repo";
import { settingText, stackLabel, type Oidc, type Schedule, type Setting, type StackSettings } from "../settings.ts";
import type { KeyOf } from "./config-key.ts";
import { field, layout, object, text, type Code, type Field } from "./layout.ts";
import { variableName, type NameGiver } from "./names.ts";
import { commentText, propertyKey, stringLiteral, templateLiteral } from "./source-text.ts";

/** What the statements of a program refer to, by the names it uses. */
export interface Program {
  readonly tree: Tree;
  readonly pulumi: string;
  readonly service: string;
  readonly config: string;
  readonly live: string;
  readonly keyOf: KeyOf;
  readonly resourceName: NameGiver;
  readonly variable: NameGiver;
}

/** A statement of a program, told apart only as far as printing it needs. `name`: it declares a constant. */
export interface Statement {
  readonly comment: string;
  readonly name: string | undefined;
  readonly code: string;
}

/** The statements that declare one stack: its settings, and its schedules once everything is live. */
export function stackStatements(settings: StackSettings, program: Program): readonly Statement[] {
  const organization = settings.organization && settingText(settings.organization);
  const short = `${settings.project}-${settings.stack}`;
  const name =
    organization === undefined ? program.resourceName(short) : program.resourceName(short, `${organization}-${short}`);
  const created = newResource(program, "DeploymentSettings", name, settingsFields(settings, program), 0, {
    // Destroying the resource would erase the stack's settings; with this it only lets go of them.
    options: "{ retainOnDelete: true }",
  });
  const comment = `${commentText(stackLabel(settings))}, from ${place(program.tree, settings.from)}`;
  if (settings.schedules.length === 0) return [{ comment, name: undefined, code: `${created};` }];
  const variable = program.variable(variableName(name));
  const schedules = schedulesBlock(settings, name, variable, program);
  return [
    { comment, name: variable, code: created },
    { comment: "", name: undefined, code: schedules },
  ];
}

function schedulesBlock(settings: StackSettings, name: string, variable: string, program: Program): string {
  const created = settings.schedules.map((schedule) => {
    const resource = schedule.kind === "drift" ? "DriftSchedule" : "DeploymentSchedule";
    const scheduleName = program.resourceName(`${name}-${schedule.kind === "drift" ? "drift" : schedule.operation}`);
    const fields = [...stackFields(settings, program), ...scheduleFields(schedule, settings, program)];
    return `  ${newResource(program, resource, scheduleName, fields, 2, { options: `{ dependsOn: ${variable} }` })};\n`;
  });
  return `if (${program.live}) {\n${created.join("")}}`;
}

function newResource(
  program: Program,
  resource: string,
  name: string,
  fields: readonly Field[],
  indent: number,
  { options }: { readonly options: string },
): string {
  const pad = " ".repeat(indent);
  const inputs = layout(object(fields), indent + 2, indent + 2);
  const lines = [stringLiteral(name), inputs, options].map((argument) => `${pad}  ${argument},\n`);
  return `new ${program.service}.${resource}(\n${lines.join("")}${pad})`;
}

function settingsFields(settings: StackSettings, program: Program): readonly Field[] {
  const value = fieldWriter(settings, program);
  const context = operationContext(settings, program);
  const git = [
    value("branch", settings.branch),
    ...(settings.directory === "." ? [] : [value("repoDir", text(stringLiteral(settings.directory)), "directory")]),
  ];
  return [
    ...stackFields(settings, program),
    field("sourceContext", object([field("git", object(git))])),
    field("github", object(githubFields(settings, program))),
    ...(context.length === 0 ? [] : [field("operationContext", object(context))]),
    ...(settings.executorImage === undefined
      ? []
      : [field("executorContext", object([value("executorImage", settings.executorImage)]))]),
    ...(settings.agentPool === undefined ? [] : [value("agentPoolId", settings.agentPool)]),
    ...(settings.cache ? [field("cacheOptions", object([value("enable", text("true"), "cache")]))] : []),
  ];
}

function stackFields(settings: StackSettings, program: Program): readonly Field[] {
  const value = fieldWriter(settings, program);
  const { organization } = settings;
  return [
    organization === undefined
      ? field("organization", text(`${program.pulumi}.getOrganization()`))
      : value("organization", organization),
    field("project", text(stringLiteral(settings.project))),
    field("stack", text(stringLiteral(settings.stack))),
  ];
}

/** All three triggers are spelt out: left out, the first two would be on (the SDK's defaults). */
function githubFields(settings: StackSettings, program: Program): readonly Field[] {
  const value = fieldWriter(settings, program);
  const trigger = (name: "deployCommits" | "previewPullRequests" | "pullRequestTemplate"): Field =>
    value(name, text(settings[name] ? program.live : "false"), name);
  return [
    value("repository", settings.repository),
    trigger("deployCommits"),
    trigger("previewPullRequests"),
    trigger("pullRequestTemplate"),
    ...(settings.paths.length === 0 ? [] : [value("paths", list(settings.paths, settings, program), "paths")]),
  ];
}

function operationContext(settings: StackSettings, program: Program): readonly Field[] {
  const value = fieldWriter(settings, program);
  const variables = [...settings.environment].map(([name, one]) => value(propertyKey(name), one));
  const options = (["skipInstallDependencies", "skipIntermediateDeployments", "deleteAfterDestroy"] as const)
    .filter((name) => settings[name])
    .map((name) => value(name, text("true"), name));
  const oidc = settings.oidc.map((one) => field(one.kind, object(oidcFields(one, value))));
  return [
    ...(settings.preRunCommands.length === 0
      ? []
      : [value("preRunCommands", list(settings.preRunCommands, settings, program), "preRunCommands")]),
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

function scheduleFields(schedule: Schedule, settings: StackSettings, program: Program): readonly Field[] {
  const cron = fieldWriter(settings, program)("scheduleCron", { ...schedule.cron, note: utc(schedule.cron.note) });
  if (schedule.kind === "drift") return [cron, field("autoRemediate", text(String(schedule.autoRemediate)))];
  const operation = schedule.operation[0]?.toUpperCase() + schedule.operation.slice(1);
  return [cron, field("pulumiOperation", text(`${program.service}.PulumiOperation.${operation}`))];
}

const utc = (note: string): string => (note === "" ? "UTC" : `UTC, ${note}`);

function list(values: readonly Setting[], settings: StackSettings, program: Program): Code {
  return {
    kind: "list",
    items: values.map((one) => ({ code: settingCode(one, program), comment: comment(one, settings, program) })),
  };
}

type FieldWriter = (key: string, value: Setting | Code, reason?: string) => Field;

/** Writes a field with the place it came from, unless the comment above the stack says that already. */
function fieldWriter(settings: StackSettings, program: Program): FieldWriter {
  return (key, value, reason) => {
    if ("value" in value) return field(key, settingCode(value, program), comment(value, settings, program));
    const from = reason === undefined ? undefined : settings.reasons.get(reason);
    return field(key, value, from === undefined ? "" : comment({ from, note: "" }, settings, program));
  };
}

function comment(
  value: { readonly from: Trail; readonly note: string },
  settings: StackSettings,
  program: Program,
): string {
  const where = place(program.tree, value.from);
  const parts = [where === place(program.tree, settings.from) ? "" : where, commentText(value.note)];
  return parts.filter((part) => part !== "").join(", ");
}

const place = (tree: Tree, from: Trail): string => commentText(location(tree, innermost(from)));

/** A value as an expression: a literal, a configuration value, or a template of both. */
function settingCode({ value }: Setting, program: Program): Code {
  const expression = (piece: Setting["value"][number]): string => {
    if (typeof piece === "string") return stringLiteral(piece);
    return `${program.config}.${piece.secret ? "requireSecret" : "require"}(${stringLiteral(program.keyOf(piece))})`;
  };
  const [only] = value;
  if (only === undefined) return text('""');
  if (value.length === 1) return text(expression(only));
  // A secret is an output: only `interpolate` waits for it and keeps the whole text secret.
  const secret = value.some((piece) => typeof piece !== "string" && piece.secret);
  return text(`${secret ? `${program.pulumi}.interpolate` : ""}${templateLiteral(value, expression)}`);
}
