import { pulumiIssuer } from "../claims.ts";
import { statementJson } from "../policy/aws.ts";
import type { AwsReadStatement, Json } from "../rule.ts";
import { source, type Code } from "./code.ts";

/** How a language writes the parts of a policy. */
export interface Spelling {
  readonly key: (name: string) => string;
  readonly text: (value: string) => string;
  readonly between: string;
  /** A provider's ARN with `${…}` in it, as that language's expression; `undefined` when there is none. */
  readonly arn: (value: string) => Code | undefined;
}

/** A statement in the elements that IAM knows: `Sid`, `Effect`, `Principal`, `Action`, `Condition`. */
export function statementCode(
  statement: AwsReadStatement,
  spelling: Spelling,
  braces: readonly [open: string, close: string] = ["{", "}"],
): Code | string {
  const odd = unwritable(statement, (value) => spelling.arn(value) !== undefined);
  return odd ?? codeOf(statementJson(statement), spelling, braces);
}

/** Why a statement cannot be written: it holds what only another file or nobody tells. */
export function unwritable(
  statement: AwsReadStatement,
  known: (arn: string) => boolean = () => true,
): string | undefined {
  const values = valuesOf(statementJson(statement)).filter((value) => value.includes("${"));
  const odd = values.find((value) => !isArn(value) || !known(value));
  return odd === undefined ? undefined : `\`${odd}\` cannot be written there`;
}

function isArn(value: string): boolean {
  return value.endsWith(`:oidc-provider/${pulumiIssuer}`);
}

function codeOf(json: Json, spelling: Spelling, braces: readonly [string, string]): Code {
  if (typeof json === "string") return textCode(json, spelling);
  if (json === null || typeof json !== "object") return source(JSON.stringify(json));
  if (Array.isArray(json))
    return { kind: "list", items: (json as readonly Json[]).map((one) => codeOf(one, spelling, braces)) };
  return {
    kind: "map",
    fields: Object.entries(json).map(([key, value]) => [spelling.key(key), codeOf(value, spelling, braces)]),
    open: braces[0],
    close: braces[1],
    between: spelling.between,
  };
}

export function textCode(text: string, spelling: Spelling): Code {
  return text.includes("${") && isArn(text)
    ? (spelling.arn(text) ?? source(spelling.text(text)))
    : source(spelling.text(text));
}

function valuesOf(json: Json): readonly string[] {
  if (typeof json === "string") return [json];
  if (json === null || typeof json !== "object") return [];
  return Object.values(json).flatMap((one) => valuesOf(one));
}
