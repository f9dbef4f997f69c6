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
import { shortOf } from "../inclusion.ts";
import { deploymentParty, nameFaults, type Runs } from "../party.ts";
import type { GcpProvider, GcpRule } from "../rule.ts";

/** What the planner knows of one service account. */
export interface GcpPlan {
  readonly before: Before<GcpRule>;
  /** The pool for Pulumi, one of its own: in a shared one, another issuer's mapping could fill our attribute. */
  readonly pool: string;
  readonly provider: string;
  readonly runs: readonly Runs[];
  readonly stays: Stays;
}

/** GCP refuses a token whose mapped subject is longer: https://cloud.google.com/iam/docs/workload-identity-federation#mapping */
export const subjectBytes = 127;

const stackRef = "assertion.org + '/' + assertion.project + '/' + assertion.stack";
/** Short enough for most names, where `assertion.sub` leaves 63 bytes for all three. */
const mapping = { "attribute.stack_ref": stackRef, "google.subject": `${stackRef} + '/' + assertion.operation` };
/** The longest word that the claim may carry, on drift runs. */
const longestOperation = "remediate-drift";

/** The change of one service account from GitHub to Pulumi. Providers are added or extended, and never deleted. */
export function changeGcp(plan: GcpPlan): TrustChange<GcpRule> {
  const meant = plan.runs.map(deploymentParty);
  const place = { account: undefined };
  const nothing: GcpRule = { kind: "gcp", providers: [], members: [] };
  const old = plan.before.kind === "gcp" ? plan.before : nothing;
  const done = meant.length > 0 && shortOf(old, meant, place).kind === "none";
  const rule = done ? old : withPulumi(old, plan);
  const transition = checked(rule, old, plan);
  return {
    before: plan.before,
    adds: done ? nothing : withPulumi(nothing, plan),
    transition,
    final: finalOf(transition, plan),
    beyond: addedBeyond(plan.before, rule, meant, place),
    notes: plan.runs.some(({ operations }) => operations === "any")
      ? ["one binding a stack admits every operation, also drift runs"]
      : [],
  };
}

/** What a provider's condition names of a stack. */
interface Stack {
  readonly organization: string;
  readonly project: string;
}

function withPulumi(old: GcpRule, plan: GcpPlan): GcpRule {
  const at = old.providers.findIndex((one) => isPlanned(one, plan));
  const stacks = [...namedIn(old.providers[at]?.condition), ...plan.runs];
  const provider: GcpProvider = {
    pool: plan.pool,
    id: plan.provider,
    issuer: `https://${pulumiIssuer}`,
    audiences: [...new Set(stacks.map(({ organization }) => deploymentAudience(organization)))].sort(byText),
    mapping,
    condition: conditionFor(stacks),
    disabled: false,
  };
  const members = plan.runs.flatMap((one) => membersOf(one, plan.pool));
  return {
    kind: "gcp",
    providers: at < 0 ? [...old.providers, provider] : old.providers.with(at, provider),
    members: [...new Set([...old.members, ...members])],
  };
}

function isPlanned({ pool, id }: GcpProvider, plan: GcpPlan): boolean {
  return pool === plan.pool && id === plan.provider;
}

/** One binding for all operations of a stack, or one for each. */
function membersOf({ organization, project, stack, operations }: Runs, pool: string): readonly string[] {
  const ref = `${organization}/${project}/${stack}`;
  if (operations === "any") return [`principalSet://iam.googleapis.com/${pool}/attribute.stack_ref/${ref}`];
  return operations.map((operation) => `principal://iam.googleapis.com/${pool}/subject/${ref}/${operation}`);
}

/** What a condition of our form names: the provider serves other service accounts too, and must go on to admit theirs. */
function namedIn(condition = ""): readonly Stack[] {
  const parts = condition.matchAll(/assertion\.org == '([^']+)' && assertion\.project (?:==|in) (\[[^\]]*\]|'[^']+')/g);
  return [...parts].flatMap(([, organization = "", projects = ""]) =>
    [...projects.matchAll(/'([^']+)'/g)].map(([, project = ""]) => ({ organization, project })),
  );
}

/** Without a condition every customer of Pulumi could enter the pool; with several organisations each has its audience. */
function conditionFor(stacks: readonly Stack[]): string {
  const organizations = [...new Set(stacks.map(({ organization }) => organization))].sort(byText);
  const parts = organizations.map((organization) => {
    const own = stacks.filter((one) => one.organization === organization);
    const projects = [...new Set(own.map(({ project }) => project))].sort(byText);
    const audience = organizations.length === 1 ? "" : `assertion.aud == '${deploymentAudience(organization)}' && `;
    return `${audience}assertion.org == '${organization}' && ${projectIn(projects)}`;
  });
  return parts.length === 1 ? parts.join("") : parts.map((part) => `(${part})`).join(" || ");
}

function projectIn(projects: readonly string[]): string {
  const [first] = projects;
  return projects.length === 1 && first !== undefined
    ? `assertion.project == '${first}'`
    : `assertion.project in [${projects.map((one) => `'${one}'`).join(", ")}]`;
}

function checked(rule: GcpRule, old: GcpRule, plan: GcpPlan): Phase<GcpRule> {
  if (plan.runs.length === 0) return blocked("no stack is to take the service account");
  const faults = [...nameFaults(plan.runs), ...tooLong(plan.runs)];
  if (faults.length > 0) return blocked(...faults);
  if (plan.before.kind === "hidden")
    return blocked("providers and bindings are not known: ours have to be added to them");
  if (rule === old) return phase(rule);
  const same = old.providers.find((one) => isPlanned(one, plan));
  if (same && !isOurs(same))
    return blocked(`the provider ${plan.provider} of the pool is there and is not one of ours`);
  const shared = old.providers.find((one) => one.pool === plan.pool && issuerKey(one.issuer) !== pulumiIssuer);
  return shared
    ? blocked(`the pool has a provider for ${issuerKey(shared.issuer)}: Pulumi needs a pool of its own`)
    : phase(rule);
}

/** A provider that we may extend: made like ours, also its condition. */
function isOurs({ issuer, mapping: own, condition, disabled }: GcpProvider): boolean {
  const same = Object.entries(mapping).every(([name, expression]) => own[name] === expression);
  const known = namedIn(condition);
  return (
    !disabled && issuerKey(issuer) === pulumiIssuer && same && known.length > 0 && conditionFor(known) === condition
  );
}

/** The stacks whose mapped subject GCP would refuse; names are ASCII, so characters are bytes. */
export function tooLong(runs: readonly Runs[]): readonly string[] {
  return runs.flatMap(({ organization, project, stack, operations }) => {
    const words = operations === "any" ? [longestOperation] : operations;
    const size = Math.max(...words.map((one) => `${organization}/${project}/${stack}/${one}`.length));
    return size > subjectBytes
      ? [`the subject of ${organization}/${project}/${stack} has ${size} bytes, and ${subjectBytes} are allowed`]
      : [];
  });
}

/** The bindings of pools that are GitHub's alone go. A pool that we do not know may be anybody's. */
function finalOf(transition: Phase<GcpRule>, { before, stays }: GcpPlan): Phase<GcpRule> {
  if (transition.kind === "blocked") return blocked("the step before is blocked");
  const { rule } = transition;
  const own = (member: string): readonly GcpProvider[] =>
    rule.providers.filter(({ pool }) => member.includes(`/${pool}/`));
  const strange = rule.members.filter((one) => /^principal(?:Set)?:/.test(one) && own(one).length === 0);
  const mixed = rule.members.filter((one) => new Set(own(one).map(({ issuer }) => isGitHub(issuer))).size > 1);
  const because = [
    ...strange.map((one) => `the provider behind ${one} is not known`),
    ...mixed.map((one) => `${one} may come from GitHub and from others`),
  ];
  if (because.length > 0) return blocked(...because);
  const members = rule.members.filter((one) => !own(one).some(({ issuer }) => isGitHub(issuer)));
  return unlessWaiting(before.kind === "new" ? [] : waitsFor(stays), { ...rule, members });
}
