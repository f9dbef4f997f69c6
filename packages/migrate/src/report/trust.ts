import { byText, literal, type Event, type Trail, type Tree } from "@gha2pulumi/repo";
import { settingLabel, settingText, stackLabel, type Oidc, type StackSettings } from "@gha2pulumi/deployments";
import {
  awsQuota,
  changeAws,
  compare,
  deploymentParty,
  deploymentSubject,
  githubAudience,
  githubParty,
  printAws,
  printTable,
  type AwsChange,
  type AwsRule,
  type Before,
  type Party,
  type Ran,
  type RoleDefinition,
  type Runs,
} from "@gha2pulumi/trust";
import type { Intent } from "../intents.ts";
import { runtimeOf, stackName } from "../runtime.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedTrust } from "./plan-document.ts";
import { lineOf, plannedDefinition, plannedHole, rolePlace } from "./role-place.ts";

const note =
  "The role must trust the issuer https://api.pulumi.com/oidc with the organisation as audience, for these subjects and no others.";

/** One entry per role that deployments will take: who has to be let in there, and who that is today. */
export function plannedTrust(outcome: Outcome, at: (trail: Trail) => string): readonly PlannedTrust[] {
  const roles = new Map<string, { readonly oidc: Oidc; readonly users: StackSettings[] }>();
  for (const settings of outcome.plan.settings) {
    for (const oidc of [...settings.oidc, ...calledRoles(settings, outcome)]) {
      const key = `${oidc.kind} ${roleLabel(oidc)}`;
      const known = roles.get(key) ?? { oidc, users: [] };
      if (!known.users.includes(settings)) known.users.push(settings);
      roles.set(key, known);
    }
  }
  return [...roles.values()]
    .map(({ oidc, users }): PlannedTrust => ({
      cloud: oidc.kind,
      role: roleLabel(oidc),
      stacks: users.map(stackLabel),
      subjects: users.flatMap((settings) =>
        namesOf(settings).flatMap((one) => subjectsFor(one, operationsOf(settings, oidc, outcome))),
      ),
      note,
      ...(oidc.kind === "aws" ? awsTrust(oidc, users, outcome, at) : nothingTold),
    }))
    .sort((a, b) => byText(a.cloud, b.cloud) || byText(a.role, b.role));
}

/** Roles that calls of a stack ask for in place of that of its settings. */
function calledRoles(settings: StackSettings, { plan }: Outcome): readonly Oidc[] {
  return plan.calls
    .filter(({ own }) => own.awsRole !== undefined)
    .flatMap(({ intents }) => intents)
    .filter(({ occurrences: [one] }) => stackName(one) === stackLabel(settings))
    .flatMap(({ occurrences: [one] }) => runtimeOf(one).oidc);
}

function roleLabel(oidc: Oidc): string {
  switch (oidc.kind) {
    case "aws":
      return settingLabel(oidc.roleARN);
    case "gcp":
      return settingLabel(oidc.serviceAccount);
    case "azure":
      return settingLabel(oidc.clientId);
  }
}

/** A template, and the review stacks made from it, whose names begin so: as for GitLab, which alone is documented. */
function namesOf(settings: StackSettings): readonly StackSettings[] {
  return settings.pullRequestTemplate ? [settings, { ...settings, stack: "pr-*" }] : [settings];
}

function subjectsFor(
  { organization, project, stack }: StackSettings,
  operations: Runs["operations"],
): readonly string[] {
  const owner = organization ? settingLabel(organization) : "<organization>";
  const named = operations === "any" ? ["*"] : operations;
  return named.map((operation) => deploymentSubject({ organization: owner, project, stack, operation }));
}

/** Where calls ask for roles of their own, what is previewed as one role is not let into that of the updates. */
function operationsOf(settings: StackSettings, oidc: Oidc, outcome: Outcome): Runs["operations"] {
  if (calledRoles(settings, outcome).length === 0) return "any";
  const users = outcome.plan.decisions.filter(
    ({ disposition, intent: { occurrences } }) =>
      (disposition === "move" || disposition === "call") &&
      stackName(occurrences[0]) === stackLabel(settings) &&
      runtimeOf(occurrences[0]).oidc.some((one) => one.kind === oidc.kind && roleLabel(one) === roleLabel(oidc)),
  );
  return [...new Set(users.flatMap(({ intent }) => intent.occurrences[0].operates.operation ?? []))].sort(byText);
}

type Told = Pick<PlannedTrust, "statement" | "table" | "definition" | "hole">;

const nothingTold: Told = { statement: null, table: null, definition: null, hole: null };

/**
 * The statement an AWS role needs for these stacks, the table of who gets in, and where the role is written. What lets
 * others in stands as not known where its policy is in no file. Without an organisation there is no subject.
 */
function awsTrust(
  oidc: Extract<Oidc, { kind: "aws" }>,
  users: readonly StackSettings[],
  outcome: Outcome,
  at: (trail: Trail) => string,
): Told {
  const { definitions, world } = outcome;
  const arn = /^arn:([\w-]+):iam::(\d{12}):role\/(.+)$/.exec(settingText(oidc.roleARN) ?? "");
  const isNew = arn === null && oidc.roleARN.note.includes("access keys");
  const place = rolePlace(oidc.roleARN, definitions, world.surroundings, world.tree);
  const hole = isNew ? null : plannedHole(place, oidc.roleARN, world.tree);
  const runs = users.flatMap((settings) =>
    namesOf(settings).map((one) => runsOf(one, operationsOf(settings, oidc, outcome))),
  );
  if (!runs.every((one) => one !== undefined)) {
    const definition = isNew ? null : plannedDefinition(place, undefined, definitions, world.tree);
    return { ...nothingTold, definition, hole };
  }
  const github = githubOf(users, outcome);
  const stays = { kind: "unknown" } as const;
  const [, partition = "aws", account] = arn ?? [];
  const role = isNew ? undefined : place.role;
  const changeFrom = (before: Before<AwsRule>): AwsChange =>
    changeAws({
      before,
      account,
      partition,
      home: role?.home,
      runs,
      github,
      stays,
      subjects: "compact",
      quota: awsQuota.usual,
    });
  const known = place.told ?? (place.certain && role?.told === true ? role.policy : undefined);
  const change = changeFrom(isNew ? { kind: "new" } : (known ?? { kind: "hidden" }));
  const rows = compare(change, [...(isNew ? [] : github), ...runs.map(deploymentParty)], stays, { account });
  const heading = {
    title: `IAM role ${arn?.[3] ?? roleLabel(oidc)}`,
    place: `account ${account ?? "not known"}`,
    definedIn: definedIn(role, place.certain, world.tree, at(oidc.roleARN.from)),
  };
  return {
    statement: withHome(printAws(change.adds), role?.home, `arn:${partition}:iam::${account ?? "<ACCOUNT>"}`),
    table: printTable(heading, rows, { refusals: [], lost: [], undo: undefined }),
    definition: role ? plannedDefinition(place, changeFrom(role.policy), definitions, world.tree) : null,
    hole,
  };
}

/** The statement by itself, where the words of the role's file for its account mean nothing. */
function withHome(statement: string, own: string | undefined, literal: string): string {
  return own === undefined ? statement : statement.replaceAll(`"${own}:`, `"${literal}:`);
}

function definedIn(role: RoleDefinition | undefined, certain: boolean, tree: Tree, used: string): string {
  if (role === undefined) return `no file; used at ${used}`;
  return certain ? lineOf(role, tree) : `perhaps ${lineOf(role, tree)}; used at ${used}`;
}

/** Who takes the role from GitHub for these stacks. */
function githubOf(users: readonly StackSettings[], { plan, world }: Outcome): readonly Party[] {
  const intents = plan.decisions.map(({ intent }) => intent);
  const own = intents.filter((intent) => users.some((one) => stackLabel(one) === stackName(intent.occurrences[0])));
  return githubParties(own, world.surroundings.get("repository"));
}

function runsOf({ organization, project, stack }: StackSettings, operations: Runs["operations"]): Runs | undefined {
  const owner = organization && settingText(organization);
  return owner === undefined ? undefined : { organization: owner, project, stack, operations };
}

/** Who took the role from GitHub: the branches, pull requests and environments its operations ran for. */
function githubParties(intents: readonly Intent[], repository: string | undefined): readonly Party[] {
  const [owner, name] = (repository ?? "").split("/");
  if (!owner || !name) return [];
  const ran = new Map<string, Ran>();
  for (const { event, site } of intents.flatMap((intent) => intent.occurrences)) {
    const environment = site.jobPlay.environment && literal(site.jobPlay.environment.text);
    const one = environment ? ({ kind: "environment", name: environment } as const) : ranOf(event);
    if (one) ran.set(JSON.stringify(one), one);
  }
  return [...ran.values()].map((one) => githubParty({ owner, name, ids: undefined }, one, githubAudience("aws")));
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
