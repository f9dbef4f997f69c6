import { literal, type Span, type Text } from "@gha2pulumi/repo";
import { field, hole, literalOf, textValue, type Value, type ValueEntry } from "./values.ts";

/** A policy that is written in the words of `getPolicyDocument`, as a policy in IAM's own. */
export interface DataPolicy {
  readonly document: Value;
  /** The statements as they are written. */
  readonly statements: readonly Value[];
  readonly list: Extract<Value, { kind: "list" }> | undefined;
}

/** Reads the arguments of `getPolicyDocument`; `undefined` where they take in other documents, or are not known. */
export function dataPolicy(data: Value): DataPolicy | undefined {
  const list = field(data, "statements") ?? field(data, "statement");
  if (data.kind !== "map" || list?.kind !== "list") return undefined;
  const names = data.entries.map(({ key }) => literal(key));
  if (names.some((name) => name !== "statements" && name !== "statement" && name !== "version")) return undefined;
  const statements = list.items.map(statementOf);
  const version = field(data, "version") ?? textValue(["2012-10-17"], data.span);
  const document = mapOf(data.span, [
    { key: ["Version"], value: version },
    { key: ["Statement"], value: { ...list, items: statements } },
  ]);
  return { document, statements: list.items, list };
}

function mapOf(span: Span, entries: readonly ValueEntry[]): Value {
  return { kind: "map", entries, span, origin: span };
}

const elements: ReadonlyMap<string, string> = new Map([
  ["sid", "Sid"],
  ["effect", "Effect"],
  ["actions", "Action"],
  ["notActions", "NotAction"],
  ["not_actions", "NotAction"],
]);

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
function statementOf(value: Value): Value {
  if (value.kind !== "map") return value;
  const { span } = value;
  const entries = value.entries.map(({ key, value: inner }): ValueEntry => {
    const name = literal(key) ?? "";
    const element = elements.get(name);
    if (element !== undefined) return { key: [element], value: inner };
    if (name === "principals") return { key: ["Principal"], value: principalsOf(inner) };
    if (name === "notPrincipals" || name === "not_principals")
      return { key: ["NotPrincipal"], value: principalsOf(inner) };
    if (name === "conditions" || name === "condition") return { key: ["Condition"], value: conditionsOf(inner) };
    return { key, value: inner };
  });
  const effect = entries.some(({ key }) => literal(key) === "Effect");
  return mapOf(span, effect ? entries : [...entries, { key: ["Effect"], value: textValue(["Allow"], span) }]);
}

function principalsOf(value: Value): Value {
  if (value.kind !== "list") return value;
  const entries = value.items.map((item): ValueEntry => {
    const identifiers = field(item, "identifiers");
    return { key: keyText(field(item, "type")), value: identifiers ?? missing(item.span) };
  });
  return mapOf(value.span, entries);
}

function conditionsOf(value: Value): Value {
  if (value.kind !== "list") return value;
  const operators = new Map<string, ValueEntry[]>();
  for (const item of value.items) {
    const operator = literalOf(field(item, "test")) ?? "\0";
    const own = operators.get(operator) ?? [];
    own.push({ key: keyText(field(item, "variable")), value: field(item, "values") ?? missing(item.span) });
    operators.set(operator, own);
  }
  const entries = [...operators].map(([operator, own]): ValueEntry => {
    // The same key twice under one operator would overwrite one another in JSON.
    const twice = new Set(own.map(({ key }) => literal(key))).size < own.length;
    const key = operator === "\0" || twice ? [hole("…", "which is not told")] : [operator];
    return { key, value: mapOf(value.span, own) };
  });
  return mapOf(value.span, entries);
}

function keyText(value: Value | undefined): Text {
  return value?.kind === "text" ? value.text : [hole("…", "which is not told")];
}

function missing(span: Span): Value {
  return { kind: "unknown", expression: "…", because: "which is not told", span };
}
