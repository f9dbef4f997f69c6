import { issuerKey } from "../claims.ts";
import { isOnlyWild } from "./aws-formula.ts";
import { awsJson, awsSize, federated, keyParts, providerOf } from "./aws.ts";
import type { AwsReadStatement, AwsRule } from "../rule.ts";

/** A reason for which IAM would not take a trust policy. `sure` is false where its documentation leaves it open. */
export interface Refusal {
  readonly kind: "no-subject" | "no-audience" | "too-long" | "character" | "principal" | "empty" | "sid" | "unfilled";
  /** The statement's place, from 0. */
  readonly statement: number | undefined;
  readonly because: string;
  readonly sure: boolean;
}

/** The default quota of a trust policy, and the most it can be raised to. */
export const awsQuota = { usual: 2048, raised: 4096 } as const;

/**
 * What IAM would say to this policy. It checks every statement of a write, also those that were there before:
 * an old statement that a rule of today forbids keeps working until somebody writes the policy again.
 */
export function awsRefusals(rule: AwsRule, quota: number = awsQuota.usual): readonly Refusal[] {
  return [
    ...wholeRefusals(rule, quota),
    ...rule.statements.flatMap((one, i) => (one.kind === "read" ? statementRefusals(one, i) : [])),
  ];
}

function wholeRefusals(rule: AwsRule, quota: number): readonly Refusal[] {
  const whole = (kind: Refusal["kind"], because: string): Refusal => ({
    kind,
    statement: undefined,
    because,
    sure: true,
  });
  const text = JSON.stringify(awsJson(rule));
  const size = awsSize(rule);
  const sids = rule.statements.flatMap(({ sid }) => sid ?? []);
  return [
    ...(rule.statements.length === 0 ? [whole("empty", "a trust policy needs a statement")] : []),
    ...(size > quota ? [whole("too-long", `the policy has ${size} characters, and ${quota} are allowed`)] : []),
    ...(/[^\u0009\u000A\u000D\u0020-\u00FF]/.test(text)
      ? [whole("character", "a policy takes no characters above U+00FF")]
      : []),
    ...(new Set(sids).size < sids.length ? [whole("sid", "two statements have the same Sid")] : []),
    ...(sids.some((sid) => !/^[A-Za-z0-9]*$/.test(sid)) ? [whole("sid", "a Sid takes letters and digits only")] : []),
    ...(text.includes(`::${unknownAccount}:`) ? [whole("unfilled", "the account is not known yet")] : []),
  ];
}

/** What stands in a provider's ARN for an account that nobody has told us. */
export const unknownAccount = "<ACCOUNT>";

function statementRefusals(statement: AwsReadStatement, i: number): readonly Refusal[] {
  const names = federated(statement).filter(
    (value) => providerOf(value) === undefined && /^token\.actions\.|^api\.pulumi\./.test(value),
  );
  return [
    ...names.map((value): Refusal => ({
      kind: "principal",
      statement: i,
      because: `the principal ${value} is a host name where the provider's ARN has to be`,
      sure: true,
    })),
    ...tenantRefusals(statement, i),
  ];
}

/**
 * Issuers with many customers, and the claim that tells them apart: every Allow has to compare it with more than
 * wildcards. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
const tenantClaims: ReadonlyMap<string, string> = new Map([
  ["token.actions.githubusercontent.com", "sub"],
  ["api.pulumi.com/oidc", "aud"],
]);

function tenantRefusals(statement: AwsReadStatement, i: number): readonly Refusal[] {
  if (statement.effect !== "Allow") return [];
  const issuers = federated(statement).map((value) => issuerKey(providerOf(value)?.issuer ?? ""));
  return [...tenantClaims].flatMap(([issuer, claim]): readonly Refusal[] => {
    const told = issuers.includes(issuer) ? comparison(statement, issuer, claim) : "yes";
    if (told === "yes") return [];
    const because = `a statement for ${issuer} must compare \`${claim}\` with more than wildcards`;
    return [{ kind: claim === "sub" ? "no-subject" : "no-audience", statement: i, because, sure: told === "no" }];
  });
}

/** Whether a statement compares the claim: with a plain operator, with one of which we are not sure, or not at all. */
function comparison({ conditions }: AwsReadStatement, issuer: string, claim: string): "yes" | "perhaps" | "no" {
  const own = conditions.filter(({ key, values }) => {
    const parts = keyParts(key);
    return parts.issuer === issuer && parts.claim === claim && values.length > 0 && !values.some(isOnlyWild);
  });
  if (own.some(({ operator }) => /^(?:StringEquals|StringEqualsIgnoreCase|StringLike)$/.test(operator))) return "yes";
  return own.some(({ operator }) => /^For|IfExists$/.test(operator)) ? "perhaps" : "no";
}

/** The statements that IAM would refuse for want of a `sub`: those of GitHub from before the rule. */
export function withoutSubject(rule: AwsRule): readonly number[] {
  return awsRefusals(rule).flatMap(({ kind, statement, sure }) =>
    kind === "no-subject" && sure && statement !== undefined ? [statement] : [],
  );
}
