import { grouped, type Path } from "@gha2pulumi/repo";
import { neverRuns, type Findings, type Intent } from "./intents.ts";
import { askedByRequest } from "./asked-by-request.ts";
import { removableJobs, type Removal } from "./removable.ts";
import { blocker, type Blocker } from "./blocker.ts";
import { blockersOf } from "./blockers.ts";
import { operationKey, type Decision, type Held, type Plan } from "./decision.ts";
import { stackName } from "./runtime.ts";
import { keysByEvent } from "./keys-by-event.ts";
import { startedTwice } from "./started-twice.ts";
import { questionsOf } from "./questions.ts";
import { loginQuestion } from "./call/login-question.ts";
import { decideCalls } from "./call/decide-calls.ts";
import { isCallable, isCallableCode } from "./call/callable.ts";
import type { Call } from "./call/plan-calls.ts";
import { readingPreviews } from "./reading-previews.ts";
import { branchOf, conflictsOf, removalConflicts } from "./stack-conflicts.ts";
import { branchesNamed } from "./other-bases.ts";
import { branchQuestion } from "./branch-question.ts";
import { organizationElsewhere } from "./organization-elsewhere.ts";
import { stateElsewhere } from "./state-elsewhere.ts";
import { settingsFor, stackOf } from "./stack-settings.ts";
import type { ProvenWorld } from "./effects.ts";
import { cacheChoices, cacheOf } from "./dependency-cache.ts";
import { foldFiles } from "./fold-files.ts";
import { requiredCheckBlockers } from "./vanishing-checks.ts";
import type { World } from "./world.ts";

/**
 * One disposition per intent. Everything may move at first; then whatever stands against it takes intents out, and
 * with each one what cannot move without it, until nothing changes any more.
 */
export function decide(findings: Findings, world: World & Pick<ProvenWorld, "declared">, held: Held): Plan {
  // What never runs holds nothing back, and goes where all else of its job does.
  const live: Findings = { ...findings, intents: findings.intents.filter((intent) => !neverRuns(intent)) };
  // What calls Pulumi Deployments already is where it should be.
  const intents = live.intents.filter((intent) => intent.occurrences[0].operates.called === undefined);
  const blocked = new Map<Intent, readonly Blocker[]>();
  const add = (intent: Intent, blockers: readonly Blocker[]): boolean => {
    if (blockers.length === 0) return false;
    blocked.set(intent, [...(blocked.get(intent) ?? []), ...blockers]);
    return true;
  };
  for (const intent of intents) add(intent, blockersOf(intent, live, world));
  for (const elsewhere of [askedByRequest, stateElsewhere, organizationElsewhere])
    for (const [intent, one] of elsewhere(intents, live.intents, world)) add(intent, [one]);
  for (const intent of intents) if (!blocked.has(intent)) add(intent, heldBack(intent, held, "move"));
  const stays = (intent: Intent): boolean =>
    (blocked.get(intent) ?? []).some(({ question, reason }) => question === undefined && !isCallableCode(reason.code));
  const apart = [...removalConflicts(intents), ...keysByEvent(intents, stays)];
  for (const [intent, one] of apart) add(intent, [one]);
  const moving = (): readonly Intent[] => intents.filter((intent) => !blocked.has(intent));
  const [byJob, byFile] = [grouped(intents, jobOf), grouped(intents, ({ workflow }) => workflow.path)];
  const named = branchesNamed(intents);
  let removals: readonly Removal[] = [];
  // Every round blocks at least one more intent, or is the last.
  for (let changed = true; changed;) {
    changed = false;
    for (const intent of moving())
      if (add(intent, togetherWith(intent, byFile.get(intent.workflow.path) ?? [], blocked))) changed = true;
    let own = ownFiles(moving());
    for (const group of byStack(moving())) {
      const conflicts = conflictsOf(group, own, named, world.surroundings);
      const found = [...conflicts, ...startedTwice(group.filter((intent) => !conflicts.has(intent)))];
      for (const [intent, blockers] of found) if (add(intent, blockers)) changed = true;
      if (found.length > 0) own = ownFiles(moving());
    }
    const callable = intents.filter((intent) => mayCall(intent, blocked.get(intent) ?? [], held));
    for (const [intent, blockers] of readingPreviews(moving(), callable)) if (add(intent, blockers)) changed = true;
    const found = removableJobs(moving(), findings, world);
    for (const [intent, blockers] of found.blocked) if (add(intent, blockers)) changed = true;
    removals = found.removals;
    const required = requiredCheckBlockers(removals, moving(), world);
    for (const [intent, blockers] of required) if (add(intent, blockers)) changed = true;
  }
  for (const intent of intents) {
    if (isCallable(blocked.get(intent) ?? [])) add(intent, heldBack(intent, held, "call"));
  }
  const candidates = intents.filter((intent) => mayCall(intent, blocked.get(intent) ?? [], held));
  const called = decideCalls({ candidates, moving: moving(), removals, findings: live, world });
  for (const [intent, one] of called.blocked) add(intent, [one]);
  const asking = intents.filter((intent) => waitsForLeaves(intent, byJob.get(jobOf(intent)) ?? [], blocked, held));
  if (asking.length > 0) {
    const all = [...candidates, ...asking];
    const refused = decideCalls({ candidates: all, moving: moving(), removals, findings: live, world }).blocked;
    // No answer would make a call of it, so there is nothing to ask.
    for (const [intent, one] of refused) if (asking.includes(intent)) add(intent, [one]);
  }
  // Notes on a call's login stand against nothing.
  const against = new Map(blocked);
  for (const { login, longer, intents: own } of called.calls)
    for (const intent of own) {
      const from = intent.occurrences[0].operates.from;
      if (login.kept !== undefined)
        add(intent, [blocker("GP277", `it goes on with the token it has: ${login.kept}`, from)]);
      if (longer !== undefined) add(intent, [blocker("GP533", longer, from)]);
    }
  const isCalled = new Set(called.calls.flatMap((call) => call.intents));
  const decisions = findings.intents.map((intent): Decision => {
    if (neverRuns(intent)) return unreached(intent, called.removals, findings, world);
    const blockers = blocked.get(intent) ?? [];
    // What a call would take away needs no answer: the workflow keeps it.
    // A look for drift becomes a schedule or stays: there is no call of one.
    const isLook = blockers.some(({ reason }) => reason.code === "GP280");
    const isAnswered = ({ question, reason }: Blocker): boolean =>
      question !== undefined || (!isLook && isCallableCode(reason.code));
    const mayCallThen = blockers.some(({ question }) => question !== undefined) && blockers.every(isAnswered);
    // That it cannot become a call either is nothing to one that an answer would let move.
    const first = blockers.filter((one) => one !== called.blocked.get(intent));
    const mayMoveThen =
      first.length > 0 && first.every(({ question }) => question !== undefined && question.kind !== "leaves");
    // No answer makes anything of what nothing starts.
    const asks = intent.on.length > 0 && (mayCallThen || mayMoveThen);
    const already = intent.occurrences[0].operates.called !== undefined;
    return {
      intent,
      disposition: already || isCalled.has(intent) ? "call" : blockers.length === 0 ? "move" : asks ? "ask" : "keep",
      reasons: blockers.map((one) => one.reason),
    };
  });
  const { settings, folds } = foldFiles(settingsOf(moving(), called.calls, world), findings.intents, world, held);
  return {
    decisions,
    settings,
    folds,
    questions: [
      ...questionsOf(
        decisions.filter((one) => one.disposition === "ask").map((one) => one.intent),
        [...isCalled],
        against,
      ),
      ...branchQuestion(settings, world),
      ...loginQuestion(called.calls, world),
    ],
    removals: called.removals,
    calls: called.calls,
  };
}

/** What never runs goes with its job, or stays for what stands against it otherwise. */
function unreached(intent: Intent, removals: readonly Removal[], findings: Findings, world: World): Decision {
  const { path } = intent.workflow;
  const goes = removals.some(
    (one) => one.path === path && (one.whole || one.jobs.includes(intent.occurrences[0].site.job)),
  );
  const from = intent.occurrences[0].operates.from;
  return goes
    ? { intent, disposition: "move", reasons: [blocker("GP205", "it never runs, and goes with its job", from).reason] }
    : { intent, disposition: "keep", reasons: blockersOf(intent, findings, world).map(({ reason }) => reason) };
}

/** One settings object per stack: of what moves there, and of what is called there. */
function settingsOf(
  moving: readonly Intent[],
  calls: readonly Call[],
  world: World & Pick<ProvenWorld, "declared">,
): Plan["settings"] {
  const gone = ownFiles(moving);
  const calledOf = new Map(calls.flatMap((call) => call.intents.map((intent) => [intent, call] as const)));
  const caches = cacheChoices([...moving, ...calledOf.keys()], (intent) => calledOf.has(intent), world);
  return byStack([...moving, ...calledOf.keys()]).map((group) =>
    settingsFor(group, {
      branch: branchOf(group, world.surroundings.get("default-branch")),
      gone,
      isCalled: (intent) => calledOf.has(intent),
      // What moves needs its values in the settings; those a call sends stand over them.
      sent: new Set(
        group.every((intent) => calledOf.has(intent))
          ? group.flatMap((intent) => [...(calledOf.get(intent)?.sent ?? [])])
          : [],
      ),
      own: {
        prepared: group.every((intent) => calledOf.get(intent)?.own.prepared !== undefined),
        role: group.every((intent) => calledOf.get(intent)?.own.awsRole !== undefined),
      },
      cache: cacheOf(group, caches, world.declared),
      world,
    }),
  );
}

/** A call may take the place of an operation whose stack is known and that nothing else stands against. */
function mayCall(intent: Intent, blockers: readonly Blocker[], held: Held): boolean {
  const [name, key] = [stackName(intent.occurrences[0]), operationKey(intent)];
  const isHeld =
    held.all !== undefined ||
    [held.stacks, held.refused].some((stacks) => stacks.has(name)) ||
    [held.operations, held.calls].some((operations) => operations.has(key));
  // A call says `preview` or `refresh`, and a drift run is neither; a review stack is there for no call.
  if (intent.occurrences.some(({ byClock, review }) => byClock?.drift !== undefined || review)) return false;
  return !isHeld && stackOf(intent) !== undefined && intent.on.length > 0 && isCallable(blockers);
}

/** Whether nothing but what steps before it leave on the runner decides whether it may become a call. */
function waitsForLeaves(
  intent: Intent,
  ofItsJob: readonly Intent[],
  blocked: ReadonlyMap<Intent, readonly Blocker[]>,
  held: Held,
): boolean {
  const asksOf = (one: Intent): readonly string[] =>
    (blocked.get(one) ?? []).flatMap(({ question }) => question?.kind ?? []);
  if (!asksOf(intent).includes("leaves")) return false;
  if (ofItsJob.some((one) => asksOf(one).some((kind) => kind !== "leaves" && kind !== "environments"))) return false;
  const answered = (blocked.get(intent) ?? []).map((one) =>
    one.question?.kind === "leaves" ? { reason: { ...one.reason, code: "GP252" }, question: undefined } : one,
  );
  return mayCall(intent, answered, held);
}

function heldBack(intent: Intent, held: Held, way: "move" | "call"): readonly Blocker[] {
  const from = intent.occurrences[0].operates.from;
  if (held.all !== undefined) return [blocker("GP301", held.all, from)];
  const name = stackName(intent.occurrences[0]);
  const refused = held.refused.get(name);
  if (refused !== undefined) return [blocker(refused.code, refused.note, from)];
  const key = operationKey(intent);
  const found = held.stacks.get(name) ?? held.operations.get(key) ?? (way === "call" ? held.calls.get(key) : undefined);
  return found === undefined ? [] : [blocker("GP600", `the proof found a difference: ${found}`, from)];
}

function jobOf({ occurrences: [{ site }] }: Intent): string {
  return `${site.workflow}\n${site.job}`;
}

/** Operations of one step go or stay together: the step is one piece of the file. */
function togetherWith(
  intent: Intent,
  ofItsFile: readonly Intent[],
  blocked: ReadonlyMap<Intent, readonly Blocker[]>,
): readonly Blocker[] {
  const other = ofItsFile.find((one) => one !== intent && blocked.has(one) && isSamePiece(one, intent));
  const blockers = other && blocked.get(other);
  if (!other || !blockers?.[0]) return [];
  const message = `${sharing(other, intent)}: ${causeOf(blockers[0])}`;
  const asks = blockers.every((blocker) => blocker.question !== undefined)
    ? blockers.find((blocker) => blocker.question)?.question
    : undefined;
  return [{ reason: { code: "GP208", message, from: blockers[0].reason.from }, question: asks }];
}

/** Why the first operation of a chain stays: what ties the others to it is said once. */
function causeOf({ reason: { code, message } }: Blocker): string {
  return code === "GP208" ? message.slice(message.indexOf(": ") + 2) : message;
}

/** What ties an operation to one that stays, as it is said. */
function sharing(staying: Intent, moving: Intent): string {
  const [one, two] = [staying, moving].map(({ occurrences: [{ site }] }) => site);
  if (one?.job !== two?.job) return `it shows what the job \`${one?.job ?? ""}\` does, which does not move`;
  if (one?.step.trail[0].start === two?.step.trail[0].start) return "it shares a step with an operation that stays";
  return one?.jobPlay.calls === undefined && two?.jobPlay.calls === undefined
    ? "it is done with an operation of the same job that stays"
    : "it shares the call of a workflow with an operation that stays";
}

/**
 * A first half and its update, which go together or not at all. The update may go alone where the half is a preview: what
 * that shows before the update, or beside it, changes nothing.
 */
function isHalfOf(staying: Intent, moving: Intent): boolean {
  const implies = ({ occurrences }: Intent): boolean => occurrences.some(({ implied }) => implied);
  return implies(moving) || (implies(staying) && staying.occurrences[0].operates.operation !== "preview");
}

/**
 * The same step; inside a call, the same calling job, since only that can be taken out of a file. Of two jobs, a preview
 * and the update that waits for it.
 */
function isSamePiece(staying: Intent, moving: Intent): boolean {
  if (jobOf(staying) !== jobOf(moving))
    return (
      staying.occurrences[0].operates.operation === "update" &&
      isHalfOf(staying, moving) &&
      stackOf(staying) === stackOf(moving)
    );
  const [one] = staying.occurrences;
  const [two] = moving.occurrences;
  const called = one.site.jobPlay.calls ?? two.site.jobPlay.calls;
  return (
    called !== undefined || one.site.step.trail[0].start === two.site.step.trail[0].start || isHalfOf(staying, moving)
  );
}

function byStack(intents: readonly Intent[]): readonly (readonly [Intent, ...Intent[]])[] {
  const keyOf = (intent: Intent): string => {
    const key = stackOf(intent);
    if (key === undefined) throw new Error(`an intent without a stack was going to move: ${intent.id}`);
    return key;
  };
  return [...grouped(intents, keyOf).values()];
}

/** Workflow files of which everything moves: path filters that name them have nothing left to match. */
function ownFiles(moving: readonly Intent[]): ReadonlySet<Path> {
  return new Set(moving.map((intent) => intent.workflow.path));
}
