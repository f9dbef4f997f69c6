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
import { deploymentAudience, isGitHub, issuerKey, pulumiIssuer } from "../claims.ts";
import { deploymentParty, nameFaults, type Runs } from "../party.ts";
import type { AzureCredential, AzureRule } from "../rule.ts";
import { deploymentSubject, documentedOperations } from "../subject.ts";

/** What the planner knows of one app registration or managed identity. */
export interface AzurePlan {
  readonly before: Before<AzureRule>;
  readonly runs: readonly Runs[];
  readonly stays: Stays;
}

/** https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations */
export const mostCredentials = 20;
const longestName = 120;

/** The change of one identity from GitHub to Pulumi: a credential an operation is added, then GitHub's are taken away. */
export function changeAzure(plan: AzurePlan): TrustChange<AzureRule> {
  const old: AzureRule = plan.before.kind === "azure" ? plan.before : { kind: "azure", credentials: [] };
  const adds: AzureRule = { kind: "azure", credentials: missing(old, plan.runs) };
  const rule: AzureRule = { kind: "azure", credentials: [...old.credentials, ...adds.credentials] };
  const transition = checked(rule, plan);
  return {
    before: plan.before,
    adds,
    transition,
    final: finalOf(transition, plan),
    beyond: addedBeyond(plan.before, rule, plan.runs.map(deploymentParty), { account: undefined }),
    notes: plan.runs.some(({ operations }) => operations === "any")
      ? ["drift runs get no credential: what their subject says is documented nowhere"]
      : [],
  };
}

/** Credentials for the subjects that have none yet: issuer and subject are unique within an identity. */
function missing(old: AzureRule, runs: readonly Runs[]): readonly AzureCredential[] {
  const subjects = new Set(old.credentials.flatMap((one) => (isPulumis(one) ? [subjectOf(one)] : [])));
  const names = new Set(old.credentials.map(({ name }) => name.toLowerCase()));
  const wanted = runs.flatMap((run) =>
    (run.operations === "any" ? documentedOperations : run.operations).map((operation) => ({ ...run, operation })),
  );
  const added: AzureCredential[] = [];
  for (const one of wanted.sort((a, b) => byText(deploymentSubject(a), deploymentSubject(b)))) {
    const subject = deploymentSubject(one);
    if (subjects.has(subject)) continue;
    const name = freeName(`pulumi-${one.project}-${one.stack}-${one.operation}`, names);
    subjects.add(subject);
    names.add(name.toLowerCase());
    const audiences = [deploymentAudience(one.organization)];
    added.push({ name, issuer: `https://${pulumiIssuer}`, audiences, matching: { kind: "subject", subject } });
  }
  return added;
}

/** A name takes 3 to 120 letters, digits, `-` and `_`, and can never be changed. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const name = wanted.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, longestName);
  for (let i = 1; ; i += 1) {
    const tail = i === 1 ? "" : `-${i}`;
    const free = name.slice(0, longestName - tail.length) + tail;
    if (!taken.has(free.toLowerCase())) return free;
  }
}

function isPulumis({ issuer }: AzureCredential): boolean {
  return issuerKey(issuer) === pulumiIssuer;
}

function subjectOf({ matching }: AzureCredential): string | undefined {
  return matching.kind === "subject" ? matching.subject : undefined;
}

function checked(rule: AzureRule, { before, runs }: AzurePlan): Phase<AzureRule> {
  if (runs.length === 0) return blocked("no stack is to take the identity");
  const faults = nameFaults(runs);
  if (faults.length > 0) return blocked(...faults);
  if (before.kind === "hidden") return blocked("the credentials are not known: ours have to be added to them");
  const count = rule.credentials.length;
  if (count > mostCredentials)
    return blocked(`the identity would have ${count} credentials, and ${mostCredentials} are allowed`);
  const wrong = wrongAudience(rule, runs);
  return wrong ? blocked(`the credential ${wrong.name} has another audience than its organisation`) : phase(rule);
}

/** A credential for one of our subjects that does not take Pulumi's audience, such as Azure's own default. */
function wrongAudience(rule: AzureRule, runs: readonly Runs[]): AzureCredential | undefined {
  return rule.credentials.find((one) => {
    const run = runs.find(({ organization, project, stack }) =>
      subjectOf(one)?.startsWith(`pulumi:deploy:org:${organization}:project:${project}:stack:${stack}:operation:`),
    );
    return run && isPulumis(one) && one.audiences.join() !== deploymentAudience(run.organization);
  });
}

function finalOf(transition: Phase<AzureRule>, { before, stays }: AzurePlan): Phase<AzureRule> {
  if (transition.kind === "blocked") return blocked("the step before is blocked");
  const credentials = transition.rule.credentials.filter(({ issuer }) => !isGitHub(issuer));
  return unlessWaiting(before.kind === "new" ? [] : waitsFor(stays), { kind: "azure", credentials });
}
