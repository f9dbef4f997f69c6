import { isGitHub, pulumiIssuer } from "./claims.ts";
import { compared, openings, type Compared } from "./compared.ts";
import type { FindingContext, FindingKind, Seen } from "./finding.ts";
import type { Rule } from "./rule.ts";
import { isSubjectClaim, readSubject } from "./subject.ts";

/** What is seen in a rule's subjects and audiences: W01 to W14, W16 and W17. */
export const subjectFindings: readonly FindingKind[] = [
  {
    id: "W01",
    code: "GP401",
    title: "GitHub's tokens get in whatever their subject",
    why: "GitHub signs tokens for every repository in the world, and only `sub` tells them apart. A statement that does not look at it lets all of them in. IAM checks that when a policy is written, so the role works until somebody edits it.",
    todo: "compare `sub` with the repository's branch or environment; IAM refuses the next write otherwise",
    see: (rule) =>
      without(rule, isGitHub, "sub").map((at) => seen("error", at, "no condition on `sub`: anyone on GitHub gets in")),
  },
  {
    id: "W02",
    code: "GP402",
    title: "A subject that fits any repository",
    why: "The pattern begins with a wildcard, or names no owner: a repository of anybody's has a subject that fits.",
    todo: "begin the pattern with `repo:` and a full name",
    see: (rule) =>
      subjects(rule, isGitHub)
        .filter(({ wild, value }) => wild && /^(?:[*?]|repo:[*?])/.test(value))
        .map((one) => seen("error", one.at, `\`${one.value}\` fits repositories of anybody`)),
  },
  {
    id: "W03",
    code: "GP403",
    title: "A subject that fits every repository of an organisation",
    why: "Every repository of the organisation gets in, those made tomorrow and forks inside it included; whoever may make a repository may take the role.",
    todo: "list the repositories",
    see: (rule) =>
      subjects(rule, isGitHub)
        .filter(isOrganisationWide)
        .map((one) => seen("warning", one.at, `\`${one.value}\` fits every repository of the organisation`)),
  },
  {
    id: "W04",
    code: "GP404",
    title: "A condition that holds of a token without the claim",
    why: "`ForAllValues:` is true of a claim that is not there: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html. In an Allow it is a condition that is met by leaving the claim out.",
    todo: "leave out `ForAllValues:`",
    see: (rule) =>
      compared(rule)
        .filter(({ claim, operator }) => operator.startsWith("ForAllValues:") && (claim === "sub" || claim === "aud"))
        .map((one) =>
          seen(
            one.claim === "sub" ? "error" : "warning",
            one.at,
            `${one.operator} on \`${one.claim}\` holds when the claim is missing`,
          ),
        ),
  },
  {
    id: "W05",
    code: "GP405",
    title: "Tokens get in whatever their audience",
    why: "The audience says for whom a token was made. For GitHub the provider's client ids still apply; a statement for Pulumi without it is refused by IAM, because the audience is what names the organisation.",
    todo: "compare `aud` with StringEquals",
    see: (rule) => [
      ...without(rule, isGitHub, "aud").map((at) =>
        seen("warning", at, "no condition on `aud`: only the provider's client ids apply"),
      ),
      ...without(rule, isPulumi, "aud").map((at) =>
        seen("error", at, "no condition on `aud`: any organisation of Pulumi's, and IAM refuses it"),
      ),
    ],
  },
  {
    id: "W06",
    code: "GP406",
    title: "A pattern for the audience",
    why: "`StringLike` on the audience invites a wildcard; with one, `acme*` also fits the organisation `acme-evil`.",
    todo: "compare `aud` with StringEquals",
    see: (rule) =>
      compared(rule)
        .filter(({ claim, wild }) => claim === "aud" && wild)
        .map((one) =>
          isWild(one.value)
            ? seen("error", one.at, `\`${one.value}\` also fits audiences that only begin or end so`)
            : seen("warning", one.at, `StringLike on \`aud\` with the plain value \`${one.value}\``),
        ),
  },
  {
    id: "W07",
    code: "GP407",
    title: "A wildcard within a name",
    why: "A wildcard behind part of a name fits longer names: `infra*` fits `infra-evil`, and `stack:prod*` fits `prod2`. Behind a `:` it fits whole names alone.",
    todo: "put the wildcard behind a `:`",
    see: (rule) =>
      subjects(rule)
        .filter((one) => one.wild && /[^:*?][*?]/.test(one.value) && !isOrganisationWide(one))
        .map((one) => seen("warning", one.at, `\`${one.value}\` also fits longer names`)),
  },
  {
    id: "W08",
    code: "GP408",
    title: "A wildcard that is taken literally",
    why: "`StringEquals` takes `*` and `?` as they stand, so that the statement fits no token at all.",
    todo: "use StringLike, or a full value; the statement lets nobody in as it is",
    see: (rule) =>
      subjects(rule)
        .filter(({ wild, value }) => !wild && isWild(value))
        .map((one) => seen("warning", one.at, `\`${one.value}\` is compared without wildcards and fits no token`)),
  },
  {
    id: "W09",
    code: "GP409",
    title: "Pull requests may write",
    why: "Anybody who may push a branch may open a pull request that changes the workflow, and take the role before a review.",
    todo: "give pull requests a role that only reads",
    see: (rule, { mayWrite }) =>
      subjects(rule, isGitHub)
        .filter(
          ({ wild, value }) =>
            mayWrite === true && (/^repo:[^:]+:pull_request$/.test(value) || (wild && /^repo:[^:*?]+:\*$/.test(value))),
        )
        .map((one) => seen("warning", one.at, `\`${one.value}\` admits pull requests to a role that can write`)),
  },
  {
    id: "W10",
    code: "GP410",
    title: "A subject that begins with a claim anybody can choose",
    why: "Templates of a repository decide what its subjects begin with. One that begins with `environment:` or `ref:` is no sign of a repository: others can name theirs alike.",
    todo: "begin the template with `repo`",
    see: (rule) =>
      subjects(rule, isGitHub)
        .filter(({ value }) => /^(?:environment|ref|workflow|head_ref|base_ref|context|event_name|actor):/.test(value))
        .map((one) => seen("error", one.at, `\`${one.value}\` can be had from any repository`)),
  },
  {
    id: "W11",
    code: "GP411",
    title: "A subject that no token has",
    why: "GitHub writes `repo:owner/name:…`. What lacks the prefix, differs in case or ends in a blank is compared as it stands, and fits nothing.",
    todo: "write it as GitHub does: `repo:owner/name:…`, case and blanks included",
    see: (rule) =>
      subjects(rule, isGitHub)
        .filter(({ value }) => neverIssued(value))
        .map((one) => seen("warning", one.at, `\`${one.value}\` has not the form of a subject and fits no token`)),
  },
  {
    id: "W12",
    code: "GP412",
    title: "Subjects with ids where tokens have none, or the reverse",
    why: "Repositories made after July 15, 2026, or renamed since, have ids in their subjects (`repo:acme@1001/infra@2002:…`), others names alone. Neither form fits the other.",
    todo: "list both forms while tokens change, then the one that is issued",
    see: (rule, context) => otherForm(rule, context),
  },
  {
    id: "W13",
    code: "GP413",
    title: "Names that somebody else can take after a renaming",
    why: "A name that is given up can be taken by somebody else, who then has its subjects; an id cannot.",
    todo: "add a condition on `repository_id`, or use immutable subjects",
    see: (rule, { repository }) => {
      const all = compared(rule);
      const byId = all.some(({ claim, value }) => claim === "repository_id" || /^repo:[^:]*@/.test(value));
      const byName = all.find(({ claim, value }) => claim === "sub" && value.startsWith("repo:"));
      return repository?.ids && byName && !byId
        ? [seen("note", byName.at, `by name, and the id ${repository.ids.repository} is known`)]
        : [];
    },
  },
  {
    id: "W14",
    code: "GP414",
    title: "Others are trusted too",
    why: "Besides this repository, the policy lets in another one, an account or everybody. The move leaves them as they are, and the last step may have to wait for them.",
    todo: "look whether they still need it",
    see: (rule, context) => [...otherRepositories(rule, context), ...otherPrincipals(rule)],
  },
  {
    id: "W16",
    code: "GP416",
    title: "Every stack of a project or of an organisation",
    why: "The pattern ends before the stack. Stacks that somebody makes later, review stacks among them, get in as well.",
    todo: "one subject a stack; this one includes stacks created later",
    see: (rule) =>
      subjects(rule, isPulumi)
        .filter(({ wild, value }) => wild && !/^pulumi:environments:|:stack:[^:*?]/.test(value))
        .map((one) => seen("warning", one.at, `\`${one.value}\` fits every stack of ${scopeOf(one)}`)),
  },
  {
    id: "W17",
    code: "GP417",
    title: "ESC's subject that is the same for every environment",
    why: "Without `subjectAttributes`, ESC's subject ends in `<yaml>` for every environment of the organisation: whoever may open any of them takes the role.",
    todo: "set `subjectAttributes: [currentEnvironment.name]` and trust that subject",
    see: (rule) =>
      subjects(rule, isPulumi)
        .filter(({ value }) => value.endsWith(":env:<yaml>"))
        .map((one) =>
          seen("error", one.at, `\`${one.value}\` is the subject of every environment of the organisation`),
        ),
  },
];

function scopeOf({ value }: Compared): string {
  if (/:project:[^:*?]+:/.test(value)) return "the project";
  return /:org:[^:*?]+:/.test(value) ? "the organisation" : "any organisation";
}

function seen(severity: Seen["severity"], at: string | undefined, text: string): Seen {
  return { severity, at, text };
}

function isPulumi(issuer: string): boolean {
  return issuer === pulumiIssuer;
}

function isWild(text: string): boolean {
  return /[*?]/.test(text);
}

function subjects(rule: Rule, of: (issuer: string) => boolean = () => true): readonly Compared[] {
  return compared(rule).filter(({ issuer, claim }) => claim === "sub" && of(issuer));
}

/** The statements for an issuer that compare a claim with nothing. */
function without(rule: Rule, of: (issuer: string) => boolean, claim: string): readonly string[] {
  const all = compared(rule);
  return openings(rule)
    .filter(({ issuers }) => issuers.some(of))
    .filter(({ at }) => !all.some((one) => one.at === at && one.claim === claim && of(one.issuer)))
    .map(({ at }) => at);
}

function isOrganisationWide({ wild, value: text }: Compared): boolean {
  return (wild && /^repo:[^/:*?]+\/\*/.test(text)) || /^repository_owner(?:_id)?:[^:*?]+$/.test(text);
}

/** Blanks at an end, another case, or a first part that is no claim. */
function neverIssued(text: string): boolean {
  const first = text.split(":")[0] ?? "";
  return text.trim() !== text || (!isSubjectClaim(first) && !/^[*?]/.test(text));
}

function otherForm(rule: Rule, { immutableSubjects }: FindingContext): readonly Seen[] {
  const forms = subjects(rule, isGitHub).flatMap((one) => {
    const subject = readSubject(one.value);
    return subject?.kind === "github" ? [{ ...one, ids: subject.repository.ids !== undefined }] : [];
  });
  if (immutableSubjects === undefined || forms.some(({ ids }) => ids === immutableSubjects)) return [];
  const says = immutableSubjects
    ? "has no ids, and the repository's tokens have"
    : "has ids, and the repository's tokens have none";
  return forms.map((one) => seen("warning", one.at, `\`${one.value}\` ${says}`));
}

function otherRepositories(rule: Rule, { repository }: FindingContext): readonly Seen[] {
  if (repository === undefined) return [];
  return subjects(rule, isGitHub).flatMap((one) => {
    const subject = readSubject(one.value);
    if (subject?.kind !== "github") return [];
    const { owner, name } = subject.repository;
    const same =
      owner.toLowerCase() === repository.owner.toLowerCase() && name.toLowerCase() === repository.name.toLowerCase();
    return same ? [] : [seen("warning", one.at, `\`${one.value}\` is another repository`)];
  });
}

function otherPrincipals(rule: Rule): readonly Seen[] {
  if (rule.kind !== "aws") return [];
  return rule.statements.flatMap((one, i): readonly Seen[] => {
    if (one.kind === "unread" || one.effect !== "Allow") return [];
    const at = one.sid ?? `statement ${i + 1}`;
    if (one.principal.kind !== "only") return [seen("warning", at, "trusts everybody, or everybody but some")];
    const others = one.principal.types.filter(({ type }) => type !== "Federated");
    return others.flatMap(({ type, values }) =>
      values.map((name) => seen("warning", at, `also trusts ${type} ${name}`)),
    );
  });
}
