import { literal, type Span } from "@gha2pulumi/repo";
import { isGitHub, pulumiIssuer } from "../claims.ts";
import { federated, providerOf, readAws } from "../policy/aws.ts";
import type { AwsRule, AwsStatement, Json } from "../rule.ts";
import { asText, field, rendered, textValue, type Value } from "./values.ts";

/** A policy document read from values, with the values that its statements are. */
export interface ReadDocument {
  readonly policy: AwsRule;
  readonly statements: readonly Value[];
  /** The list of statements; `undefined` where the document holds a single one without a list. */
  readonly list: Extract<Value, { kind: "list" }> | undefined;
}

/** A value as a trust policy, or `undefined` when it is none. */
export function policyOf(document: Value): ReadDocument | undefined {
  const statement = field(document, "Statement");
  if (document.kind !== "map" || statement === undefined) return undefined;
  const list = statement.kind === "list" ? statement : undefined;
  const statements = list?.items ?? [statement];
  const version = field(document, "Version");
  const id = field(document, "Id");
  const read = readAws({
    ...(version === undefined ? {} : { Version: versionOf(version) }),
    ...(id === undefined ? {} : { Id: jsonOf(id) }),
    Statement: [],
  });
  const odd = document.entries.some(({ key }) => !["Version", "Id", "Statement"].includes(literal(key) ?? ""));
  if (read.kind === "unread" || odd) return undefined;
  return { policy: { ...read, statements: statements.map(statementOf) }, statements, list };
}

/** Plain YAML may write the version without quotes. */
function versionOf(version: Value): Json {
  return version.kind === "text" ? rendered(version.text) : jsonOf(version);
}

function statementOf(value: Value): AwsStatement {
  const json = jsonOf(value);
  const sid = literal(asText(field(value, "Sid") ?? textValue([], value.span)));
  const doubt = value.kind === "map" ? doubtOf(value, []) : notTold(value);
  if (doubt !== undefined) return { kind: "unread", sid: sid === "" ? undefined : sid, because: doubt, json };
  const read = readAws({ Statement: [json] });
  const [statement] = read.kind === "unread" ? [] : read.statements;
  return statement ?? { kind: "unread", sid: undefined, because: "a statement is not read", json };
}

/** What a statement holds that decides something and is in no file. An ARN's account and partition decide nothing. */
function doubtOf(value: Value, way: readonly string[]): string | undefined {
  switch (value.kind) {
    case "plain":
      return undefined;
    case "unknown":
      return notTold(value, way);
    case "list":
      return value.items.map((item) => doubtOf(item, way)).find((doubt) => doubt !== undefined);
    case "map":
      return value.entries
        .map(({ key, value: inner }) =>
          literal(key) === undefined
            ? `a key of its ${way.at(-1) ?? "statement"} is \`${rendered(key)}\`, which the file does not tell`
            : doubtOf(inner, [...way, literal(key) ?? ""]),
        )
        .find((doubt) => doubt !== undefined);
    case "text":
      return literal(value.text) !== undefined || isTellingArn(rendered(value.text), way)
        ? undefined
        : notTold(value, way);
  }
}

function isTellingArn(text: string, way: readonly string[]): boolean {
  if (way[0] !== "Principal" && way[0] !== "NotPrincipal") return false;
  return way[1] === "Federated" ? /:oidc-provider\/[^$]+$/.test(text) : text.startsWith("arn:");
}

function notTold(value: Value, way: readonly string[] = []): string {
  const text = rendered(asText(value));
  const notes = asText(value).flatMap((piece) => (typeof piece === "string" || piece.note === "" ? [] : [piece.note]));
  const note = notes[0] === undefined ? "which the file does not tell" : notes[0];
  return `${way.length === 0 ? "a statement" : `its ${way.at(-1)}`} is \`${text}\`: ${note}`;
}

/** A value as JSON, with `${…}` for what is not told. */
export function jsonOf(value: Value): Json {
  switch (value.kind) {
    case "plain":
      return value.json;
    case "list":
      return value.items.map(jsonOf);
    case "map":
      return Object.fromEntries(value.entries.map(({ key, value: inner }) => [rendered(key), jsonOf(inner)]));
    default:
      return rendered(asText(value));
  }
}

/** What stands for a policy that is not read: one statement of which nobody knows whom it lets in. */
export function unreadPolicy(because: string, json: Json): AwsRule {
  return {
    kind: "aws",
    version: undefined,
    id: undefined,
    statements: [{ kind: "unread", sid: undefined, because, json }],
  };
}

/** Whether a policy has to do with GitHub or Pulumi: roles of other issuers, an EKS cluster's, are none of ours. */
export function isOurs({ statements }: AwsRule): boolean {
  return statements.some((one) => {
    const hosts = federated(one).map((value) => providerOf(value)?.issuer ?? value);
    if (hosts.some((host) => isGitHub(host) || host === pulumiIssuer)) return true;
    return one.kind === "unread" && /token\.actions\.|api\.pulumi\.com\/oidc/i.test(JSON.stringify(one.json));
  });
}

/** How ARNs of the account begin where a statement names a provider of it. */
export function homeOf(statements: readonly Value[]): string | undefined {
  for (const statement of statements) {
    const value = field(field(statement, "Principal"), "Federated");
    const texts = value === undefined ? [] : value.kind === "list" ? value.items : [value];
    for (const one of texts) {
      const arn = rendered(asText(one));
      if (isGitHub(providerOf(arn)?.issuer ?? "")) return arn.slice(0, arn.indexOf(":oidc-provider/"));
    }
  }
  return undefined;
}

export function spansOf(values: readonly Value[]): readonly Span[] {
  return values.map(({ span }) => span);
}
