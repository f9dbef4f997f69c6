/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fields = Readonly<Record<string, Json>>;

/**
 * One property of `pulumiservice.DeploymentSettings` and what it is in the REST API. `false`, "" and [] are not sent,
 * except by a `switch`; a `flag` is read back only when it is true, a `trigger` always.
 */
export type Shape =
  | { readonly kind: "text" | "texts" | "flag" | "trigger" | "switch" | "image" | "variables"; readonly rest: string }
  | { readonly kind: "block"; readonly rest: string; readonly fields: Shapes };
export type Shapes = Readonly<Record<string, Shape>>;

const of =
  (kind: Exclude<Shape["kind"], "block">) =>
  (rest: string): Shape => ({ kind, rest });
const text = of("text");
const texts = of("texts");
const flag = of("flag");
const trigger = of("trigger");
const block = (rest: string, fields: Shapes): Shape => ({ kind: "block", rest, fields });
const same = (kind: (rest: string) => Shape, ...names: readonly string[]): Shapes =>
  Object.fromEntries(names.map((name) => [name, kind(name)]));

const repository: Shapes = {
  ...same(text, "repository"),
  ...same(trigger, "deployCommits", "previewPullRequests", "pullRequestTemplate"),
  ...same(texts, "paths"),
};

/** What identifies the stack: in the path, not in the body. A change of one replaces the resource. */
export const identity = ["organization", "project", "stack"] as const;

/** The properties of the resource in version 1.3.0. Absent: `gitAuth`, and `shell`, which that version never sends. */
export const settingsShapes: Shapes = {
  agentPoolId: text("agentPoolID"),
  sourceContext: block("sourceContext", {
    git: block("git", same(text, "repoUrl", "branch", "commit", "repoDir")),
  }),
  github: block("gitHub", repository),
  vcs: block("vcs", { ...same(text, "provider", "installationId"), ...repository }),
  operationContext: block("operationContext", {
    preRunCommands: texts("preRunCommands"),
    environmentVariables: of("variables")("environmentVariables"),
    options: block(
      "options",
      same(flag, "skipInstallDependencies", "skipIntermediateDeployments", "deleteAfterDestroy"),
    ),
    oidc: block("oidc", {
      aws: block("aws", {
        roleARN: text("roleArn"),
        policyARNs: texts("policyArns"),
        ...same(text, "sessionName", "duration"),
      }),
      gcp: block(
        "gcp",
        same(text, "projectId", "workloadPoolId", "providerId", "serviceAccount", "region", "tokenLifetime"),
      ),
      azure: block("azure", same(text, "clientId", "tenantId", "subscriptionId")),
    }),
  }),
  executorContext: block("executorContext", { executorImage: of("image")("executorImage") }),
  cacheOptions: block("cacheOptions", { enable: of("switch")("enable") }),
};

/** How the engine marks a secret value on its way to a provider. */
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export function secret(value: Json): Json {
  return { [MARK]: SECRET, value };
}

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text as it is; anything else is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A value without its mark, and whether it had one. */
export function opened(value: Json): { readonly value: Json; readonly hidden: boolean } {
  return isFields(value) && value[MARK] === SECRET
    ? { value: value["value"] ?? null, hidden: true }
    : { value, hidden: false };
}

/** A value without any marks inside it. */
export function revealed(value: Json): Json {
  const inner = opened(value).value;
  if (Array.isArray(inner)) return inner.map(revealed);
  if (!isFields(inner)) return inner;
  return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, revealed(one)]));
}

/** Every property that the table does not have, or that holds something of another kind. */
export function unfit(value: Json, shapes: Shapes, at = ""): readonly string[] {
  const fields = opened(value).value;
  if (!isFields(fields)) return [`${at} is no object`];
  return Object.entries(fields).flatMap(([name, one]) => {
    const path = at === "" ? name : `${at}.${name}`;
    const shape = shapes[name];
    if (shape === undefined) return [`${path} is not known`];
    if (shape.kind === "block") return unfit(one, shape.fields, path);
    return fits(shape.kind, revealed(one)) ? [] : [`${path} does not hold ${shape.kind}`];
  });
}

function fits(kind: Exclude<Shape["kind"], "block">, value: Json): boolean {
  switch (kind) {
    case "text":
    case "image":
      return typeof value === "string";
    case "texts":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
    case "flag":
    case "trigger":
    case "switch":
      return typeof value === "boolean";
    case "variables":
      return isFields(value) && Object.values(value).every((one) => typeof one === "string");
  }
}

/** What the provider sends for some properties. A variable is secret when it, or anything it is inside of, is. */
export function toRest(value: Json, shapes: Shapes, hiddenAbove = false): Fields {
  const outer = opened(value);
  const hidden = outer.hidden || hiddenAbove;
  return Object.fromEntries(
    Object.entries(isFields(outer.value) ? outer.value : {}).flatMap(([name, one]): readonly [string, Json][] => {
      const shape = shapes[name];
      if (shape === undefined) return [];
      if (shape.kind === "block") return [[shape.rest, toRest(one, shape.fields, hidden)]];
      if (shape.kind === "variables") return [[shape.rest, variables(one, hidden)]];
      const plain = revealed(one);
      const nothing = plain === false || plain === "" || (Array.isArray(plain) && plain.length === 0);
      return nothing && shape.kind !== "switch" ? [] : [[shape.rest, plain]];
    }),
  );
}

function variables(value: Json, hiddenAbove: boolean): Fields {
  const outer = opened(value);
  return Object.fromEntries(
    Object.entries(isFields(outer.value) ? outer.value : {}).map(([name, one]) => {
      const inner = opened(one);
      return [name, inner.hidden || outer.hidden || hiddenAbove ? { secret: inner.value } : inner.value];
    }),
  );
}

/** The properties that an answer of the service stands for; `hidden` gives what stands in for a ciphertext. */
export function fromRest(rest: Fields, shapes: Shapes, hidden: (name: string, ciphertext: string) => Json): Fields {
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]): readonly [string, Json][] => {
      const value = rest[shape.rest];
      if (shape.kind === "trigger") return [[name, value === true]];
      if (value === undefined || value === null) return [];
      switch (shape.kind) {
        case "block":
          return isFields(value) ? [[name, fromRest(value, shape.fields, hidden)]] : [];
        case "flag":
          return value === true ? [[name, true]] : [];
        case "image":
          return [[name, isFields(value) ? (value["reference"] ?? "") : value]];
        case "variables":
          return [[name, readVariables(value, hidden)]];
        default:
          return [[name, value]];
      }
    }),
  );
}

function readVariables(value: Json, hidden: (name: string, ciphertext: string) => Json): Json {
  return Object.fromEntries(
    Object.entries(isFields(value) ? value : {}).map(([name, one]) => {
      const ciphertext = isFields(one) ? one["ciphertext"] : undefined;
      return [name, typeof ciphertext === "string" ? hidden(name, ciphertext) : one];
    }),
  );
}
