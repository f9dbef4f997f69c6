import {
  apply,
  byText,
  innermost,
  location,
  type Change,
  type Trail,
  type Tree,
  type Grammars,
} from "@gha2pulumi/repo";
import { allAtOnce, stackKey, stackLabel, switchOf, type Writing } from "@gha2pulumi/deployments";
import { readProven } from "../effects.ts";
import { prove, type Case } from "../prove.ts";
import { requiredChecksQuestion } from "../vanishing-checks.ts";
import { documentOf, plannedChange, plannedQuestion, withoutSecretsIn } from "../report/document.ts";
import type { Outcome } from "../report/outcome.ts";
import { plannedTasks } from "../report/owner.ts";
import type { PlanDocument, PlannedDiagnostic, PlannedTask } from "../report/plan-document.ts";
import { plannedProof } from "../report/planned-proof.ts";
import { escChanges } from "../secrets/esc-document.ts";
import { relayOf, type Relay } from "../secrets/relay.ts";
import type { Question } from "../questions.ts";
import { settingsChanges, workflowChanges } from "../write.ts";
import { guardVariable, isGuarded, wantsGuard } from "./guard-variable.ts";
import { guardsOf, type Guards } from "./guard.ts";
import { cleanUpChanges, cleanUpTasks, listChange, listPath } from "./clean-up.ts";
import { goesByEsc, phaseOf, type Phase } from "./phase.ts";
import { plannedPhase } from "./planned-phase.ts";

/** A plan as it is asked for: all of it, or what belongs to one phase, with a proof of just that. */
export interface Finished {
  /** The plan of the whole. */
  readonly whole: PlanDocument;
  readonly document: PlanDocument;
  readonly changes: readonly Change[];
}

/**
 * The part of a migration that a phase is, made from the whole of it. What the tree holds already is not written again,
 * so a phase is found out from the files alone, and one that is done changes nothing.
 */
export async function finished(outcome: Outcome, grammars: Grammars | undefined): Promise<Finished> {
  const { world } = outcome;
  const phase = phaseOf(world.surroundings);
  const whole = withSwitchedOff(documentOf(outcome), outcome);
  const byEsc = goesByEsc(world.surroundings);
  const isBare = phase === undefined && !byEsc && !isGuarded(world.tree);
  if (isBare) return { whole, document: whole, changes: outcome.changes };
  const relay = byEsc && phase !== "clean-up" ? relayOf(whole) : undefined;
  const early = phase === "clean-up" ? isEarly(outcome) : false;
  const isOn = phase === "prepare" ? joinsWhatIsOn(outcome) : undefined;
  const guards = phase === "prepare" && wantsGuard(world.surroundings) ? guardsOf(outcome.plan.removals, world) : none;
  const wanted = early || isOn ? [] : await changesOf(phase, outcome, { whole, relay, guards }, grammars);
  const left = phase === "prepare" || phase === "clean-up" ? [] : guardsLeft(apply(world.tree, wanted));
  const question = phase === "switch" ? requiredChecksQuestion(outcome.plan.removals, world) : undefined;
  const changes = left.length > 0 || question !== undefined ? [] : wanted;
  const proof = await provenWith(changes, outcome, phase, grammars);
  const at = (trail: Trail): string => location(world.tree, innermost(trail));
  const diagnostics = [
    ...(isOn ? [isOn] : []),
    ...(early ? [earlyCleanUp(outcome)] : []),
    ...(changes.length > 0 ? unguarded(guards) : []),
    ...left,
    ...(question === undefined ? [] : [unanswered(question, at)]),
  ];
  const document: PlanDocument = {
    ...whole,
    ...(phase === undefined ? {} : { phase: plannedPhase(phase, outcome, relay, changes.length > 0) }),
    files: phase === "prepare" || phase === "clean-up" ? whole.files.map((one) => asItIs(one, changes)) : whole.files,
    changes: changes.map((change) => plannedChange(change, world.tree)),
    tasks: [...escTasks(relay, phase), ...tasksOf(phase, outcome, at)],
    checks: phase === undefined || phase === "switch" ? whole.checks : [],
    questions: [...whole.questions, ...(question === undefined ? [] : [plannedQuestion(question, at)])],
    proof: plannedProof(proof, world),
    diagnostics: [...whole.diagnostics, ...diagnostics],
  };
  return { whole, document: withoutSecretsIn(document), changes };
}

const none: Guards = { changes: [], without: [] };

/** What the changes of a phase are made of, besides the outcome. */
interface Parts {
  readonly whole: PlanDocument;
  readonly relay: Relay | undefined;
  readonly guards: Guards;
}

async function changesOf(
  phase: Phase | undefined,
  outcome: Outcome,
  { whole, relay, guards }: Parts,
  grammars: Grammars | undefined,
): Promise<readonly Change[]> {
  const { plan, world } = outcome;
  const list = listPath(world.program);
  if (phase === "clean-up") return cleanUpChanges(world.tree, list);
  // What nothing comes of is not prepared.
  if (outcome.changes.length === 0) return [];
  const environments = (relay?.parts ?? []).map(({ target }) => target);
  const writing: Writing = { ...allAtOnce, live: phase === "prepare" ? "off" : "on", environments };
  const program = (await settingsChanges(plan, world, grammars, writing)).changes;
  const changes = [
    ...program,
    ...escChanges(relay, world.program, world.tree),
    ...(phase === "prepare" ? guards.changes : workflowChanges(plan, world)),
  ];
  const left = phase === "switch" ? listChange(whole, changes, world.tree, list) : undefined;
  return [...changes, ...(left === undefined ? [] : [left])].sort((a, b) => byText(a.path, b.path));
}

/** Where nothing may run differently, every workflow that may run Pulumi is played, and not only those that change. */
async function provenWith(
  changes: readonly Change[],
  { world }: Outcome,
  phase: Phase | undefined,
  grammars: Grammars | undefined,
): Promise<readonly Case[]> {
  if (changes.length === 0) return [];
  const after = await readProven({ surroundings: world.surroundings, tree: apply(world.tree, changes) }, grammars);
  const isWhole = phase === undefined || phase === "switch";
  const isOff = !isWhole && after.continued !== undefined && switchOf(after.continued, after.tree) === "off";
  const proof = isWhole ? prove(world, after) : prove(world, after, "all");
  const taken = [...(isOff ? ["GP640"] : []), ...(isGuarded(after.tree) || isGuarded(world.tree) ? ["GP286"] : [])];
  return taken.length === 0 ? proof : proof.map((one) => ({ ...one, assuming: [...one.assuming, ...taken] }));
}

function tasksOf(phase: Phase | undefined, outcome: Outcome, at: (trail: Trail) => string): readonly PlannedTask[] {
  const { world } = outcome;
  if (phase === "clean-up") return cleanUpTasks(world.tree, listPath(world.program));
  return plannedTasks(outcome, at, phase).filter(
    ({ text }) => !goesByEsc(world.surroundings) || !text.includes("`pulumi config set --secret "),
  );
}

function escTasks(relay: Relay | undefined, phase: Phase | undefined): readonly PlannedTask[] {
  if (relay === undefined || phase === "switch") return [];
  const names = relay.parts.map(({ target }) => target).join(", ");
  return [
    `Once this is on the default branch, start the workflow "Relay secrets to Pulumi ESC" by hand, and see that it succeeded: it fills ${names}. Pulumi Cloud has to trust the workflows of this repository: an OIDC issuer https://token.actions.githubusercontent.com with a policy for it.`,
    "Compare what arrived: `pulumi env open <organization>/<project>/<environment> | gha2pulumi secrets --check LOG`, with the log of the job.",
  ].map((text) => ({ text, location: null }));
}

/** The stacks of a program that is on already would start with the next `pulumi up`: there is no preparing them. */
function joinsWhatIsOn({ plan, world, changes }: Outcome): PlannedDiagnostic | undefined {
  const { continued, declared } = world;
  if (changes.length === 0 || continued === undefined || switchOf(continued, world.tree) === "off") return undefined;
  const there = new Set(declared.map(stackKey));
  const joining = plan.settings.filter((one) => !there.has(stackKey(one))).map(stackLabel);
  if (joining.length === 0) return undefined;
  return {
    code: "GP530",
    severity: "warning",
    message: `${joining.join(", ")} would join a program that no file says is off: with the next \`pulumi up\` both would deploy`,
    location: `${continued}:1:1`,
    excerpt: null,
    help: "Plan without --phase, or switch the program off first; see `gha2pulumi explain GP530`.",
  };
}

/** A program that is off while nothing else runs what its stacks need: nobody deploys them. */
function withSwitchedOff(document: PlanDocument, { world, changes }: Outcome): PlanDocument {
  const { continued, declared } = world;
  if (continued === undefined || changes.length > 0 || switchOf(continued, world.tree) === "on") return document;
  const run = new Set(document.operations.map(({ project, stacks }) => `${project ?? ""}/${stacks[0] ?? ""}`));
  const idle = declared
    .filter((one) => one.deployCommits || one.schedules.length > 0)
    .filter(({ project, stack }) => !run.has(`${project}/${stack}`));
  if (idle.length === 0) return document;
  const found: PlannedDiagnostic = {
    code: "GP531",
    severity: "warning",
    message: `${idle.map(stackLabel).join(", ")}: \`live\` is false, and no workflow runs them: nothing deploys these stacks`,
    location: `${continued}:1:1`,
    excerpt: null,
    help: "Set `live` to true and run `pulumi up`; see `gha2pulumi explain GP531`.",
  };
  return { ...document, diagnostics: [...document.diagnostics, found] };
}

/** Workflows that were to get a guard and get none. */
function unguarded({ without }: Guards): readonly PlannedDiagnostic[] {
  return without.map(({ path, because }) => ({
    code: "GP287",
    severity: "warning",
    message: `${path} gets no guard: ${because}`,
    location: `${path}:1:1`,
    excerpt: null,
    help: "It is switched by the merge alone; see `gha2pulumi explain GP287`.",
  }));
}

/** Checks that may be required go with a switch, and nobody has said whether they are. */
function unanswered({ from: [first], key }: Question, at: (trail: Trail) => string): PlannedDiagnostic {
  return {
    code: "GP289",
    severity: "error",
    message: "nothing is switched: checks go away with their jobs, and nobody has said whether a rule requires them",
    location: first === undefined ? ".github/workflows:1:1" : at(first),
    excerpt: null,
    help: `Answer \`${key}\` with \`none\`, or with the names of those that are required; see \`gha2pulumi explain GP289\`.`,
  };
}

/** Once the variable is set, what stays behind a guard would run nowhere. */
function guardsLeft(after: Tree): readonly PlannedDiagnostic[] {
  if (!isGuarded(after)) return [];
  return [...after]
    .filter(([path, text]) => path.startsWith(".github/") && text.includes(guardVariable))
    .map(([path, text]) => ({
      code: "GP288",
      severity: "error",
      message: `${path} keeps a guard on what stays: with PULUMI_DEPLOYMENTS_LIVE set it would not run, and nothing else would`,
      location: `${path}:${text.slice(0, text.indexOf(guardVariable)).split("\n").length}:1`,
      excerpt: null,
      help: "Nothing is switched. Take the guard out there, and plan again; see `gha2pulumi explain GP288`.",
    }));
}

function isEarly({ changes, world }: Outcome): boolean {
  return changes.length > 0 || (world.continued !== undefined && switchOf(world.continued, world.tree) === "off");
}

function earlyCleanUp({ world }: Outcome): PlannedDiagnostic {
  return {
    code: "GP532",
    severity: "warning",
    message: "something is still to be switched, so nothing is cleaned up",
    location: `${world.continued ?? ".github/workflows"}:1:1`,
    excerpt: null,
    help: "Plan --phase switch first; see `gha2pulumi explain GP532`.",
  };
}

function asItIs(file: PlanDocument["files"][number], changes: readonly Change[]): PlanDocument["files"][number] {
  if (changes.some(({ path }) => path === file.path))
    return {
      ...file,
      change: "edit",
      reason: "what moves gets a guard, which changes nothing until its variable is set",
    };
  return file.change === "keep" ? file : { ...file, change: "keep", reason: "it stays as it is until the switch" };
}
