import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2019 } from "ajv/dist/2019.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Fields = Readonly<Record<string, Json>>;

/** By media type: JSON, or YAML, which is described as one text. */
type Content = Readonly<Record<string, { readonly schema: Fields }>>;

interface Operation {
  readonly parameters: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** What was asked and answered over HTTP; bodies in JSON are parsed. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly request: Json | undefined;
  readonly status: number;
  readonly answer: Json | undefined;
}

/** Where the published description of Pulumi Cloud lies, if it is at hand. */
const place = fileURLToPath(
  new URL("../../../shared/reference/pulumi-cloud-openapi-deployments.json", import.meta.url),
);

/** Statuses that every operation may answer with: authentication, limits and faults are described for none, 404 for few. */
const anywhere = [401, 403, 404, 409, 429, 500, 502, 503, 504];

/**
 * What the published OpenAPI description finds wrong with an exchange, one text per fault; `undefined` where there is
 * no description to judge by. An exchange on a path it does not hold is not judged: `export` and `decrypt` are not in
 * this slice of it.
 */
export function openApiJudge(): ((exchange: Exchange) => readonly string[]) | undefined {
  if (!existsSync(place)) return undefined;
  const description = JSON.parse(readFileSync(place, "utf8")) as Description;
  const requests = validators(closed(adapted(description.components.schemas)));
  const answers = validators(adapted(description.components.schemas));
  return (exchange) => {
    const found = operationOf(description, exchange);
    if (found === "another path") return [];
    if (found === undefined) return [`${exchange.method} ${exchange.path} is not described`];
    const body = schemaOf(found.requestBody?.content);
    const answer = found.responses[String(exchange.status)];
    const reply = schemaOf(answer?.content);
    return [
      ...exchange.query
        .filter((name) => !found.parameters.some((one) => one.in === "query" && one.name === name))
        .map((name) => `the query parameter ${name} is not described`),
      ...(body ? requests(body, withoutNulls(exchange.request ?? null)) : []),
      ...(answer === undefined && !anywhere.includes(exchange.status)
        ? [`status ${exchange.status} is not described`]
        : []),
      ...(reply ? answers(reply, exchange.answer ?? null) : []),
    ].map((fault) => `${exchange.method} ${exchange.path}: ${fault}`);
  };
}

function schemaOf(content: Content | undefined): Fields | undefined {
  return Object.values(content ?? {})[0]?.schema;
}

function operationOf(description: Description, exchange: Exchange): Operation | "another path" | undefined {
  const fits = Object.entries(description.paths).filter(([path]) =>
    new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`).test(exchange.path),
  );
  if (fits.length === 0) return "another path";
  // A path without a variable at the end goes before one with it: `…/deployments/settings`, `…/deployments/{id}`.
  const nearest = fits.sort(([left], [right]) => left.split("{").length - right.split("{").length)[0];
  return nearest?.[1][exchange.method.toLowerCase()];
}

/**
 * The schemas with the known gaps between the description and what the provider and the service say to each other
 * closed (pulumi-pulumiservice, provider/pkg/pulumiapi/deployment_settings.go):
 * - a value that is not secret is a plain string, and one that comes back is a ciphertext alone, in one string;
 * - an image without credentials is a plain string;
 * - `false` is not sent, not even for `pullRequestTemplate`, which the description requires.
 */
function adapted(schemas: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const ciphertext = { type: "object", properties: { ciphertext: { type: "string" } }, required: ["ciphertext"] };
  const { required: _, ...gitHub } = (schemas["DeploymentSettingsGitHubRequest"] ?? {}) as Fields;
  return {
    ...schemas,
    SecretValue: { anyOf: [{ type: "string" }, ciphertext, schemas["SecretValue"] ?? true] },
    DockerImageRequest: { anyOf: [{ type: "string" }, schemas["DockerImageRequest"] ?? true] },
    DeploymentSettingsGitHubRequest: gitHub,
  };
}

/** The same schemas, which refuse what they do not name: a misspelt field would otherwise pass. */
function closed(schemas: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const close = (schema: Json): Json => {
    if (Array.isArray(schema)) return schema.map(close);
    if (typeof schema !== "object" || schema === null) return schema;
    const inner = Object.fromEntries(Object.entries(schema as Fields).map(([key, value]) => [key, close(value)]));
    return "properties" in inner && !("additionalProperties" in inner)
      ? { ...inner, additionalProperties: false }
      : inner;
  };
  // What is put together with `allOf` is closed as a whole: each of its parts knows only its own fields.
  const open = (schema: Fields): Fields => {
    const { additionalProperties: _, ...rest } = schema;
    return rest;
  };
  const request = schemas["CreateDeploymentRequest"] as Fields;
  const [base, own] = request["allOf"] as readonly Fields[];
  const baseFields = schemas[((base as Fields)["$ref"] as string).split("/").at(-1) ?? ""] as Fields;
  const joined = {
    ...open(baseFields),
    properties: { ...(baseFields["properties"] as Fields), ...(own?.["properties"] as Fields) },
  };
  return Object.fromEntries(
    Object.entries({ ...schemas, CreateDeploymentRequest: joined }).map(([name, schema]) => [name, close(schema)]),
  );
}

function validators(schemas: Readonly<Record<string, Json>>): (schema: Fields, value: Json) => readonly string[] {
  const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "cloud", components: { schemas } });
  return (schema, value) => {
    const qualified = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"cloud#/')) as Fields;
    return ajv.validate(qualified, value) ? [] : (ajv.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
  };
}

/** In a request that is merged into what is saved, `null` removes a field (RFC 7396): it is no value of the field. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Fields).flatMap(([key, one]) => (one === null ? [] : [[key, withoutNulls(one)] as const])),
  );
}
