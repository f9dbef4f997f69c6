import { unknown, type Trail, type Unknown } from "@gha2pulumi/repo";
import { literalText, type Oidc, type Setting, type StackSettings } from "../settings.ts";
import { snakeCase } from "./python-text.ts";
import type { Value } from "./value.ts";

export type Fields = ReadonlyMap<string, Value>;

/** What is read of one resource. Whatever cannot be read is noted in `gaps`, and the resource then counts as unread. */
export interface Reading {
  readonly resource: string;
  readonly from: Trail;
  readonly gaps: Unknown[];
}

/** Every property these readers know, by block. Any other one means that the resource says more than we can tell. */
const PROPERTIES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "settings",
    [
      "organization",
      "project",
      "stack",
      "sourceContext",
      "github",
      "vcs",
      "operationContext",
      "executorContext",
      "cacheOptions",
      "agentPoolId",
    ],
  ],
  ["sourceContext", ["git"]],
  ["git", ["branch", "repoDir"]],
  ["github", ["repository", "deployCommits", "previewPullRequests", "pullRequestTemplate", "paths"]],
  [
    "vcs",
    [
      "provider",
      "installationId",
      "repository",
      "deployCommits",
      "previewPullRequests",
      "pullRequestTemplate",
      "paths",
    ],
  ],
  ["operationContext", ["preRunCommands", "environmentVariables", "options", "oidc"]],
  // `shell` never reaches the service: provider 1.3.0 looks for it under another name.
  ["options", ["skipInstallDependencies", "skipIntermediateDeployments", "deleteAfterDestroy", "shell"]],
  ["oidc", ["aws", "gcp", "azure"]],
  ["aws", ["roleARN", "sessionName", "duration"]],
  ["gcp", ["projectId", "workloadPoolId", "providerId", "serviceAccount"]],
  ["azure", ["clientId", "tenantId", "subscriptionId"]],
  ["executorContext", ["executorImage"]],
  ["cacheOptions", ["enable"]],
  ["operation", ["organization", "project", "stack", "scheduleCron", "pulumiOperation"]],
  ["drift", ["organization", "project", "stack", "scheduleCron", "autoRemediate"]],
]);

/** Names in Python have underscores: `role_arn` is `roleARN`. */
const PYTHON_NAMES: ReadonlyMap<string, string> = new Map(
  [...PROPERTIES.values()].flat().map((name) => [snakeCase(name), name]),
);

/** The property that a name of the Python SDK stands for. */
export const camelProperty = (name: string): string | undefined => PYTHON_NAMES.get(name);

const NONE: Fields = new Map();

export function gap(reading: Reading, note: string, from: Trail): undefined {
  reading.gaps.push(unknown("unsupported", `${reading.resource}: ${note}`, from));
  return undefined;
}

/** The value of a property, unless it is absent or not read. */
function present(fields: Fields, name: string, reading: Reading): Value | undefined {
  const value = fields.get(name);
  if (value === undefined || value.kind === "undefined") return undefined;
  return value.kind === "unread" ? gap(reading, `\`${name}\` is not read: ${value.note}`, value.from) : value;
}

/** A block of properties; absent ones read as empty. */
export function block(fields: Fields, name: string, reading: Reading): Fields {
  const value = present(fields, name, reading);
  if (value === undefined) return NONE;
  if (value.kind === "record") return checked(value.fields, name, reading, value.from);
  gap(reading, `\`${name}\` is no object`, value.from);
  return NONE;
}

/** The fields of a block, after noting those that are not known. */
export function checked(fields: Fields, name: string, reading: Reading, from: Trail): Fields {
  const known = PROPERTIES.get(name);
  for (const [key, value] of fields) {
    if (known?.includes(key) === false && value.kind !== "undefined")
      gap(reading, `\`${key}\` is not understood`, value.from ?? from);
  }
  return fields;
}

export function textField(fields: Fields, name: string, reading: Reading): Setting | undefined {
  const value = present(fields, name, reading);
  return value === undefined ? undefined : asSetting(value, name, reading);
}

function asSetting(value: Value, name: string, reading: Reading): Setting | undefined {
  if (value.kind === "text") return { value: value.pieces, from: value.from, note: "" };
  return gap(reading, `\`${name}\` is not read: ${value.kind === "unread" ? value.note : "no text"}`, value.from);
}

/** A text that must be there. What stands in for it is never used: its gap keeps the resource from being read. */
export function requiredField(fields: Fields, name: string, reading: Reading): Setting {
  if (!fields.has(name)) gap(reading, `\`${name}\` is missing`, reading.from);
  return textField(fields, name, reading) ?? { value: [], from: reading.from, note: "" };
}

export function literalField(fields: Fields, name: string, reading: Reading): string {
  const { value, from } = requiredField(fields, name, reading);
  return literalText(value) ?? gap(reading, `\`${name}\` is configuration`, from) ?? "";
}

export function booleanField(fields: Fields, name: string, absent: boolean, reading: Reading): boolean {
  const value = present(fields, name, reading);
  if (value === undefined) return absent;
  return value.kind === "boolean" ? value.value : (gap(reading, `\`${name}\` is no boolean`, value.from) ?? absent);
}

export function listField(fields: Fields, name: string, reading: Reading): readonly Setting[] {
  const value = present(fields, name, reading);
  if (value === undefined) return [];
  if (value.kind !== "list") return gap(reading, `\`${name}\` is no list`, value.from) ?? [];
  return value.items.flatMap((item) => asSetting(item, name, reading) ?? []);
}

/** A map of names to texts, such as environment variables; `undefined` values are left out as the SDK does. */
export function mapField(fields: Fields, name: string, reading: Reading): ReadonlyMap<string, Setting> {
  const values = block(fields, name, reading);
  return new Map(
    [...values.keys()].flatMap((key): readonly [string, Setting][] => {
      const value = textField(values, key, reading);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** `pulumi.getOrganization()` is no value: it stands for the organisation of the program itself. */
export function organizationField(fields: Fields, reading: Reading): StackSettings["organization"] {
  if (fields.get("organization")?.kind === "organization") return undefined;
  return requiredField(fields, "organization", reading);
}

export function oidcFields(fields: Fields, reading: Reading): readonly Oidc[] {
  const oidc = block(fields, "oidc", reading);
  const has = (kind: Oidc["kind"]): boolean => (oidc.get(kind)?.kind ?? "undefined") !== "undefined";
  const aws = block(oidc, "aws", reading);
  const gcp = block(oidc, "gcp", reading);
  const azure = block(oidc, "azure", reading);
  const roles: readonly (() => Oidc)[] = [
    ...(has("aws") ? [() => awsRole(aws, reading)] : []),
    ...(has("gcp") ? [() => gcpRole(gcp, reading)] : []),
    ...(has("azure") ? [() => azureRole(azure, reading)] : []),
  ];
  return roles.map((role) => role());
}

function awsRole(fields: Fields, reading: Reading): Oidc {
  return {
    kind: "aws",
    roleARN: requiredField(fields, "roleARN", reading),
    sessionName: requiredField(fields, "sessionName", reading),
    duration: textField(fields, "duration", reading),
  };
}

function gcpRole(fields: Fields, reading: Reading): Oidc {
  return {
    kind: "gcp",
    projectId: requiredField(fields, "projectId", reading),
    workloadPoolId: requiredField(fields, "workloadPoolId", reading),
    providerId: requiredField(fields, "providerId", reading),
    serviceAccount: requiredField(fields, "serviceAccount", reading),
  };
}

function azureRole(fields: Fields, reading: Reading): Oidc {
  return {
    kind: "azure",
    clientId: requiredField(fields, "clientId", reading),
    tenantId: requiredField(fields, "tenantId", reading),
    subscriptionId: requiredField(fields, "subscriptionId", reading),
  };
}
