import { innermost, type Trail } from "@gha2pulumi/repo";
import { settingLabel, settingText, type Oidc } from "@gha2pulumi/deployments";
import {
  changeAzure,
  changeGcp,
  compare,
  deploymentParty,
  findings,
  githubAudience,
  githubParty,
  issuerKind,
  nothingKnown,
  otherFiles,
  printAzure,
  printGcp,
  printTable,
  readAzure,
  readGcp,
  seenInMove,
  undoOfOther,
  type AzureRule,
  type Before,
  type FindingContext,
  type GcpRule,
  type Json,
  type OtherMove,
  type Ran,
  type Rule,
  type Runs,
  type Stays,
} from "@gha2pulumi/trust";
import { shellWord } from "../shell-word.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedHole } from "./plan-document.ts";
import { reachOf, type Told } from "./role-told.ts";
import { notRead, staysBeside } from "./role-users.ts";
import { repositoryOf } from "./trust-context.ts";

type OtherOidc = Exclude<Oidc, { kind: "aws" }>;

/** What is asked of one identity of GCP or Azure. */
export interface OtherRole {
  readonly oidc: OtherOidc;
  readonly runs: readonly Runs[];
  readonly ran: readonly Ran[];
  /** It takes the place of a key: GitHub had no trust there. */
  readonly isNew: boolean;
  /** Previews had another identity. */
  readonly previews: FindingContext["previews"];
}

/** The table, the documents and the scripts of a service account or an application. */
export function otherTrust(role: OtherRole, outcome: Outcome, at: (trail: Trail) => string): Told {
  const { surroundings } = outcome.world;
  const { oidc, runs, ran, isNew, previews } = role;
  const named = oidc.kind === "gcp" ? oidc.serviceAccount : oidc.clientId;
  const label = settingText(named) ?? settingLabel(named);
  const key = `trust-policy.${label.replace(/[^\w.@/-]+/g, "-").replace(/^-+|-+$/g, "")}`;
  const answer = surroundings.get(key);
  const told = answer === undefined ? undefined : toldRule(oidc.kind, answer);
  const rule = told?.kind === "unread" ? undefined : told;
  const stays = isNew
    ? ({ kind: "nobody" } as const)
    : staysBeside({ cloud: oidc.kind, named }, othersIn(rule, surroundings), outcome);
  const asked = { ...role, stays };
  const move = oidc.kind === "gcp" ? gcpMove(oidc, asked, rule, outcome) : azureMove(oidc, asked, rule, outcome);
  const { change, comparison } = move;
  const undo = undoOfOther(move, label);
  const heading = {
    title: oidc.kind === "gcp" ? `Service account ${label}` : `Azure client ${label}`,
    place: oidc.kind === "gcp" ? `project ${settingLabel(oidc.projectId)}` : `tenant ${settingLabel(oidc.tenantId)}`,
    definedIn: `no file; used at ${at(named.from)}`,
  };
  const lost = change.before.kind === "hidden" || change.before.kind === "new" ? [] : ran.flatMap(lostOf);
  const context = { ...nothingKnown, runs, stays, lost, previews, repository: repositoryOf(surroundings) };
  const before: Rule | undefined =
    change.before.kind === "hidden" || change.before.kind === "new" ? undefined : change.before;
  const seen = [
    ...(before === undefined ? [] : findings(before, { ...context, phase: "before" })),
    ...(before === undefined
      ? seenInMove(change.adds, { ...context, phase: "transition", stays: { kind: "nobody" } })
      : []),
    ...limits(move, context.runs),
  ];
  return {
    statement: change.adds.kind === "gcp" ? printGcp(change.adds) : printAzure(change.adds),
    table: printTable(heading, comparison, {
      refusals: [],
      lost,
      undo: undo && `iam/${undo}, by gha2pulumi iam --out iam`,
    }),
    reach: reachOf(comparison, lost, previews),
    definition: null,
    hole:
      rule === undefined && !isNew
        ? holeFor(oidc, key, label, told?.kind === "unread" ? told.because : undefined)
        : null,
    move: undefined,
    asked: { change, account: undefined },
    files: otherFiles(move, label),
    seen: seen.map((one) => ({ ...one, span: innermost(named.from) })),
  };
}

/** What stands in the way of the transition, where that is of the cloud's own limits: W24 and W25 of what is planned. */
function limits({ change }: OtherMove, runs: readonly Runs[]): ReturnType<typeof findings> {
  const { before, adds, transition } = change;
  if (transition.kind === "rule") return [];
  const rule =
    adds.kind === "azure" && before.kind === "azure"
      ? { ...adds, credentials: [...before.credentials, ...adds.credentials] }
      : adds;
  return findings(rule, { ...nothingKnown, runs, phase: "transition" }).filter(({ code }) => /^GP42[45]$/.test(code));
}

/** Whom a rule lets in from GitHub besides this repository, in words; where that is not told, that it is not. */
function othersIn(rule: GcpRule | AzureRule | undefined, surroundings: ReadonlyMap<string, string>): readonly string[] {
  const repository = repositoryOf(surroundings);
  if (rule === undefined) return [notRead];
  if (repository === undefined) return ["the repository's own name is not known: answer `repository`"];
  const own = `${repository.owner}/${repository.name}`.toLowerCase();
  if (rule.kind === "gcp") {
    // A member names a repository, or a subject of one; any other attribute may be anybody's.
    return rule.members
      .filter((one) => /^principal(?:Set)?:/.test(one) && !one.includes("/attribute.stack_ref/"))
      .filter((one) => {
        const name = /\/attribute\.repository\/(.+)$|\/subject\/repo:([^:]+):/.exec(one);
        return (name?.[1] ?? name?.[2])?.toLowerCase() !== own;
      })
      .map((one) => `${one} may be another repository's`);
  }
  return rule.credentials
    .filter(({ issuer }) => issuerKind(issuer)?.startsWith("github") === true)
    .filter(({ matching }) => matching.kind !== "subject" || !matching.subject.toLowerCase().startsWith(`repo:${own}:`))
    .map(({ name }) => `the credential ${name} may be another repository's`);
}

function lostOf(one: Ran): readonly string[] {
  if (one.kind === "branch") return [`branch restriction "${one.name}" now lives in the deployment settings`];
  return one.kind === "environment"
    ? [`reviewers and timers of the environment "${one.name}" guard no deployment`]
    : [];
}

function toldRule(
  kind: OtherOidc["kind"],
  answer: string,
): GcpRule | AzureRule | { readonly kind: "unread"; readonly because: string } {
  try {
    const json = JSON.parse(answer) as Json;
    if (kind === "azure") return readAzure(json);
    const { providers, policy } = json as { readonly providers?: readonly Json[]; readonly policy?: Json };
    return readGcp(providers ?? [], policy ?? {});
  } catch {
    return { kind: "unread", because: "it is no JSON" };
  }
}

function gcpMove(
  oidc: Extract<Oidc, { kind: "gcp" }>,
  { runs, ran, stays, isNew }: OtherRole & { readonly stays: Stays },
  told: GcpRule | AzureRule | undefined,
  { world }: Outcome,
): OtherMove {
  const project = settingText(oidc.projectId);
  const before: Before<GcpRule> = told?.kind === "gcp" ? told : { kind: isNew ? "new" : "hidden" };
  // Pulumi's own names for the two, unless the settings say others: https://www.pulumi.com/docs/deployments/guides/oidc/gcp/
  const pool = `projects/${project ?? "<PROJECT_NUMBER>"}/locations/global/workloadIdentityPools/${settingText(oidc.workloadPoolId) ?? "pulumi"}`;
  const provider = settingText(oidc.providerId) ?? "pulumi-cloud";
  const change = changeGcp({ before, pool, provider, runs, stays });
  const repository = repositoryOf(world.surroundings);
  const audiences =
    told?.kind === "gcp"
      ? told.providers.map((one) => one.audiences[0] ?? githubAudience("gcp", "aws", `${one.pool}/providers/${one.id}`))
      : [githubAudience("gcp", "aws", "")];
  const [audience = ""] = audiences;
  const github = isNew || repository === undefined ? [] : ran.map((one) => githubParty(repository, one, audience));
  const comparison = compare(change, [...github, ...runs.map(deploymentParty)], stays, { account: undefined });
  return { kind: "gcp", account: settingText(oidc.serviceAccount), project, change, comparison };
}

function azureMove(
  oidc: Extract<Oidc, { kind: "azure" }>,
  { runs, ran, stays, isNew }: OtherRole & { readonly stays: Stays },
  told: GcpRule | AzureRule | undefined,
  { world }: Outcome,
): OtherMove {
  const before: Before<AzureRule> = told?.kind === "azure" ? told : { kind: isNew ? "new" : "hidden" };
  const change = changeAzure({ before, runs, stays });
  const repository = repositoryOf(world.surroundings);
  const github =
    isNew || repository === undefined ? [] : ran.map((one) => githubParty(repository, one, githubAudience("azure")));
  const comparison = compare(change, [...github, ...runs.map(deploymentParty)], stays, { account: undefined });
  return { kind: "azure", client: settingText(oidc.clientId), tenant: settingText(oidc.tenantId), change, comparison };
}

function holeFor(oidc: OtherOidc, key: string, label: string, misread: string | undefined): PlannedHole {
  const what =
    oidc.kind === "gcp"
      ? "Which providers and bindings let GitHub take this service account (JSON with `providers` and `policy`)?"
      : "Which federated credentials does this application or identity have (JSON, as az lists them)?";
  const account = settingText(oidc.kind === "gcp" ? oidc.serviceAccount : oidc.clientId) ?? label;
  // A name that is to be told stays as it is shown everywhere: `<AZURE_CLIENT>`.
  const word = /^<[\w-]+>$/.test(account) ? account : shellWord(account);
  const command =
    oidc.kind === "gcp"
      ? `gcloud iam service-accounts get-iam-policy ${word} --format=json; gcloud iam workload-identity-pools providers list --workload-identity-pool=POOL --location=global --format=json`
      : `az ad app federated-credential list --id ${word} --output json`;
  return { key, question: misread === undefined ? what : `The answer is of no use: ${misread}. ${what}`, command };
}
