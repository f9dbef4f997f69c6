import { deploymentAudience, escAudience, githubIssuer, issuerKey, pulumiIssuer, type CloudName } from "./claims.ts";
import { all, any, issued, test, type Formula } from "./formula.ts";
import { exactly, like } from "./glob.ts";
import { deploymentSubject, documentedOperations, printSubject, type Ran, type Repository } from "./subject.ts";

/** Somebody who is meant to get in: the tokens of one issuer and audience whose subject fits one of the patterns. */
export interface Party {
  readonly issuer: string;
  readonly audience: string;
  /** Patterns as `StringLike` has them. Names in them come from plans and hold no wildcard of their own. */
  readonly subjects: readonly string[];
}

/** A stack as Deployments runs it. `any` operation includes those that drift runs may be called by. */
export interface Runs {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly operations: "any" | readonly string[];
}

/** The subjects of a stack's tokens: one pattern, or one text for each operation. */
export function subjectsOf({ operations, ...stack }: Runs, closed = false): readonly string[] {
  const named = operations === "any" ? (closed ? documentedOperations : ["*"]) : operations;
  return named.map((operation) => deploymentSubject({ ...stack, operation }));
}

/** The deployments of one stack. */
export function deploymentParty(runs: Runs): Party {
  return { issuer: pulumiIssuer, audience: deploymentAudience(runs.organization), subjects: subjectsOf(runs) };
}

/** Everyone who may open one ESC environment, where `subjectAttributes` has `currentEnvironment.name`. */
export function environmentParty(cloud: CloudName, organization: string, environment: string): Party {
  const attributes = [
    ["pulumi.organization.login", organization],
    ["currentEnvironment.name", environment],
  ] as const;
  const subject = printSubject({ kind: "esc-attributes", attributes });
  return { issuer: pulumiIssuer, audience: escAudience(cloud, organization), subjects: [subject] };
}

/** What ran in a GitHub repository, in both forms of the subject when its ids are known. */
export function githubParty(repository: Repository, ran: Ran, audience: string, issuer = githubIssuer): Party {
  const forms = repository.ids === undefined ? [repository] : [{ ...repository, ids: undefined }, repository];
  const subjects = forms.map((form) => printSubject({ kind: "github", repository: form, ran }));
  return { issuer: issuerKey(issuer), audience, subjects };
}

/** The tokens of a party. */
export function partyFormula({ issuer, audience, subjects }: Party): Formula {
  const key = issuerKey(issuer);
  return all([issued(key), test(key, "aud", [exactly(audience)]), test(key, "sub", subjects.map(like))]);
}

/** The tokens of all these parties together. */
export function partiesFormula(parties: readonly Party[]): Formula {
  return any(parties.map(partyFormula));
}
