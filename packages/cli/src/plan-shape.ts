import published from "../plan.schema.json";

/** The part of JSON Schema that the plan's schema is written in; a test compares it with a whole implementation. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean;
}

const schema: Schema = published;

/** The first place where a value is no plan document, and what is expected there; `undefined` when it is one. */
export function misshapen(value: unknown): string | undefined {
  return problem(value, schema, "");
}

function problem(value: unknown, rule: Schema, at: string): string | undefined {
  if (rule.$ref !== undefined) return problem(value, definition(rule.$ref), at);
  if (rule.anyOf !== undefined) {
    const problems = rule.anyOf.map((one) => problem(value, one, at));
    return problems.includes(undefined) ? undefined : problems.at(-1);
  }
  if (!fitsType(value, rule)) return said(at, `${typesOf(rule).join(" or ")} is expected`);
  if ("const" in rule && value !== rule.const) return said(at, `${JSON.stringify(rule.const)} is expected`);
  if (rule.enum !== undefined && !rule.enum.includes(value))
    return said(at, `one of ${rule.enum.join(", ")} is expected`);
  if (typeof value === "number" && rule.minimum !== undefined && value < rule.minimum)
    return said(at, `at least ${rule.minimum} is expected`);
  if (typeof value === "string" && rule.pattern !== undefined && !new RegExp(rule.pattern, "u").test(value))
    return said(at, `it does not match ${rule.pattern}`);
  if (Array.isArray(value)) return first(value, (item, i) => rule.items && problem(item, rule.items, `${at}[${i}]`));
  if (typeof value === "object" && value !== null) return inObject(value, rule, at);
  return undefined;
}

function inObject(value: object, rule: Schema, at: string): string | undefined {
  const known = rule.properties ?? {};
  const absent = (rule.required ?? []).find((name) => !Object.hasOwn(value, name));
  if (absent !== undefined) return said(inside(at, absent), "it is missing");
  return first(Object.entries(value), ([name, inner]) => {
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    if (own !== undefined) return problem(inner, own, inside(at, name));
    return rule.additionalProperties === false ? said(inside(at, name), "a plan has no such field") : undefined;
  });
}

function definition(reference: string): Schema {
  const found = schema.$defs?.[reference.replace("#/$defs/", "")];
  if (found === undefined) throw new Error(`the plan's schema refers to ${reference}, which it does not have`);
  return found;
}

function fitsType(value: unknown, rule: Schema): boolean {
  return rule.type === undefined || typesOf(rule).some((type) => isOf(value, type));
}

function typesOf({ type = [] }: Schema): readonly string[] {
  return typeof type === "string" ? [type] : type;
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function first<T>(items: readonly T[], check: (item: T, index: number) => string | undefined): string | undefined {
  for (const [i, item] of items.entries()) {
    const found = check(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inside(at: string, name: string): string {
  return at === "" ? name : `${at}.${name}`;
}

function said(at: string, what: string): string {
  return `${at === "" ? "the whole" : at}: ${what}`;
}
