import { deploymentAudience, escAudience, githubIssuer, issuerKey, pulumiIssuer, type CloudName } from "./claims.ts";
import { all, any, issued, test, type Formula } from "./formula.ts";
import { exactly, like } from "./glob.ts";
import {
  deploymentSubject,
  documentedOperations,
  printSubject,
  readSubject,
  type Ran,
  type Repository,
  type Subject,
} from "./subject.ts";

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

/**
 * What is wrong with the names of a stack: in them, a colon or a wildcard would make a rule mean somebody else.
 * `families`: a stack `pr-*` is meant as all whose names begin so, where the cloud's rules have wildcards.
 * https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack
 */
export function nameFaults(runs: readonly Runs[], families = false): readonly string[] {
  const names = runs.flatMap(({ organization, project, stack, operations }) => [
    organization,
    project,
    families ? stack.replace(/(?<=\w-)\*$/, "") : stack,
    ...(operations === "any" ? [] : operations),
  ]);
  return [...new Set(names)]
    .filter((one) => !/^[\w.-]{1,100}$/.test(one))
    .map((one) => `\`${one}\` is no name of Pulumi's`);
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

/** What is of a party by audience and subject. */
export function partyFormula({ issuer, audience, subjects }: Party): Formula {
  const key = issuerKey(issuer);
  return all([issued(key), test(key, "aud", [exactly(audience)]), test(key, "sub", subjects.map(like))]);
}

/** The tokens of all these parties together. */
export function partiesFormula(parties: readonly Party[]): Formula {
  return any(parties.map(partyFormula));
}

/**
 * The tokens of a party as they really are: with the claims that follow from the subject. Where a party is to get in,
 * a rule on `repository` lets it in too; where others are to stay out, the subject alone tells them apart.
 */
export function partyTokens(party: Party): Formula {
  return any(
    party.subjects.map((subject) =>
      all([
        partyFormula({ ...party, subjects: [subject] }),
        ...Object.entries(impliedClaims(subject)).map(([claim, value]) =>
          test(issuerKey(party.issuer), claim, [exactly(value)]),
        ),
      ]),
    ),
  );
}

function impliedClaims(text: string): Readonly<Record<string, string>> {
  const subject = readSubject(text);
  const claims = subject === undefined ? {} : claimsOf(subject);
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => !/[*?]/.test(value)));
}

function claimsOf(subject: Subject): Readonly<Record<string, string>> {
  if (subject.kind === "deployment") {
    const { organization, project, stack, operation } = subject;
    return { org: organization, project, stack, operation };
  }
  if (subject.kind !== "github") return {};
  const { repository, ran } = subject;
  const { owner, name, ids } = repository;
  return {
    repository: `${owner}/${name}`,
    repository_owner: owner,
    ...(ids === undefined ? {} : { repository_id: ids.repository, repository_owner_id: ids.owner }),
    ...(ran.kind === "branch" ? { ref: `refs/heads/${ran.name}` } : {}),
    ...(ran.kind === "tag" ? { ref: `refs/tags/${ran.name}` } : {}),
    ...(ran.kind === "ref" ? { ref: ran.ref } : {}),
    ...(ran.kind === "environment" ? { environment: ran.name } : {}),
  };
}
