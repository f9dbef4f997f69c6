import { byText, literal, type Event, type Trail } from "@gha2pulumi/repo";
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
  type Party,
  type Ran,
  type Runs,
} from "@gha2pulumi/trust";
import type { Intent } from "../intents.ts";
import { stackName } from "../runtime.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedTrust } from "./plan-document.ts";

const note =
  "The role must trust the issuer https://api.pulumi.com/oidc with the organisation as audience, for these subjects and no others.";

/** One entry per role that deployments will take: who has to be let in there, and who that is today. */
export function plannedTrust(outcome: Outcome, at: (trail: Trail) => string): readonly PlannedTrust[] {
  const roles = new Map<string, { readonly oidc: Oidc; readonly users: StackSettings[] }>();
  for (const settings of outcome.plan.settings) {
    for (const oidc of settings.oidc) {
      const key = `${oidc.kind} ${roleLabel(oidc)}`;
      const known = roles.get(key) ?? { oidc, users: [] };
      known.users.push(settings);
      roles.set(key, known);
    }
  }
  return [...roles.values()]
    .map(({ oidc, users }): PlannedTrust => ({
      cloud: oidc.kind,
      role: roleLabel(oidc),
      stacks: users.map(stackLabel),
      subjects: users.map((settings) => subjectOf(settings)),
      note,
      ...(oidc.kind === "aws" ? awsTrust(oidc, users, outcome, at) : { statement: null, table: null }),
    }))
    .sort((a, b) => byText(a.cloud, b.cloud) || byText(a.role, b.role));
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

function subjectOf({ organization, project, stack }: StackSettings): string {
  const owner = organization ? settingLabel(organization) : "<organization>";
  return deploymentSubject({ organization: owner, project, stack, operation: "*" });
}

/**
 * The statement an AWS role needs for these stacks, and the table of who gets in. The role's present policy is in no
 * file that is read yet, so what else it lets in stands as not known. Without an organisation there is no subject.
 */
function awsTrust(
  oidc: Extract<Oidc, { kind: "aws" }>,
  users: readonly StackSettings[],
  { plan, world }: Outcome,
  at: (trail: Trail) => string,
): Pick<PlannedTrust, "statement" | "table"> {
  const runs = users.map(runsOf);
  if (!runs.every((one) => one !== undefined)) return { statement: null, table: null };
  const arn = /^arn:([\w-]+):iam::(\d{12}):role\/(.+)$/.exec(settingText(oidc.roleARN) ?? "");
  const account = arn?.[2];
  const github = githubParties(
    plan.decisions
      .map(({ intent }) => intent)
      .filter((intent) => users.some((one) => stackLabel(one) === stackName(intent.occurrences[0]))),
    world.surroundings.get("repository"),
  );
  const stays = { kind: "unknown" } as const;
  const isNew = arn === null && oidc.roleARN.note.includes("access keys");
  const before = isNew ? ({ kind: "new" } as const) : ({ kind: "hidden" } as const);
  const change = changeAws({
    before,
    account,
    partition: arn?.[1] ?? "aws",
    home: undefined,
    runs,
    github,
    stays,
    subjects: "compact",
    quota: awsQuota.usual,
  });
  const rows = compare(change, [...(isNew ? [] : github), ...runs.map(deploymentParty)], stays, { account });
  const title = `IAM role ${arn?.[3] ?? roleLabel(oidc)}`;
  const heading = {
    title,
    place: `account ${account ?? "not known"}`,
    definedIn: `no file; used at ${at(oidc.roleARN.from)}`,
  };
  return {
    statement: printAws(change.adds),
    table: printTable(heading, rows, { refusals: [], lost: [], undo: undefined }),
  };
}

function runsOf({ organization, project, stack }: StackSettings): Runs | undefined {
  const owner = organization && settingText(organization);
  return owner === undefined ? undefined : { organization: owner, project, stack, operations: "any" };
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
