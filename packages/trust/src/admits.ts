import { agreeing } from "./agree.ts";
import type { Token } from "./claims.ts";
import type { Answer, Formula } from "./formula.ts";
import { holds } from "./holds.ts";
import { awsFormula } from "./policy/aws-formula.ts";
import { azureFormula } from "./policy/azure-formula.ts";
import { gcpFormula } from "./policy/gcp-formula.ts";
import type { Rule } from "./rule.ts";

/** Where a rule applies: the account of an AWS role, `undefined` when it is not known. */
export interface Place {
  readonly account: string | undefined;
}

/** What a rule asks of a token, in the form that every question is put to. */
export function ruleFormula(rule: Rule, { account }: Place, token?: Token): Formula {
  switch (rule.kind) {
    case "aws":
      return awsFormula(rule, { account, token });
    case "gcp":
      return gcpFormula(rule);
    case "azure":
      return azureFormula(rule);
  }
}

/** The formula with which to search among a rule's tokens: GCP reads claims that the subject repeats. */
export function asked(formula: Formula, kind: Rule["kind"]): Formula {
  return kind === "gcp" ? agreeing(formula) : formula;
}

/** Whether a rule lets this token in; unknown, with the reasons, where the rule or the token does not tell. */
export function admits(rule: Rule, token: Token, place: Place): Answer {
  return holds(ruleFormula(rule, place, token), token);
}
