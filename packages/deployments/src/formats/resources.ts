import type { Trail, Unknown } from "@gha2pulumi/repo";
import { settingText, type Schedule, type ScheduledOperation, type StackSettings } from "../settings.ts";
import {
  block,
  booleanField,
  checked,
  gap,
  listField,
  literalField,
  mapField,
  oidcFields,
  organizationField,
  requiredField,
  textField,
  type Fields,
  type Reading,
} from "./fields.ts";
import type { Value } from "./value.ts";

/** A resource read back, or the gaps that kept it from being read. */
export type Read<T> =
  { readonly value: T; readonly gaps: readonly [] } | { readonly value: undefined; readonly gaps: readonly Unknown[] };

/** The stack a schedule belongs to. */
export type OfStack = Pick<StackSettings, "organization" | "project" | "stack">;

/** The inputs of a `DeploymentSettings`, without its schedules: they are resources of their own. */
export function readDeploymentSettings(resource: string, inputs: Value, from: Trail): Read<StackSettings> {
  return reading(resource, inputs, from, (fields, state) => {
    checked(fields, "settings", state, from);
    const git = block(block(fields, "sourceContext", state), "git", state);
    const host = hosted(fields, state);
    const context = block(fields, "operationContext", state);
    const options = block(context, "options", state);
    return {
      ...ofStack(fields, state),
      branch: requiredField(git, "branch", state),
      directory: directory(git, state),
      repository: requiredField(host, "repository", state),
      repositoryBlock: fields.has("vcs") ? "vcs" : "github",
      // Left out, the first two are on: the SDK fills them in (types/input.js).
      deployCommits: booleanField(host, "deployCommits", true, state),
      previewPullRequests: booleanField(host, "previewPullRequests", true, state),
      pullRequestTemplate: booleanField(host, "pullRequestTemplate", false, state),
      paths: listField(host, "paths", state),
      preRunCommands: listField(context, "preRunCommands", state),
      environment: mapField(context, "environmentVariables", state),
      skipInstallDependencies: booleanField(options, "skipInstallDependencies", false, state),
      skipIntermediateDeployments: booleanField(options, "skipIntermediateDeployments", false, state),
      deleteAfterDestroy: booleanField(options, "deleteAfterDestroy", false, state),
      oidc: oidcFields(context, state),
      executorImage: textField(block(fields, "executorContext", state), "executorImage", state),
      agentPool: textField(fields, "agentPoolId", state),
      cache: booleanField(block(fields, "cacheOptions", state), "enable", false, state),
      schedules: [],
      reasons: reasons([git, host, context, options, block(fields, "cacheOptions", state)]),
      from,
    };
  });
}

/** A `DeploymentSchedule` or `DriftSchedule` with the stack it is for. */
export function readSchedule(
  kind: Schedule["kind"],
  resource: string,
  inputs: Value,
  from: Trail,
): Read<{ readonly of: OfStack; readonly schedule: Schedule }> {
  return reading(resource, inputs, from, (fields, state) => {
    checked(fields, kind, state, from);
    const of = ofStack(fields, state);
    const cron = requiredField(fields, "scheduleCron", state);
    if (kind === "drift") {
      return { of, schedule: { kind, cron, autoRemediate: booleanField(fields, "autoRemediate", false, state), from } };
    }
    return { of, schedule: { kind, cron, operation: operationField(fields, state), from } };
  });
}

/** The stack a resource is for, whatever its other inputs are. */
export function readStack(inputs: Value, from: Trail): OfStack | undefined {
  return reading("", inputs, from, ofStack).value;
}

function reading<T>(
  resource: string,
  inputs: Value,
  from: Trail,
  read: (fields: Fields, state: Reading) => T,
): Read<T> {
  const state: Reading = { resource, from, gaps: [] };
  if (inputs.kind !== "record") {
    gap(state, `its inputs are not read: ${inputs.kind === "unread" ? inputs.note : "no object"}`, inputs.from);
    return { value: undefined, gaps: state.gaps };
  }
  const value = read(inputs.fields, state);
  return state.gaps.length === 0 ? { value, gaps: [] } : { value: undefined, gaps: distinct(state.gaps) };
}

/** A block read twice notes its gaps twice. */
function distinct(gaps: readonly Unknown[]): readonly Unknown[] {
  return [...new Map(gaps.map((one) => [JSON.stringify(one), one])).values()];
}

function ofStack(fields: Fields, state: Reading): OfStack {
  return {
    organization: organizationField(fields, state),
    project: literalField(fields, "project", state),
    stack: literalField(fields, "stack", state),
  };
}

/** The `github` block or its successor `vcs`; never both in one resource. */
function hosted(fields: Fields, state: Reading): Fields {
  if (fields.has("github") && fields.has("vcs")) gap(state, "both `github` and `vcs`", state.from);
  if (!fields.has("vcs")) return block(fields, "github", state);
  const vcs = block(fields, "vcs", state);
  const provider = literalField(vcs, "provider", state);
  if (provider !== "github")
    gap(state, `the \`vcs\` provider \`${provider}\``, vcs.get("provider")?.from ?? state.from);
  return vcs;
}

/** A folder in the form paths have here: `./infra/` is `infra`, nothing is `.`. */
function directory(git: Fields, state: Reading): string {
  const written = textField(git, "repoDir", state);
  if (written === undefined) return ".";
  const text = settingText(written) ?? gap(state, "`repoDir` is configuration", written.from) ?? "";
  return text.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "") || ".";
}

function operationField(fields: Fields, state: Reading): ScheduledOperation {
  const operation = literalField(fields, "pulumiOperation", state);
  switch (operation) {
    case "update":
    case "preview":
    case "refresh":
    case "destroy":
      return operation;
    default:
      return gap(state, `the operation \`${operation}\``, state.from) ?? "update";
  }
}

/** What properties that are no settings are called in `reasons`, by their name in the program. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["repoDir", "directory"],
  ["deployCommits", "deployCommits"],
  ["previewPullRequests", "previewPullRequests"],
  ["pullRequestTemplate", "pullRequestTemplate"],
  ["paths", "paths"],
  ["preRunCommands", "preRunCommands"],
  ["skipInstallDependencies", "skipInstallDependencies"],
  ["skipIntermediateDeployments", "skipIntermediateDeployments"],
  ["deleteAfterDestroy", "deleteAfterDestroy"],
  ["enable", "cache"],
]);

function reasons(blocks: readonly Fields[]): ReadonlyMap<string, Trail> {
  const found = blocks
    .flatMap((fields) => [...fields])
    .flatMap(([key, value]): readonly [string, Trail][] => {
      const name = REASONS.get(key);
      return name === undefined ? [] : [[name, value.from]];
    });
  return new Map(found);
}
