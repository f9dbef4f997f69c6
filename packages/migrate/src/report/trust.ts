import { byText, innermost, literal, unifiedDiff, type Event, type Trail, type Tree } from "@gha2pulumi/repo";
import { settingLabel, settingText, stackLabel, type Oidc, type StackSettings } from "@gha2pulumi/deployments";
import {
  awsQuota,
  changeAws,
  compare,
  deploymentParty,
  describeSubject,
  findings,
  githubAudience,
  githubParty,
  printAws,
  printTable,
  readAwsText,
  seenInMove,
  subjectsOf,
  undoOf,
  type AwsChange,
  type AwsMove,
  type AwsRule,
  type Before,
  type Comparison,
  type Finding,
  type FindingContext,
  type Party,
  type Ran,
  type Repository,
  type RoleDefinition,
  type Runs,
} from "@gha2pulumi/trust";
import type { Question } from "../questions.ts";
import { stackName } from "../runtime.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedTrust } from "./plan-document.ts";
import { permissionsNote } from "./kept-roles.ts";
import { guardOf, guardQuestion, operationsOf, previewsApart, type TakenRole } from "./previews-apart.ts";
import { lineOf, plannedDefinition, plannedHole, rolePlace, type RolePlace } from "./role-place.ts";
import { contextOf, repositoryOf } from "./trust-context.ts";
import { calledRoles, namesOf, roleLabel, runsOf } from "./role-runs.ts";
import { nothingTold, reachOf, type Told } from "./role-told.ts";
import { staysOf } from "./role-users.ts";
import { otherTrust } from "./trust-other.ts";

const note =
  "The role must trust the issuer https://api.pulumi.com/oidc with the organisation as audience, for these subjects and no others.";

/** A role that deployments will take: who has to be let in there, and who that is today. */
export interface RoleTrust extends Pick<Told, "move" | "asked" | "files" | "seen"> {
  readonly planned: PlannedTrust;
  readonly questions: readonly Question[];
}

/** One entry per role that deployments will take. */
export function roleTrusts(outcome: Outcome, at: (trail: Trail) => string): readonly RoleTrust[] {
  const roles = new Map<string, TakenRole & { readonly users: StackSettings[] }>();
  for (const settings of outcome.plan.settings) {
    for (const oidc of [...settings.oidc, ...calledRoles(settings, outcome)]) {
      const key = `${oidc.kind} ${roleLabel(oidc)}`;
      const known = roles.get(key) ?? { oidc, users: [] };
      if (!known.users.includes(settings)) known.users.push(settings);
      roles.set(key, known);
    }
  }
  return [...roles.values()]
    .map((role): RoleTrust => {
      const { oidc, users } = role;
      const { move, asked, files, seen, ...told } =
        oidc.kind === "aws" ? awsTrust({ oidc, users }, outcome, at) : otherTold({ oidc, users }, outcome, at);
      const planned = {
        cloud: oidc.kind,
        role: roleLabel(oidc),
        stacks: users.map(stackLabel),
        subjects: users.flatMap((settings) =>
          namesOf(settings).flatMap((one) => subjectsFor(one, operationsOf(settings, role, outcome), oidc.kind)),
        ),
        note: isNewRole(oidc) ? `${note} ${permissionsNote(oidc.kind)}` : note,
        ...told,
      };
      return { planned, move, asked, files, seen, questions: guardQuestion(role, outcome) };
    })
    .sort((a, b) => byText(a.planned.cloud, b.planned.cloud) || byText(a.planned.role, b.planned.role));
}

/** It takes the place of keys: in AWS a role that does not exist yet, elsewhere an account that gets another login. */
function isNewRole(oidc: Oidc): boolean {
  const { note: why } = oidc.kind === "aws" ? oidc.roleARN : oidc.kind === "gcp" ? oidc.serviceAccount : oidc.clientId;
  return why.includes("takes the place of");
}

function subjectsFor(
  { organization, project, stack }: StackSettings,
  operations: Runs["operations"],
  cloud: Oidc["kind"],
): readonly string[] {
  const owner = organization ? settingLabel(organization) : "<organization>";
  // Azure compares subjects sign by sign, so that a `*` lets nobody in.
  return subjectsOf({ organization: owner, project, stack, operations }, cloud === "azure");
}

/** The same of GCP and Azure; without an organisation there is no subject. */
function otherTold(
  role: TakenRole & { readonly oidc: Exclude<Oidc, { kind: "aws" }> },
  outcome: Outcome,
  at: (trail: Trail) => string,
): Told {
  const { oidc, users } = role;
  const runs = users.flatMap((settings) =>
    namesOf(settings).map((one) => runsOf(one, operationsOf(settings, role, outcome))),
  );
  if (!runs.every((one) => one !== undefined)) return nothingTold;
  const previews = previewsApart(role, outcome);
  return otherTrust({ oidc, runs, ran: ranFor(users, outcome), isNew: isNewRole(oidc), previews }, outcome, at);
}

/**
 * The statement an AWS role needs for these stacks, the table of who gets in, and where the role is written. What lets
 * others in stands as not known where its policy is in no file. Without an organisation there is no subject.
 */
function awsTrust(
  taken: TakenRole & { readonly oidc: Extract<Oidc, { kind: "aws" }> },
  outcome: Outcome,
  at: (trail: Trail) => string,
): Told {
  const { oidc, users } = taken;
  const { definitions, world } = outcome;
  const arn = /^arn:([\w-]+):iam::(\d{12}):role\/(.+)$/.exec(settingText(oidc.roleARN) ?? "");
  const isNew = arn === null && isNewRole(oidc);
  const place = rolePlace(oidc.roleARN, definitions, world.surroundings, world.tree);
  const hole = isNew ? null : plannedHole(place, oidc.roleARN, world.tree);
  const runs = users.flatMap((settings) =>
    namesOf(settings).map((one) => runsOf(one, operationsOf(settings, taken, outcome))),
  );
  if (!runs.every((one) => one !== undefined)) {
    const definition = isNew ? null : plannedDefinition(place, undefined, definitions, world.tree);
    return { ...nothingTold, definition, hole };
  }
  const ran = ranFor(users, outcome);
  const github = githubParties(ran, repositoryOf(world.surroundings));
  const [, partition = "aws", account] = arn ?? [];
  const role = isNew ? undefined : place.role;
  const known = place.told ?? (place.certain && role?.told === true ? role.policy : undefined);
  const stays = isNew ? ({ kind: "nobody" } as const) : staysOf(oidc.roleARN, known, outcome);
  const changeFrom = (before: Before<AwsRule>, home: string | undefined): AwsChange =>
    changeAws({ before, account, partition, home, runs, github, stays, subjects: "compact", quota: awsQuota.usual });
  const before = isNew ? ({ kind: "new" } as const) : (known ?? ({ kind: "hidden" } as const));
  const name = arn?.[3]?.split("/").at(-1);
  const change = changeFrom(before, role?.home);
  const comparison = compare(change, [...(isNew ? [] : github), ...runs.map(deploymentParty)], stays, { account });
  const certain = place.certain ? role : undefined;
  const previews = previewsApart(taken, outcome);
  const context = { ...contextOf({ oidc, users, role: certain, isNew, account, name }, outcome), previews };
  const move: AwsMove = {
    account,
    partition,
    name,
    label: place.key.replace(/^trust-policy\./, ""),
    change: role?.home === undefined ? change : changeFrom(inAccount(before, role.home, partition, account), undefined),
    comparison,
    quota: awsQuota.usual,
    made: isNew ? { session: context.duration?.asked, keys: context.activeKeys } : undefined,
    guard: guardOf(taken, outcome),
    patches: patchesOf(place, known, change, outcome),
  };
  const undo = undoOf(move);
  const heading = {
    title: `IAM role ${arn?.[3] ?? roleLabel(oidc)}`,
    place: `account ${account ?? "not known"}`,
    definedIn: definedIn(role, place.certain, world.tree, at(oidc.roleARN.from)),
  };
  const lost = lostIn(before, comparison, ran, github);
  const footer = {
    refusals: [],
    lost,
    undo: undo && `iam/${undo}, by gha2pulumi iam --out iam`,
  };
  return {
    statement: withHome(printAws(change.adds), role?.home, `arn:${partition}:iam::${account ?? "<ACCOUNT>"}`),
    table: printTable(heading, comparison, footer),
    reach: reachOf(comparison, lost, previews),
    definition: role ? plannedDefinition(place, changeFrom(role.policy, role.home), definitions, world.tree) : null,
    hole,
    move,
    asked: move,
    files: new Map(),
    seen: seenIn(change, { ...context, place: { account }, runs, stays, lost, quota: awsQuota.usual }).map((one) => ({
      ...one,
      span: place.certain && role !== undefined ? role.place : innermost(oidc.roleARN.from),
    })),
  };
}

/** Of the rule as it is, and what only the transition shows; of a rule that nobody knows, what its move alone shows. */
function seenIn({ before, transition, adds }: AwsChange, context: FindingContext): readonly Finding[] {
  const { stays } = context;
  const told = before.kind === "hidden" && stays.kind === "unknown" ? ({ kind: "nobody" } as const) : stays;
  if (before.kind !== "aws") return seenInMove(adds, { ...context, stays: told, phase: "transition" });
  const now = findings(before, { ...context, phase: "before" });
  const then = transition.kind === "rule" ? findings(transition.rule, { ...context, phase: "transition" }) : [];
  const known = new Set(now.map(({ code, text }) => `${code} ${text}`));
  return [...now, ...then.filter(({ code, text }) => !known.has(`${code} ${text}`))];
}

/** Restrictions of GitHub's side that were real for this role, and that nothing in the cloud takes over. */
function lostIn(
  before: Before<AwsRule>,
  { rows }: Comparison,
  ran: readonly Ran[],
  github: readonly Party[],
): readonly string[] {
  const others = rows.find(({ from, who }) => from === "GitHub" && who.startsWith("every other"));
  if (before.kind !== "aws" || others?.before.kind !== "none") return [];
  return ran.flatMap((one, i) => {
    const who = (github[i]?.subjects ?? []).map(describeSubject).join(", ");
    if (rows.some((row) => row.who === who && row.before.kind === "none")) return [];
    if (one.kind === "branch") return [`branch restriction "${one.name}" now lives in the deployment settings`];
    if (one.kind === "environment")
      return [`reviewers and timers of the environment "${one.name}" guard no deployment`];
    return [];
  });
}

/** A policy as the account has it, where its file leaves the account to the engine: what a live one is compared with. */
function inAccount(
  before: Before<AwsRule>,
  home: string,
  partition: string,
  account: string | undefined,
): Before<AwsRule> {
  if (before.kind !== "aws" || account === undefined) return before;
  const read = readAwsText(printAws(before).replaceAll(`"${home}:`, `"arn:${partition}:iam::${account}:`));
  return read.kind === "aws" ? read : before;
}

/** Both steps in the file that defines the role, as diffs that follow one another. */
function patchesOf(
  { role, certain }: RolePlace,
  known: AwsRule | undefined,
  { transition, final }: AwsChange,
  { definitions, world }: Outcome,
): AwsMove["patches"] {
  if (role === undefined || !certain || known !== role.policy || transition.kind === "blocked")
    return { transition: undefined, final: undefined };
  const { path } = role.document;
  const rules = [transition.rule, ...(final.rule === undefined ? [] : [final.rule])];
  const [first, second] = definitions.steps(role, rules);
  const diff = (before: string | undefined, after: string | undefined): string | undefined =>
    after === undefined || before === after ? undefined : unifiedDiff(before, after, path);
  return { transition: diff(world.tree.get(path), first), final: diff(first, second) };
}

/** The statement by itself, where the words of the role's file for its account mean nothing. */
function withHome(statement: string, own: string | undefined, literal: string): string {
  return own === undefined ? statement : statement.replaceAll(`"${own}:`, `"${literal}:`);
}

function definedIn(role: RoleDefinition | undefined, certain: boolean, tree: Tree, used: string): string {
  if (role === undefined) return `no file; used at ${used}`;
  return certain ? lineOf(role, tree) : `perhaps ${lineOf(role, tree)}; used at ${used}`;
}

/** What ran in GitHub for these stacks: the branches, pull requests and environments of their operations. */
function ranFor(users: readonly StackSettings[], { plan }: Outcome): readonly Ran[] {
  const intents = plan.decisions.map(({ intent }) => intent);
  const own = intents.filter((intent) => users.some((one) => stackLabel(one) === stackName(intent.occurrences[0])));
  const ran = new Map<string, Ran>();
  for (const { event, site } of own.flatMap((intent) => intent.occurrences)) {
    const environment = site.jobPlay.environment && literal(site.jobPlay.environment.text);
    const one = environment ? ({ kind: "environment", name: environment } as const) : ranOf(event);
    if (one) ran.set(JSON.stringify(one), one);
  }
  return [...ran.values()];
}

/** Who took the role from GitHub, as far as the repository's own name is known. */
function githubParties(ran: readonly Ran[], repository: Repository | undefined): readonly Party[] {
  return repository === undefined ? [] : ran.map((one) => githubParty(repository, one, githubAudience("aws")));
}

/** What GitHub writes into the subject of a token for an event: the ref, or that it is a pull request. */
function ranOf(event: Event): Ran | undefined {
  switch (event.kind) {
    case "push":
      return /^[\w./-]+$/.test(event.branch) ? { kind: "branch", name: event.branch } : undefined;
    case "pull_request":
      return { kind: "pull-request" };
    default:
      return undefined;
  }
}
