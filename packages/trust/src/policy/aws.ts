import { byText } from "@gha2pulumi/repo";
import { isList, isObject, type ReadRule } from "./json.ts";
import type { AwsAction, AwsCondition, AwsPrincipal, AwsReadStatement, AwsRule, AwsStatement, Json } from "../rule.ts";

/** A JSON text as a trust policy: as it is in a file, or percent-encoded as SDKs get it from `GetRole`. */
export function readAwsText(text: string): ReadRule<AwsRule> {
  const json = parsed(text) ?? parsed(decoded(text));
  return json === undefined ? { kind: "unread", because: "the trust policy is not JSON" } : readAws(json);
}

/**
 * A parsed trust policy. A statement that holds something we do not know stays whole and unread.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readAws(document: Json): ReadRule<AwsRule> {
  if (!isObject(document)) return { kind: "unread", because: "the trust policy is not an object" };
  const { Version: version, Id: id, Statement: statement, ...others } = document;
  const odd = Object.keys(others)[0];
  if (odd !== undefined) return { kind: "unread", because: `the trust policy has the unknown element ${odd}` };
  if (!isTextOrNothing(version) || !isTextOrNothing(id)) {
    return { kind: "unread", because: "the trust policy's Version or Id is not a text" };
  }
  if (statement === undefined) return { kind: "unread", because: "the trust policy has no Statement" };
  const list: readonly Json[] = isList(statement) ? statement : [statement];
  return { kind: "aws", version, id, statements: list.map(readStatement) };
}

function readStatement(json: Json): AwsStatement {
  const sid = isObject(json) && typeof json["Sid"] === "string" ? json["Sid"] : undefined;
  const unread = (because: string): AwsStatement => ({ kind: "unread", sid, because, json });
  if (!isObject(json)) return unread("a statement is not an object");
  const known = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition"];
  const odd = Object.keys(json).find((name) => !known.includes(name));
  if (odd !== undefined) return unread(`a statement has the element ${odd}, which no trust policy has`);
  const { Effect: effect } = json;
  const principal = readPrincipal(json);
  const action = readAction(json);
  const conditions = readConditions(json["Condition"]);
  if (effect !== "Allow" && effect !== "Deny") return unread("a statement's Effect is neither Allow nor Deny");
  if (principal === undefined) return unread("a statement's principal is not made of texts");
  if (action === undefined) return unread("a statement's action is not made of texts");
  if (conditions === undefined) return unread("a statement's condition is not made of texts");
  return { kind: "read", sid, effect, principal, action, conditions };
}

function readPrincipal(json: { readonly [key: string]: Json }): AwsPrincipal | undefined {
  const { Principal: only, NotPrincipal: not } = json;
  if ((only === undefined) === (not === undefined)) return undefined;
  if (only === "*") return { kind: "everyone" };
  const map = only ?? not;
  if (!isObject(map)) return undefined;
  const types = Object.entries(map).map(([type, value]) => ({ type, values: textsOf(value) }));
  const sound = types.flatMap(({ type, values }) => (values ? [{ type, values }] : []));
  return sound.length === types.length ? { kind: only === undefined ? "all-but" : "only", types: sound } : undefined;
}

function readAction(json: { readonly [key: string]: Json }): AwsAction | undefined {
  const { Action: only, NotAction: not } = json;
  if ((only === undefined) === (not === undefined)) return undefined;
  const values = textsOf(only ?? not);
  return values && { kind: only === undefined ? "all-but" : "only", values };
}

function readConditions(json: Json | undefined): readonly AwsCondition[] | undefined {
  if (json === undefined) return [];
  if (!isObject(json)) return undefined;
  const read = Object.entries(json).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, value]) => ({ operator, key, values: textsOf(value, true) }))
      : [{ operator, key: "", values: undefined }],
  );
  const sound = read.flatMap(({ operator, key, values }) => (values ? [{ operator, key, values }] : []));
  return sound.length === read.length ? sound : undefined;
}

/** One value or a list of them. Conditions may also hold numbers and booleans, which IAM compares as texts. */
function textsOf(json: Json | undefined, scalars = false): readonly string[] | undefined {
  const list: readonly (Json | undefined)[] = json !== undefined && isList(json) ? json : [json];
  const texts = list.flatMap((one) =>
    typeof one === "string"
      ? [one]
      : scalars && (typeof one === "number" || typeof one === "boolean")
        ? [`${one}`]
        : [],
  );
  return texts.length === list.length ? texts : undefined;
}

/** The policy as a JSON value: elements, operators, keys and values in one order, single values without a list. */
export function awsJson(rule: AwsRule): Json {
  return {
    ...(rule.version === undefined ? {} : { Version: rule.version }),
    ...(rule.id === undefined ? {} : { Id: rule.id }),
    Statement: rule.statements.map(statementJson),
  };
}

/** A statement as JSON: elements, operators, keys and values in one order. */
export function statementJson(statement: AwsStatement): Json {
  if (statement.kind === "unread") return statement.json;
  const { sid, effect, principal, action, conditions } = statement;
  return {
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect,
    ...(principal.kind === "everyone"
      ? { Principal: "*" }
      : {
          [principal.kind === "only" ? "Principal" : "NotPrincipal"]: Object.fromEntries(
            [...principal.types]
              .sort((a, b) => byText(a.type, b.type))
              .map(({ type, values }) => [type, short(values)]),
          ),
        }),
    [action.kind === "only" ? "Action" : "NotAction"]: short(action.values),
    ...(conditions.length === 0 ? {} : { Condition: conditionJson(conditions) }),
  };
}

/** Conditions of one operator and key would overwrite one another: equal ones were written twice, others cannot be. */
function conditionJson(conditions: readonly AwsCondition[]): Json {
  const operators = [...new Set(conditions.map(({ operator }) => operator))].sort(byText);
  return Object.fromEntries(
    operators.map((operator) => {
      const own = conditions.filter((one) => one.operator === operator).sort((a, b) => byText(a.key, b.key));
      return [operator, Object.fromEntries(own.map(({ key, values }) => [key, short(values)]))];
    }),
  );
}

function short(values: readonly string[]): Json {
  const sorted = [...new Set(values)].sort(byText);
  return sorted.length === 1 && sorted[0] !== undefined ? sorted[0] : sorted;
}

/** The policy as the text of a file: indented by two, with a final newline, the same for policies that say the same. */
export function printAws(rule: AwsRule): string {
  return `${JSON.stringify(awsJson(rule), null, 2)}\n`;
}

/**
 * The characters that count against the quota of the trust policy: white space does not, as far as it is layout.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function awsSize(rule: AwsRule): number {
  return JSON.stringify(awsJson(rule)).length;
}

/** Whether two policies are written alike, but for the order of statements and values and lists of one. */
export function sameAws(a: AwsRule, b: AwsRule): boolean {
  const form = (rule: AwsRule): string =>
    JSON.stringify([
      rule.version ?? null,
      ...rule.statements.map((one) => JSON.stringify(statementJson(one))).sort(byText),
    ]);
  return form(a) === form(b);
}

/** The host and path of an IAM provider's ARN, and its account where that is a number. */
export function providerOf(
  principal: string,
): { readonly issuer: string; readonly account: string | undefined } | undefined {
  const [, account, issuer] = /^arn:.+:iam::(.+):oidc-provider\/(.+)$/s.exec(principal) ?? [];
  if (account === undefined || issuer === undefined) return undefined;
  return { issuer, account: /^\d{12}$/.test(account) ? account : undefined };
}

/** The values of the `Federated` principals that a statement is for. */
export function federated(statement: AwsStatement): readonly string[] {
  if (statement.kind === "unread" || statement.principal.kind !== "only") return [];
  return statement.principal.types.filter(({ type }) => type === "Federated").flatMap(({ values }) => values);
}

/** The issuers a statement lets in: those of its `Federated` principals. */
export function issuersOf(statement: AwsStatement): readonly string[] {
  return federated(statement).flatMap((value) => providerOf(value)?.issuer ?? []);
}

/** The statements that were read. */
export function readStatements(rule: AwsRule): readonly AwsReadStatement[] {
  return rule.statements.filter((one) => one.kind === "read");
}

/** What has to be the same on both sides of a colon in a condition key: keys are compared in any case. */
export function keyParts(key: string): { readonly issuer: string; readonly claim: string } {
  const at = key.lastIndexOf(":");
  return { issuer: key.slice(0, Math.max(at, 0)).toLowerCase(), claim: key.slice(at + 1).toLowerCase() };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function isTextOrNothing(json: Json | undefined): json is string | undefined {
  return json === undefined || typeof json === "string";
}
