import { byText } from "@gha2pulumi/repo";
import {
  addedBeyond,
  blocked,
  phase,
  unlessWaiting,
  waitsFor,
  type Before,
  type Phase,
  type Stays,
  type TrustChange,
} from "../change.ts";
import { deploymentAudience, githubIssuer, isGitHub, issuerKey, printToken, pulumiIssuer } from "../claims.ts";
import { find, type Found } from "../find.ts";
import { all, not, test } from "../formula.ts";
import { like } from "../glob.ts";
import { gained, shortOf } from "../inclusion.ts";
import { deploymentParty, nameFaults, subjectsOf, type Party, type Runs } from "../party.ts";
import type { AwsCondition, AwsReadStatement, AwsRule, AwsStatement } from "../rule.ts";
import { isOnlyWild } from "./aws-formula.ts";
import { awsQuota, awsRefusals, unknownAccount, withoutSubject } from "./aws-refusals.ts";
import { awsSize, federated, issuersOf, keyParts, providerOf, readStatements } from "./aws.ts";

/** What the planner knows of one role. */
export interface AwsPlan {
  readonly before: Before<AwsRule>;
  /** The role's account, where an ARN or a person tells it. */
  readonly account: string | undefined;
  readonly partition: string;
  /** How ARNs of that account begin in the file that defines the role, where it has a way to say so. */
  readonly home: string | undefined;
  /** The stacks whose deployments take the role. */
  readonly runs: readonly Runs[];
  /** Who took it from GitHub: fills in a `sub` where an old statement has none. */
  readonly github: readonly Party[];
  readonly stays: Stays;
  /** One pattern a stack, which covers drift runs whatever they are called, or one subject an operation. */
  readonly subjects: "compact" | "closed";
  readonly quota: number;
}

/** A role's change, with what AWS needs besides the rules. `adds` has no statement where nothing has to be written. */
export interface AwsChange extends TrustChange<AwsRule> {
  /** The old rule with a `sub` in each GitHub statement that had none: IAM refuses any write without it. */
  readonly repaired: AwsRule | undefined;
  /** Where something stays: the final rule with GitHub's statements cut down to what stays. */
  readonly narrowed: AwsRule | undefined;
  /** Client ids that the account's one provider for Pulumi's issuer must list. Never a second provider. */
  readonly audiences: readonly string[];
}

/** The Sid of our statement: the final step and later runs look for it. */
export const pulumiSid = "PulumiDeployments";

/** The change of one role from GitHub to Pulumi. It says what it cannot do, and adds nobody who is not meant. */
export function changeAws(plan: AwsPlan): AwsChange {
  const meant = plan.runs.map(deploymentParty);
  const old = plan.before.kind === "aws" ? plan.before : empty;
  const done = meant.length > 0 && shortOf(old, meant, { account: plan.account }).kind === "none";
  const repaired = done ? undefined : repair(old, plan.github);
  const built = done ? { rule: old, added: [], form: plan.subjects } : transitionOf(plan, repaired ?? old);
  const transition = checked(built, plan);
  return {
    before: plan.before,
    adds: { ...empty, statements: built.added },
    transition,
    final: finalOf(transition, plan),
    beyond: addedBeyond(plan.before, built.rule, meant, { account: plan.account }),
    notes: notesOf(plan, built),
    repaired,
    narrowed: narrowedTo(built.rule, plan),
    audiences: [...new Set(meant.map(({ audience }) => audience))].sort(byText),
  };
}

const empty: AwsRule = { kind: "aws", version: "2012-10-17", id: undefined, statements: [] };

interface Built {
  readonly rule: AwsRule;
  readonly added: readonly AwsReadStatement[];
  readonly form: AwsPlan["subjects"];
}

/** Closed lists are given up for patterns when they do not fit. */
function transitionOf(plan: AwsPlan, old: AwsRule): Built {
  const built = withPulumi(old, plan, plan.subjects);
  return plan.subjects === "closed" && awsSize(built.rule) > plan.quota ? withPulumi(old, plan, "compact") : built;
}

/** One statement for each audience: in one for two, the audience of one would go with the stacks of the other. */
function withPulumi(old: AwsRule, plan: AwsPlan, form: AwsPlan["subjects"]): Built {
  const audiences = [...new Set(plan.runs.map(({ organization }) => deploymentAudience(organization)))].sort(byText);
  const sids = new Set(old.statements.flatMap(({ sid }) => sid ?? []));
  const added = audiences.map((audience) => {
    const runs = plan.runs.filter(({ organization }) => deploymentAudience(organization) === audience);
    const before = old.statements.map(ownStatement).find((one) => one?.audience === audience);
    const sid = before?.sid ?? freeSid(audiences.length > 1 || sids.has(pulumiSid) ? audience : "", sids);
    sids.add(sid);
    const subjects = runs.flatMap((one) => subjectsOf(one, form === "closed"));
    return statementOf(
      sid,
      audience,
      withoutCovered([...(before?.subjects ?? []), ...subjects]),
      providerArn(old, plan),
    );
  });
  return { rule: { ...old, statements: added.reduce(placed, old.statements) }, added, form };
}

/** `PulumiDeployments`; with the organisation behind it where one role serves several. */
function freeSid(audience: string, taken: ReadonlySet<string>): string {
  const wanted = pulumiSid + audience.replace(/[^A-Za-z0-9]+/g, "").replace(/^./, (c) => c.toUpperCase());
  for (let i = 1; ; i += 1) {
    const sid = i === 1 ? wanted : `${wanted}${i}`;
    if (!taken.has(sid)) return sid;
  }
}

function statementOf(sid: string, audience: string, subjects: readonly string[], arn: string): AwsReadStatement {
  const operator = subjects.some((one) => one.includes("*")) ? "StringLike" : "StringEquals";
  return {
    kind: "read",
    sid,
    effect: "Allow",
    principal: { kind: "only", types: [{ type: "Federated", values: [arn] }] },
    action: { kind: "only", values: ["sts:AssumeRoleWithWebIdentity"] },
    conditions: [
      { operator: "StringEquals", key: `${pulumiIssuer}:aud`, values: [audience] },
      { operator, key: `${pulumiIssuer}:sub`, values: subjects },
    ],
  };
}

/** What a statement of an earlier run says: our Sid, Pulumi alone, one audience, plain comparisons, nothing else. */
interface OwnStatement {
  readonly sid: string;
  readonly audience: string;
  readonly subjects: readonly string[];
}

function ownStatement(statement: AwsStatement): OwnStatement | undefined {
  const { sid } = statement;
  if (statement.kind === "unread" || statement.effect !== "Allow" || !sid?.startsWith(pulumiSid)) return undefined;
  const issuers = federated(statement).map((value) => providerOf(value)?.issuer);
  if (issuers.length === 0 || issuers.some((issuer) => issuer !== pulumiIssuer)) return undefined;
  const parts = statement.conditions.map((one) => ({ ...one, ...keyParts(one.key) }));
  const aud = parts.find(({ claim, operator }) => claim === "aud" && operator === "StringEquals");
  const sub = parts.find(({ claim, operator }) => claim === "sub" && /^String(?:Equals|Like)$/.test(operator));
  const [audience, ...others] = aud?.values ?? [];
  if (parts.length !== 2 || parts.some(({ issuer }) => issuer !== pulumiIssuer)) return undefined;
  if (audience === undefined || others.length > 0 || sub === undefined) return undefined;
  // Under StringEquals a wildcard is a character: such a subject matches no token, and must not begin to.
  const subjects = sub.operator === "StringEquals" ? sub.values.filter((one) => !/[*?]/.test(one)) : sub.values;
  return { sid, audience, subjects };
}

/** Subjects in order, without those that another one admits as well. */
function withoutCovered(subjects: readonly string[]): readonly string[] {
  const each = [...new Set(subjects)].sort(byText);
  const of = (subject: string): ReturnType<typeof test> => test(pulumiIssuer, "sub", [like(subject)]);
  const covers = (a: string, b: string): boolean =>
    a !== b &&
    a.includes("*") &&
    b.startsWith(a.slice(0, a.indexOf("*"))) &&
    find(all([of(b), not(of(a))])).kind === "none";
  return each.filter((one) => !each.some((other) => covers(other, one)));
}

/** In the account and partition of a GitHub provider that the policy names already, else of its file, else of the plan. */
function providerArn(old: AwsRule, { account, partition, home }: AwsPlan): string {
  const known = old.statements.flatMap(federated).find((value) => isGitHub(providerOf(value)?.issuer ?? ""));
  const prefix = known?.slice(0, known.indexOf(":oidc-provider/"));
  return `${prefix ?? home ?? `arn:${partition}:iam::${account ?? unknownAccount}`}:oidc-provider/${pulumiIssuer}`;
}

/** In place of the statement with our Sid, or behind the last one of GitHub's, or at the end. */
function placed(statements: readonly AwsStatement[], statement: AwsReadStatement): readonly AwsStatement[] {
  const own = statements.findIndex(({ sid }) => sid === statement.sid);
  if (own >= 0) return statements.with(own, statement);
  const last = statements.findLastIndex((one) =>
    issuersOf(one).some((issuer) => isGitHub(issuer) || issuer === pulumiIssuer),
  );
  return statements.toSpliced(last < 0 ? statements.length : last + 1, 0, statement);
}

/** The transition, unless a name is none, the policy is hidden, IAM would refuse it, or it would not do. */
function checked(built: Built, plan: AwsPlan): Phase<AwsRule> {
  const { before, runs, quota } = plan;
  if (runs.length === 0) return blocked("no stack is to take the role");
  const faults = nameFaults(runs, true);
  if (faults.length > 0) return blocked(...faults);
  if (before.kind === "hidden") return blocked("the trust policy is not known: the statement has to be added to it");
  // What is already in place is not written again.
  const refusals = built.rule === before ? [] : awsRefusals(built.rule, quota).filter(({ sure }) => sure);
  if (refusals.length > 0) return blocked(...refusals.map(({ because }) => because));
  const left = leftOut(built, plan);
  return left.kind === "token" ? blocked(`${printToken(left.token)} would not get in`) : phase(built.rule);
}

/** A token of the stacks that the rule would still refuse: for a Deny, or for a provider of another account. */
function leftOut({ rule, form }: Built, { runs, account }: AwsPlan): Found {
  const parties = runs.map((run) => ({ ...deploymentParty(run), subjects: subjectsOf(run, form === "closed") }));
  return shortOf(rule, parties, { account });
}

/** Only for GitHub's own issuer, where IAM asks for a `sub`; not when nobody can say whom the statement was for. */
function repair(rule: AwsRule, github: readonly Party[]): AwsRule | undefined {
  const broken = withoutSubject(rule);
  const subjects = github.filter(({ issuer }) => issuerKey(issuer) === githubIssuer).flatMap((party) => party.subjects);
  if (broken.length === 0 || subjects.length === 0) return undefined;
  const statements = rule.statements.map((one, i) =>
    one.kind === "read" && broken.includes(i) ? repairedStatement(one, subjectCondition(subjects)) : one,
  );
  return { ...rule, statements };
}

/** A pattern of wildcards alone gives way; beside another comparison under the same operator there is no room for ours. */
function repairedStatement(statement: AwsReadStatement, condition: AwsCondition): AwsReadStatement {
  const rest = withoutWildSubjects(statement.conditions);
  const taken = rest.some(({ key, operator }) => operator === condition.operator && keyParts(key).claim === "sub");
  return taken ? statement : { ...statement, conditions: [...rest, condition] };
}

function subjectCondition(subjects: readonly string[]): AwsCondition {
  const values = [...new Set(subjects)].sort(byText);
  const operator = values.some((one) => one.includes("*")) ? "StringLike" : "StringEquals";
  return { operator, key: `${githubIssuer}:sub`, values };
}

function withoutWildSubjects(conditions: readonly AwsCondition[]): readonly AwsCondition[] {
  return conditions.filter(({ key, operator, values }) => {
    const { issuer, claim } = keyParts(key);
    return !(issuer === githubIssuer && claim === "sub" && operator === "StringLike" && values.some(isOnlyWild));
  });
}

function finalOf(transition: Phase<AwsRule>, { before, stays }: AwsPlan): Phase<AwsRule> {
  if (transition.kind === "blocked") return blocked("the step before is blocked");
  const odd = unreadGitHub(transition.rule);
  if (odd.length > 0) return blocked(...odd);
  const rule = withoutGitHub(transition.rule);
  const refusals = awsRefusals(rule, Number.POSITIVE_INFINITY).filter(({ sure }) => sure);
  if (refusals.length > 0) return blocked(...refusals.map((one) => one.because));
  return unlessWaiting(before.kind === "new" ? [] : waitsFor(stays), rule);
}

function unreadGitHub(rule: AwsRule): readonly string[] {
  const odd = rule.statements.filter(
    (one) => one.kind === "unread" && JSON.stringify(one.json).toLowerCase().includes("token.actions."),
  );
  return odd.map((one) => `a statement for GitHub is not read: ${one.kind === "unread" ? one.because : ""}`);
}

/** The rule without what lets GitHub in; a statement for others as well keeps them. Denies stay: they let nobody in. */
function withoutGitHub(rule: AwsRule): AwsRule {
  return { ...rule, statements: rule.statements.flatMap(withoutGitHubPrincipals) };
}

function withoutGitHubPrincipals(statement: AwsStatement): readonly AwsStatement[] {
  if (statement.kind === "unread" || statement.effect === "Deny" || statement.principal.kind !== "only")
    return [statement];
  const types = statement.principal.types.map((one) =>
    one.type === "Federated"
      ? { ...one, values: one.values.filter((value) => !isGitHub(providerOf(value)?.issuer ?? value)) }
      : one,
  );
  const left = types.filter(({ values }) => values.length > 0);
  return left.length === 0 ? [] : [{ ...statement, principal: { kind: "only", types: left } }];
}

/** Each GitHub statement with the subjects of what stays in place of its own; only where that takes from it. */
function narrowedTo(rule: AwsRule, { stays, account }: AwsPlan): AwsRule | undefined {
  if (stays.kind !== "somebody" || stays.parties.length === 0) return undefined;
  if (shortOf(rule, stays.parties, { account }).kind !== "none") return undefined;
  const condition = subjectCondition(stays.parties.flatMap(({ subjects }) => subjects));
  const isSubject = ({ key }: AwsCondition): boolean => keyParts(key).claim === "sub";
  const statements = rule.statements.map((one) =>
    one.kind === "read" && one.effect === "Allow" && issuersOf(one).some((issuer) => issuerKey(issuer) === githubIssuer)
      ? { ...one, conditions: [...one.conditions.filter((own) => !isSubject(own)), condition] }
      : one,
  );
  const narrowed = { ...rule, statements };
  return gained(rule, narrowed, { account }).kind === "none" ? narrowed : undefined;
}

function notesOf(plan: AwsPlan, { rule, form }: Built): readonly string[] {
  const size = awsSize(rule);
  const broken = plan.before.kind === "aws" && rule !== plan.before ? withoutSubject(plan.before) : [];
  return [
    ...(form === plan.subjects ? [] : ["one pattern a stack, because one subject an operation does not fit"]),
    ...(size > awsQuota.usual ? [`${size} characters: needs the quota raised above ${awsQuota.usual}`] : []),
    ...broken.map((i) => `statement ${i + 1} has no \`sub\`: IAM refuses any new version of the policy without one`),
    ...(readStatements(rule).length < rule.statements.length ? ["a statement is not read, and stays as it is"] : []),
    ...doubts(leftOut({ rule, form, added: [] }, plan)),
  ];
}

function doubts(left: Found): readonly string[] {
  return left.kind === "unknown" ? [`whether the stacks get in is not sure: ${left.because.join("; ")}`] : [];
}
