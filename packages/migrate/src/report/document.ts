import { configIdentities } from "../config-identities.ts";
import {
  asInShell,
  apply,
  byText,
  innermost,
  location,
  unifiedDiff,
  written,
  type Change,
  type Trail,
  type Tree,
} from "@gha2pulumi/repo";
import { shownWithoutSecrets } from "../literal-secrets.ts";
import type { Decision } from "../decision.ts";
import type { Occurrence } from "../intent.ts";
import type { Question } from "../questions.ts";
import { answersUsed } from "./answers-used.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import { filesOf } from "./files.ts";
import type {
  PlanDocument,
  PlannedChange,
  PlannedOperation,
  PlannedQuestion,
  PlannedTrigger,
} from "./plan-document.ts";
import type { Outcome } from "./outcome.ts";
import { keptRoles } from "./kept-roles.ts";
import { plannedConsents } from "./consents.ts";
import { plannedChecks } from "./checks.ts";
import { plannedTasks } from "./owner.ts";
import { plannedSecrets } from "./secrets.ts";
import { idTokenLeft } from "./id-token-left.ts";
import { roleTrusts } from "./trust.ts";
import { plannedEnvironment, plannedTexts } from "./planned-values.ts";
import { plannedProof } from "./planned-proof.ts";
import { plannedSettings } from "./settings-fields.ts";
import { reversible } from "../rollback.ts";
import { shown } from "../stand-ins.ts";
import { missingToken } from "../state.ts";
import type { SeenTrigger } from "../triggers-seen.ts";

/**
 * The plan as one document, sorted by stable keys: the same input gives the same bytes. Nothing in it looks like a
 * secret; a file that holds one is not changed, so changes need no look.
 */
export function documentOf(outcome: Outcome): PlanDocument {
  const whole = wholeDocument(outcome);
  return withoutSecretsIn(whole);
}

/** A document as it may be shown; its changes are the files themselves. */
export function withoutSecretsIn(document: PlanDocument): PlanDocument {
  return { ...shownWithoutSecrets(document), changes: document.changes };
}

function wholeDocument(outcome: Outcome): PlanDocument {
  const { world, plan, changes, proof } = outcome;
  const at = (trail: Trail): string => location(world.tree, innermost(trail));
  const operations = plan.decisions
    .map((decision) => plannedOperation(decision, world.tree))
    .sort((a, b) => byText(a.workflow, b.workflow) || byText(a.id, b.id) || byText(a.location, b.location));
  const roles = roleTrusts(outcome, at);
  const moved = roles.map(({ planned }) => planned);
  const answers = answersUsed(world);
  return {
    schemaVersion: 1,
    backend: backendOf(outcome),
    operations: withUniqueIds(operations),
    files: filesOf(outcome),
    changes: changes.map((change) => plannedChange(change, world.tree)),
    settings: plan.settings.map((settings) => plannedSettings(settings, at)),
    trust: [...moved, ...keptRoles(outcome, at, moved)],
    secrets: plannedSecrets(outcome),
    checks: plannedChecks(outcome, at),
    tasks: plannedTasks(outcome, at),
    questions: [...plan.questions, ...roles.flatMap(({ questions }) => questions)].map((question) =>
      plannedQuestion(question, at),
    ),
    proof: plannedProof(proof, world),
    accepted: plannedConsents(outcome),
    ...(answers.length === 0 ? {} : { answers }),
    diagnostics: diagnosticsOf(outcome, [...roles.flatMap(({ seen }) => seen), ...idTokenLeft(outcome)]),
  };
}

export function plannedQuestion(
  { key, text, choices, default: usual, from, effect }: Question,
  at: (trail: Trail) => string,
): PlannedQuestion {
  return { key, text, choices, default: usual ?? null, locations: from.map(at), effect };
}

/**
 * Pulumi Cloud needs every operation there; one that names another place is enough to say so. One without a token says
 * nothing against those that log in; where none does, the state is with nobody that a file tells.
 */
function backendOf({ findings }: Outcome): PlanDocument["backend"] {
  const backends = findings.intents.flatMap((intent) => intent.occurrences.map((one) => one.backend));
  const isCloud = backends.some((backend) => backend.kind === "pulumi-cloud");
  for (const backend of backends) {
    const missing = missingToken(backend);
    if (missing === undefined ? backend.kind !== "diy" : isCloud) continue;
    if (backend.kind === "diy" && backend.url !== undefined) return { kind: "diy", url: asInShell(backend.url) };
    return { kind: "diy", url: null, note: missing ?? ("note" in backend ? backend.note : "") };
  }
  return { kind: isCloud ? "pulumi-cloud" : "unknown", url: null };
}

/** The same operation may stand twice in a job; later ones get a number. */
function withUniqueIds(operations: readonly PlannedOperation[]): readonly PlannedOperation[] {
  const seen = new Map<string, number>();
  return operations.map((operation) => {
    const count = (seen.get(operation.id) ?? 0) + 1;
    seen.set(operation.id, count);
    return count === 1 ? operation : { ...operation, id: `${operation.id}#${count}` };
  });
}

function plannedOperation({ intent, disposition, reasons }: Decision, tree: Tree): PlannedOperation {
  const [first] = intent.occurrences;
  const { operates, site } = first;
  const at = (trail: Trail): string => location(tree, innermost(trail));
  const union = <T>(pick: (one: (typeof intent.occurrences)[number]) => readonly T[]): readonly T[] => [
    ...new Set(intent.occurrences.flatMap(pick)),
  ];
  return {
    id: intent.id,
    workflow: site.workflow,
    job: site.job,
    step:
      site.step.step.name?.text ??
      site.step.step.uses?.text ??
      site.step.step.run?.text.split("\n")[0] ??
      String(site.step.step.index),
    location: location(tree, operates.from[0]),
    trail: operates.from.map((span) => location(tree, span)),
    operation: operates.operation ?? "unknown",
    projectDirectory: first.directory ?? null,
    project: first.project ?? null,
    organization: first.organization ?? null,
    stacks: first.stack === undefined ? [] : [first.stack],
    stackExpression: first.stack === undefined && operates.stack ? shown(written(operates.stack.text)) : null,
    on: intent.on.flatMap((trigger) =>
      plannedTriggers(
        trigger,
        conditionOf(intent.occurrences, trigger.event),
        plannedTexts(
          ofEvent(intent.occurrences, trigger.event).flatMap((one) => one.site.jobPlay.environment ?? []),
          tree,
        ).join(", ") || undefined,
      ),
    ),
    identities: uniqueBy(
      intent.occurrences.flatMap((one) => [
        ...one.identities,
        ...configIdentities(one).map((kind) => ({ kind, role: undefined })),
      ]),
      (identity) => `${identity.kind} ${shown(written(identity.role ?? []))}`,
    ).map((identity) => ({ kind: identity.kind, role: identity.role ? shown(written(identity.role)) : null })),
    secrets: union((one) => one.secrets),
    variables: union((one) => one.variables),
    environment: plannedEnvironment(intent.occurrences, tree),
    prepare: first.prepare.map((one) =>
      one.directory === first.directory || one.directory === "." ? one.command : `(${one.directory}) ${one.command}`,
    ),
    gates: uniqueBy(
      intent.occurrences.flatMap((one) => one.gates).map((gate) => ({ ...gate, name: shown(gate.name) })),
      (gate) => `${gate.kind} ${gate.name}`,
    ).map((gate) => ({ kind: gate.kind, name: gate.name, location: at(gate.from) })),
    disposition,
    reasons: reasons.map((reason) => ({ code: reason.code, message: reason.message, location: at(reason.from) })),
  };
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

function ofEvent(occurrences: readonly Occurrence[], event: string): readonly Occurrence[] {
  return occurrences.filter((one) =>
    event === "workflow_dispatch"
      ? one.event.kind === "dispatch"
      : event.startsWith(one.event.kind) || one.event.kind === "tag",
  );
}

function conditionOf(occurrences: readonly Occurrence[], event: string): string {
  return ofEvent(occurrences, event).find((one) => one.condition !== "")?.condition ?? "";
}

function plannedTriggers(
  trigger: SeenTrigger,
  condition: string,
  environment: string | undefined,
): readonly PlannedTrigger[] {
  const branches = [...trigger.branches, ...trigger.except.map((name) => `!${name}`)];
  const base: PlannedTrigger = {
    event: trigger.event,
    ...(branches.length > 0 ? { branches } : {}),
    ...(trigger.tags.length > 0 ? { tags: trigger.tags } : {}),
    ...(trigger.paths.length > 0
      ? { paths: trigger.paths }
      : trigger.pathsIgnore.length > 0
        ? { paths: trigger.pathsIgnore.map((path) => `!${path}`) }
        : {}),
    ...(trigger.types.length > 0 ? { types: trigger.types } : {}),
    ...(trigger.inputs.length > 0 ? { inputs: trigger.inputs } : {}),
    ...(environment !== undefined ? { environment } : {}),
    ...(condition !== "" ? { condition } : {}),
  };
  return trigger.crons.length === 0 ? [base] : [...new Set(trigger.crons)].map((cron) => ({ ...base, cron }));
}

export function plannedChange(change: Change, tree: Tree): PlannedChange {
  const before = tree.get(change.path);
  const after = apply(tree, [change]).get(change.path);
  const diff = unifiedDiff(before, after, change.path);
  return { ...reversible(change, tree), sha256: null, diff };
}
