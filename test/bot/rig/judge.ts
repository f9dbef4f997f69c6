// GitHub's own OpenAPI description as the judge of what is asked and answered, cut to the operations of this rig.
import { existsSync, readFileSync } from "node:fs";
import { OpenAPIBackend, type Document, type Operation } from "openapi-backend";
import { description } from "./description.mjs";
import type { Asked } from "./routing.ts";
import type { Fields, Json } from "./world.ts";

export interface Judge {
  /** What is wrong with a request, one text per fault. */
  request(
    asked: Pick<Asked, "method" | "template" | "params" | "query"> & { readonly body: Json | undefined },
  ): readonly string[];
  /** What is wrong with an answer; only those of success are described well enough to be judged. */
  answer(method: string, template: string, status: number, body: Json | undefined): readonly string[];
}

/** The judge, or why there is none. */
export type Bench = { readonly judge: Judge } | { readonly skipped: string };

/** Faults of the description itself, put right in the cut: GitHub answers otherwise. */
const corrections: readonly {
  readonly operation: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}[] = [
  {
    operation: "GET /app/installations",
    from: '"account":{"anyOf":[{"allOf":[',
    to: '"account":{"anyOf":[{"anyOf":[',
    reason: "an account is to be a person and an enterprise at once; of one installation it is either",
  },
];

let bench: Promise<Bench> | undefined;

/** Opens the description once for all rigs of a process; `keys` are its operations, `GET /user`. */
export function openBench(keys: readonly string[]): Promise<Bench> {
  bench ??= existsSync(description())
    ? open(keys).then((judge) => ({ judge }))
    : Promise.resolve({ skipped: `skipped, because ${description()} is not there: node test/bot/rig/build.mjs` });
  return bench;
}

const formats = {
  uri: (text: string): boolean => URL.canParse(text.replace(/\{[^}]*\}/g, "")),
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
};

type Described = {
  readonly paths: Record<string, Record<string, Fields>>;
  readonly components: Record<string, Record<string, Json>>;
};

async function open(keys: readonly string[]): Promise<Judge> {
  const cut = cutTo(keys);
  const api = new OpenAPIBackend({
    definition: cut as unknown as Document,
    quick: true,
    coerceTypes: true,
    ajvOpts: { strict: false, logger: false, allErrors: true, formats },
  });
  await api.init();
  const { validator } = api;
  const operations = new Map(api.router.getOperations().map((one) => [`${one.method.toUpperCase()} ${one.path}`, one]));
  const operation = (method: string, template: string): Operation => {
    const found = operations.get(`${method} ${template}`);
    if (!found) throw new Error(`${method} ${template} is not in GitHub's description`);
    return found;
  };
  const worded = (
    faults: readonly { instancePath?: string; message?: string; params?: unknown }[] | null | undefined,
  ): readonly string[] =>
    (faults ?? []).map((one) => `${one.instancePath ?? ""} ${one.message ?? ""} ${JSON.stringify(one.params ?? {})}`);
  return {
    request({ method, template, params, query, body }) {
      const found = operation(method, template);
      const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const asked = { method: method.toLowerCase(), path, headers, query: query.toString(), body };
      const faults = worded(validator.validateRequest(asked as never, found).errors);
      return [...faults, ...unnamed(found as unknown as Fields, body, cut)].map(
        (fault) => `${method} ${template}:${fault}`,
      );
    },
    answer(method, template, status, body) {
      if (status < 200 || status > 299 || status === 204) return [];
      const found = operation(method, template);
      const faults = worded(validator.validateResponse(body, found, status).errors);
      return faults.map((fault) => `${method} ${template} ${status}:${fault}`);
    },
  };
}

/** The description with only the given operations and what they refer to, without examples, and put right. */
export function cutTo(keys: readonly string[]): Described {
  const whole = JSON.parse(readFileSync(description(), "utf8")) as Described & Fields;
  const paths: Record<string, Record<string, Fields>> = {};
  for (const key of keys) {
    const [method = "", template = ""] = key.split(" ");
    const found = whole.paths[template]?.[method.toLowerCase()];
    if (!found) throw new Error(`${key} is not in GitHub's description`);
    const parameters = ((found["parameters"] ?? []) as readonly Json[]).map((one) => resolved(whole, one));
    const operation = { ...(bare(found) as Fields), parameters: parameters.map(bare) };
    paths[template] = { ...paths[template], [method.toLowerCase()]: corrected(key, operation) };
  }
  const components: Record<string, Record<string, Json>> = {};
  const open: Json[] = [paths as unknown as Json];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [, kind = "", name = ""] of JSON.stringify(next).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (components[kind]?.[name] !== undefined) continue;
      const part = bare(whole.components[kind]?.[name] ?? null);
      components[kind] = { ...components[kind], [name]: part };
      open.push(part);
    }
  }
  return { openapi: whole["openapi"], info: whole["info"], paths, components } as unknown as Described;
}

function corrected(key: string, operation: Fields): Fields {
  let text = JSON.stringify(operation);
  for (const { operation: own, from, to } of corrections) {
    if (own !== key) continue;
    if (!text.includes(from)) throw new Error(`${key} needs no correction any more`);
    text = text.replace(from, to);
  }
  return JSON.parse(text) as Fields;
}

function resolved(whole: Described, value: Json): Json {
  const to = (value as Fields | null)?.["$ref"];
  if (typeof to !== "string") return value;
  const [kind = "", name = ""] = to.split("/").slice(-2);
  return whole.components[kind]?.[name] ?? null;
}

/** Without examples, which are half of it, and with `nullable` said in words that a schema without a type may use too. */
function bare(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(bare);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value as Fields).filter(([key, one]) => !(/^examples?$/.test(key) && !isSchema(one)));
  const { nullable, ...rest } = Object.fromEntries(kept.map(([key, one]) => [key, bare(one)]));
  if (nullable === true) return { anyOf: [rest, { enum: [null] }] };
  return nullable === undefined ? rest : { ...rest, nullable };
}

const isSchema = (value: Json): boolean => typeof value === "object" && value !== null && "type" in value;

/** Fields that the operation does not name: GitHub ignores them, so a misspelt one does nothing. */
function unnamed(operation: Fields, body: Json | undefined, cut: Described): readonly string[] {
  const content = ((operation["requestBody"] as Fields | undefined)?.["content"] as Fields | undefined)?.[
    "application/json"
  ];
  const fields = fieldsOf(cut, ((content as Fields | undefined)?.["schema"] ?? null) as Json);
  const given = typeof body === "object" && body !== null && !Array.isArray(body) ? Object.keys(body) : [];
  return given.filter((name) => !fields.has(name)).map((name) => ` the field ${name} is not described`);
}

function fieldsOf(cut: Described, schema: Json): ReadonlySet<string> {
  const real = resolved(cut, schema);
  if (typeof real !== "object" || real === null) return new Set();
  const { properties, oneOf, anyOf, allOf } = real as Fields;
  const inner = [oneOf, anyOf, allOf].flatMap((one) => (Array.isArray(one) ? (one as readonly Json[]) : []));
  return new Set([...Object.keys((properties ?? {}) as Fields), ...inner.flatMap((one) => [...fieldsOf(cut, one)])]);
}
