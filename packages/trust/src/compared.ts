import { issuerKey } from "./claims.ts";
import { awsFormula } from "./policy/aws-formula.ts";
import { keyParts, issuersOf } from "./policy/aws.ts";
import type { AwsReadStatement, AwsRule, Rule } from "./rule.ts";

/** A value that a rule compares a claim with, and how. */
export interface Compared {
  /** The statement or credential it is in. */
  readonly at: string;
  readonly issuer: string;
  readonly claim: string;
  readonly operator: string;
  /** Whether `*` and `?` in the value are wildcards. */
  readonly wild: boolean;
  readonly value: string;
}

/** A statement that lets an issuer's tokens in, with what it is called. */
export interface Opening {
  readonly at: string;
  readonly statement: AwsReadStatement;
  readonly issuers: readonly string[];
}

/** The Allow statements of a trust policy for web identities. */
export function openings(rule: Rule): readonly Opening[] {
  if (rule.kind !== "aws") return [];
  return rule.statements.flatMap((statement, i) => {
    if (statement.kind === "unread" || statement.effect !== "Allow") return [];
    const issuers = issuersOf(statement).map(issuerKey);
    const at = statement.sid ?? `statement ${i + 1}`;
    return issuers.length > 0 && isForWebIdentity(statement, rule) ? [{ at, statement, issuers }] : [];
  });
}

/** The action and the principals of a statement, without its conditions, let somebody in. */
function isForWebIdentity(statement: AwsReadStatement, rule: AwsRule): boolean {
  const open = { ...rule, statements: [{ ...statement, conditions: [] }] };
  return awsFormula(open, { account: undefined, token: undefined }).kind !== "no";
}

/** What a rule compares claims with: conditions of AWS that ask for a value, and Azure's subjects and audiences. */
export function compared(rule: Rule): readonly Compared[] {
  switch (rule.kind) {
    case "aws":
      return openings(rule).flatMap(comparedIn);
    case "azure":
      return rule.credentials.flatMap(({ name, issuer, audiences, matching }) => {
        const own = { at: name, issuer: issuerKey(issuer), operator: "equals", wild: false };
        const subjects = matching.kind === "subject" ? [{ ...own, claim: "sub", value: matching.subject }] : [];
        return [...subjects, ...audiences.map((value) => ({ ...own, claim: "aud", value }))];
      });
    case "gcp":
      return [];
  }
}

function comparedIn({ at, statement, issuers }: Opening): readonly Compared[] {
  return statement.conditions.flatMap(({ operator, key, values }) => {
    const { issuer, claim } = keyParts(key);
    const base = operator.replace(/^For\w+:|IfExists$/g, "");
    if (!issuers.includes(issuer) || !/^String(?:Equals|Like)/.test(base)) return [];
    return values.map((value) => ({ at, issuer, claim, operator, wild: base === "StringLike", value }));
  });
}
