import type { PlanDocument, PlannedOperation, PlannedTrust } from "./plan-document.ts";

/** How much can go wrong when a plan is merged, with every reason for it. `none`: nothing changes hands. */
export interface Risk {
  readonly level: "low" | "medium" | "high" | "none";
  readonly reasons: readonly string[];
}

type Found = readonly [level: "medium" | "high", reason: string];

/**
 * The risk of a plan. Low is what a campaign may propose unasked: everything that changes is proved the same, no gate
 * and no check is lost, nobody else gets in, no question is open, nothing was accepted, and one stack or several take
 * over pushes, pull requests or a look for drift as they are. What the plan cannot tell is never low.
 */
export function riskOf(document: PlanDocument): Risk {
  const changing = changingOf(document);
  if (changing.length === 0) return { level: "none", reasons: [] };
  const found: readonly Found[] = [
    ...ofProof(document),
    ...ofTrust(document),
    ...ofOwner(document),
    ...changing.flatMap((one) => (one.disposition === "call" ? ofCall(one) : ofMove(one, changing))),
    ...ofStacks(document, changing),
  ];
  const level = found.some(([one]) => one === "high") ? "high" : found.length > 0 ? "medium" : "low";
  const ordered = [...found].sort(([a], [b]) => Number(b === "high") - Number(a === "high"));
  return { level, reasons: [...new Set(ordered.map(([, reason]) => reason))] };
}

/** What Pulumi Deployments runs after the merge. */
export function changingOf({ operations }: Pick<PlanDocument, "operations">): readonly PlannedOperation[] {
  return operations.filter(({ disposition }) => disposition === "move" || disposition === "call");
}

/** Events in which a gate or a required check is lost, by what the proof and the consents say. */
export function gatesLost({ proof, accepted }: PlanDocument): number {
  const events = proof.cases.filter(({ codes }) => codes.includes("GP274")).length;
  const checks = accepted.filter(({ code }) => code === "GP270").flatMap(({ used }) => used).length;
  return events + checks;
}

/** The roles that let in more than are meant to, and those of which that is not known. */
export function accessWidened({ trust }: Pick<PlanDocument, "trust">): {
  readonly widened: readonly string[];
  readonly unknown: readonly string[];
} {
  const beyond = trust.filter(({ reach }) => reach?.beyond === "somebody");
  const open = trust.filter((one) => !beyond.includes(one) && !isExact(one));
  return { widened: beyond.map(({ role }) => role), unknown: open.map(({ role }) => role) };
}

/** The comparison found nobody beyond the intent, in a policy that is known. */
function isExact({ reach, hole }: PlannedTrust): boolean {
  return hole === null && reach?.beyond === "nobody" && !reach.blocked;
}

function ofProof(document: PlanDocument): readonly Found[] {
  const { verdicts, cases } = document.proof;
  const differing = verdicts.missing + verdicts.extra + verdicts.changed;
  return [
    ...when(differing > 0, "high", "the proof has differences"),
    ...when(verdicts.undecided > 0, "high", "the proof leaves events undecided"),
    ...when(cases.length === 0, "high", "no event could be compared"),
    ...when(gatesLost(document) > 0, "high", "a gate or a required check is lost"),
    ...when(
      document.accepted.some(({ used }) => used.length > 0),
      "high",
      "it rests on a loss that was accepted",
    ),
    ...when(
      document.diagnostics.some(({ severity }) => severity === "error"),
      "high",
      "the plan has errors",
    ),
  ];
}

function ofTrust(document: PlanDocument): readonly Found[] {
  const { widened, unknown } = accessWidened(document);
  const has = (wanted: string): boolean => document.diagnostics.some(({ code }) => code === wanted);
  return [
    ...when(widened.length > 0, "high", "access to a role is widened"),
    ...when(has("GP415"), "high", "a role may do anything, and has no boundary"),
    ...when(has("GP416"), "high", "a role lets in every stack of a project or an organisation"),
    ...when(unknown.length > 0, "medium", "a role's trust policy is not known"),
    ...when(
      document.trust.some(({ reach }) => reach?.previews === "guarded" || reach?.previews === "open"),
      "medium",
      "previews that had a role of their own may take that of updates",
    ),
    // Whoever moves loses these, known or not: it is no more than a role of which nothing is known.
    ...when(
      document.trust.some(({ reach }) => reach !== null && reach.lost.length > 0),
      "medium",
      "a branch or an environment no longer limits who takes a role",
    ),
  ];
}

function ofOwner({ questions, secrets, checks, diagnostics, settings }: PlanDocument): readonly Found[] {
  const declares = (wanted: string): boolean =>
    settings.some(({ fields }) => fields.some(({ name }) => name === wanted));
  return [
    // What Deployments does by itself, as to install from a lockfile, is no command of its own.
    ...when(declares("preRunCommands") || declares("skipInstallDependencies"), "medium", "commands run before it"),
    ...when(declares("agentPoolId"), "medium", "it runs on agents of a pool"),
    ...when(
      questions.some((one) => one.default === null),
      "medium",
      "questions are open",
    ),
    ...when(
      secrets.some(({ goes }) => goes === "config"),
      "medium",
      "secrets have to be moved",
    ),
    ...when(
      checks.some(({ required }) => required === true),
      "medium",
      "a required check goes away",
    ),
    ...when(
      diagnostics.some(({ code }) => code === "GP219"),
      "medium",
      "something beside it may run Pulumi too",
    ),
  ];
}

// Why a workflow goes on to decide, where the rest of its meaning is plain: another branch, tag, role, filter or value.
const mediumCalls: ReadonlySet<string> = new Set([
  "GP215",
  "GP222",
  "GP230",
  "GP231",
  "GP232",
  "GP233",
  "GP234",
  "GP241",
  "GP243",
  "GP244",
  "GP245",
  "GP246",
  "GP247",
  "GP252",
  "GP255",
  "GP270",
  "GP526",
]);

function ofCall({ reasons, identities, stacks }: PlannedOperation): readonly Found[] {
  return [
    ...when(reasons.length === 0, "high", "a workflow keeps something without a reason"),
    ...reasons.map(({ code }): Found => [
      mediumCalls.has(code) ? "medium" : "high",
      `a workflow keeps what Pulumi Deployments cannot do (${code})`,
    ]),
    ...ofKeys(identities, stacks),
  ];
}

function ofMove(one: PlannedOperation, changing: readonly PlannedOperation[]): readonly Found[] {
  const { operation, on, identities, stacks, gates } = one;
  const has = (event: string): boolean => on.some((trigger) => trigger.event.startsWith(event));
  return [
    ...when(operation === "unknown", "high", "an operation is not known"),
    ...when(operation === "destroy", "medium", "stacks are destroyed"),
    ...when(has("pull_request") && operation !== "preview", "high", "pull requests change stacks"),
    ...when(has("pull_request") && operation === "preview" && !isLikeUpdate(one, changing), "medium", previewsAlone),
    ...when(has("schedule") && operation === "update", "high", "the clock updates stacks"),
    ...when(
      on.some(({ tags = [] }) => tags.length > 0),
      "medium",
      "tags start it",
    ),
    ...when(
      on.some(({ inputs = [] }) => inputs.length > 0),
      "medium",
      "values are typed in by hand",
    ),
    ...when(
      on.some(({ condition }) => condition !== undefined),
      "medium",
      "it hangs on a condition",
    ),
    ...when(
      on.some(({ environment }) => environment !== undefined) || gates.some(({ kind }) => kind === "environment"),
      "medium",
      "a GitHub environment is involved",
    ),
    ...when(
      gates.some(({ kind }) => kind === "job" || kind === "step"),
      "medium",
      "it waited for something",
    ),
    ...ofKeys(identities, stacks),
  ];
}

const previewsAlone = "previews of pull requests run as another identity than updates";

/** A preview as the same identity as an update of the same stack gives pull requests nothing new. */
function isLikeUpdate(preview: PlannedOperation, changing: readonly PlannedOperation[]): boolean {
  const key = ({ organization, project, stacks, identities }: PlannedOperation): string =>
    JSON.stringify([organization, project, stacks, identities.map(({ kind, role }) => `${kind} ${role}`).sort()]);
  return changing.some(({ operation }, i) => operation === "update" && key(changing[i] ?? preview) === key(preview));
}

const keys: ReadonlySet<string> = new Set([
  "aws-static",
  "gcp-key",
  "azure-secret",
  "digitalocean-token",
  "cloudflare-token",
  "scaleway-key",
  "hetzner-token",
  "linode-token",
  "github-token",
  "kubeconfig",
]);

/** Keys that live long go into Pulumi Cloud; how much hangs on them only the stack's name hints at. */
function ofKeys(identities: PlannedOperation["identities"], stacks: PlannedOperation["stacks"]): readonly Found[] {
  if (!identities.some(({ kind }) => keys.has(kind))) return [];
  const isProduction = stacks.length === 0 || stacks.some((stack) => /(^|[^a-z])(prod|prd|live)/i.test(stack));
  return [isProduction ? ["high", "static keys of production"] : ["medium", "static keys"]];
}

function ofStacks({ operations }: PlanDocument, changing: readonly PlannedOperation[]): readonly Found[] {
  const name = ({ organization, project, stacks, stackExpression }: PlannedOperation): string =>
    JSON.stringify([organization, project, stacks, stackExpression]);
  const changed = new Set(changing.map(name));
  return [
    ...when(changed.size > 1, "medium", "several stacks"),
    ...when(
      operations.some((one) => !changing.includes(one) && changed.has(name(one))),
      "medium",
      "workflows keep other operations of the same stack",
    ),
  ];
}

function when(is: boolean, level: "medium" | "high", reason: string): readonly Found[] {
  return is ? [[level, reason]] : [];
}
