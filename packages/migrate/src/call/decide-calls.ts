import { splice } from "@gha2pulumi/repo";
import { blocker, type Blocker } from "../blocker.ts";
import { neverRuns, type Findings, type Intent } from "../intents.ts";
import type { Removal } from "../removable.ts";
import { isOptionVariable } from "../option-variable.ts";
import { isImplied } from "../stack-conflicts.ts";
import { calledProfileOf, profileOf, stackOf, type Profile } from "../stack-settings.ts";
import { cutAction, cutWorkflow } from "../workflow-edit.ts";
import type { World } from "../world.ts";
import { keepsPermissions } from "./call-login.ts";
import { withoutLogins } from "./call-logins.ts";
import { idleKeys } from "./idle-keys.ts";
import { planCalls, type Call } from "./plan-calls.ts";

interface Asked {
  readonly candidates: readonly Intent[];
  readonly moving: readonly Intent[];
  readonly removals: readonly Removal[];
  readonly findings: Findings;
  readonly world: World;
}

interface Decided {
  readonly calls: readonly Call[];
  readonly removals: readonly Removal[];
  readonly blocked: ReadonlyMap<Intent, Blocker>;
}

/** Which of these operations become calls, and the edits of their workflows together with what goes out of them. */
export function decideCalls({ candidates, moving, removals, findings, world }: Asked): Decided {
  const planned = planCalls(candidates, moving, findings, world);
  const blocked = new Map(planned.blocked);
  const block = (call: Call, message: string): void => {
    for (const intent of call.intents)
      blocked.set(intent, blocker("GP251", message, intent.occurrences[0].operates.from));
  };
  const alike = planned.calls.filter((call) => {
    const conflict = call.intents
      .map((intent) => conflictOf(intent, call, planned.calls, moving))
      .find((one) => one !== undefined);
    if (conflict !== undefined) block(call, conflict);
    return conflict === undefined;
  });
  const going = [...moving, ...alike.flatMap((call) => call.intents)];
  const whole = new Set(going.filter((one) => !isImplied(one)).map(stackOf));
  const fitting = alike.filter((call) => {
    const isHalf = call.intents.every((intent) => isImplied(intent) && !whole.has(stackOf(intent)));
    if (isHalf) block(call, "it cannot become a call: it is the first half of an update that stays");
    // Two machines with two logins would update one stack, minutes apart.
    const rest = updatesBeside(call, findings).filter((one) => !going.includes(one));
    if (rest.length > 0) block(call, "it cannot become a call: another update of its stack in the job stays as it is");
    return !isHalf && rest.length === 0;
  });
  const edited: Removal[] = [];
  const calls: Call[] = [];
  for (const path of new Set(fitting.map((call) => call.path))) {
    const own = withoutLogins(
      fitting.filter((call) => call.path === path),
      world,
    );
    const before = removals.find((removal) => removal.path === path);
    const removal = edit(own, before, inFile(moving, path), findings, world);
    if (typeof removal === "string") for (const call of own) block(call, `it cannot become a call: ${removal}`);
    else {
      edited.push(removal);
      calls.push(...own);
    }
  }
  const others = removals.filter((removal) => !edited.some(({ path }) => path === removal.path));
  return { calls, removals: [...others.map((one) => withoutKeys(one, moving, findings, world)), ...edited], blocked };
}

/** A file without calls, of which only a part goes, loses the tokens and keys of that which nothing that stays needs. */
function withoutKeys(removal: Removal, moving: readonly Intent[], findings: Findings, world: World): Removal {
  const workflow = world.repository.workflows.get(removal.path);
  if (workflow === undefined || removal.whole || removal.jobs.length + removal.steps.length === 0) return removal;
  const keys = idleKeys([], { ...removal, intents: inFile(moving, removal.path) }, workflow, findings, world);
  if (keys.length === 0) return removal;
  const cut = cutWorkflow(workflow, { jobs: removal.jobs, steps: removal.steps, calls: [], keys }, world.tree);
  return cut.kind === "refused" ? removal : { ...removal, splices: cut.splices };
}

/** Updates that a job makes of the stack of a call, on an event that brings both. */
function updatesBeside({ intents }: Call, findings: Findings): readonly Intent[] {
  // One that asks already is where it should be.
  const isUpdate = ({ occurrences: [{ operates }] }: Intent): boolean =>
    operates.operation === "update" && operates.called === undefined;
  return findings.intents.filter(
    (other) =>
      isUpdate(other) &&
      !neverRuns(other) &&
      intents.some(
        (one) =>
          isUpdate(one) &&
          one.workflow === other.workflow &&
          one.occurrences[0].site.job === other.occurrences[0].site.job &&
          stackOf(one) === stackOf(other) &&
          one.occurrences.some(({ event }) => other.occurrences.some((occurrence) => occurrence.event === event)),
      ),
  );
}

function inFile(intents: readonly Intent[], path: Removal["path"]): readonly Intent[] {
  return intents.filter(({ workflow }) => workflow.path === path);
}

/** Why a called operation does not fit the settings of its stack, which say everything once. */
function conflictOf(intent: Intent, call: Call, calls: readonly Call[], moving: readonly Intent[]): string | undefined {
  const stack = stackOf(intent);
  const moved = moving.find((one) => stackOf(one) === stack);
  const ofStack = calls
    .flatMap((one) => one.intents.map((other) => [other, one] as const))
    .filter(([other]) => stackOf(other) === stack);
  const first = ofStack.find(([other]) => !isImplied(other)) ?? ofStack[0];
  const [lead, sent] = moved ? [moved, new Set<string>()] : first ? [first[0], first[1].sent] : [intent, call.sent];
  const [mine, theirs] = [
    withoutSent(calledProfileOf(intent), call.sent),
    withoutSent(moved ? profileOf(moved, false) : calledProfileOf(lead), new Set([...sent, ...call.sent])),
  ].map((profile) => (isImplied(intent) ? withoutOptions(profile) : profile)) as [Profile, Profile];
  const isOwn = (part: keyof Profile): boolean =>
    (part === "prepare" && call.own.prepared !== undefined) ||
    (part === "identities" && call.own.awsRole !== undefined);
  const parts = (Object.keys(mine) as (keyof Profile)[]).filter((part) => mine[part] !== theirs[part] && !isOwn(part));
  if (parts.length === 0) return undefined;
  const names = parts.includes("environment") ? ` (${namesApart(mine, theirs).join(", ")})` : "";
  return `it cannot become a call: its ${parts.join(", ")}${names} differs from the stack's other operations`;
}

/** Names of which the two have different values, or only one of them has any. */
function namesApart(a: Profile, b: Profile): readonly string[] {
  const [one, other] = [a, b].map(({ environment }) => new Map(JSON.parse(environment) as [string, string][]));
  const names = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])]);
  return [...names].filter((name) => one?.get(name) !== other?.get(name)).map((name) => `\`${name}\``);
}

function withoutSent(profile: Profile, sent: ReadonlySet<string>): Profile {
  const kept = (JSON.parse(profile.environment) as [string, string][]).filter(([name]) => !sent.has(name));
  return { ...profile, environment: JSON.stringify(kept) };
}

/** The first half of an update is done again by it, with all of its flags. */
function withoutOptions(profile: Profile): Profile {
  const kept = (JSON.parse(profile.environment) as [string, string][]).filter(([name]) => !isOptionVariable(name));
  return { ...profile, environment: JSON.stringify(kept) };
}

/** The edits of one file: what moves goes out of it, and what is called is asked for. */
function edit(
  calls: readonly Call[],
  before: Removal | undefined,
  intents: readonly Intent[],
  findings: Findings,
  world: World,
): Removal | string {
  const path = calls[0]?.path ?? "";
  if (world.repository.actions.has(path)) {
    const cut = cutAction(path, calls, world.tree);
    if (cut.kind === "refused") return `its file cannot be edited safely: ${cut.reason}`;
    return { path, jobs: [], steps: [], whole: false, splices: cut.splices };
  }
  const workflow = world.repository.workflows.get(path);
  if (!workflow || before?.whole) return "its workflow goes";
  const steps = [
    ...(before?.steps ?? []),
    ...calls.flatMap((call) => call.gone.map((index) => ({ job: call.job, index }))),
  ];
  const kept = steps.filter(
    (one, i) => steps.findIndex((other) => other.job === one.job && other.index === one.index) === i,
  );
  const jobs = before?.jobs ?? [];
  const keys = idleKeys(calls, { jobs, steps: before?.steps ?? [], intents }, workflow, findings, world);
  const whole = cutWorkflow(workflow, { jobs, steps: kept, calls, keys }, world.tree);
  // Keys that cannot be taken out, because another job repeats them by an alias, stand against no call.
  const cut =
    whole.kind === "refused" && keys.length > 0
      ? cutWorkflow(workflow, { jobs, steps: kept, calls, keys: [] }, world.tree)
      : whole;
  if (cut.kind === "refused") return `its file cannot be edited safely: ${cut.reason}`;
  const asking = calls.filter(({ login }) => login.auth.kind === "oidc").map(({ job }) => job);
  const after = splice(world.tree.get(path) ?? "", cut.splices);
  if (!keepsPermissions(workflow, after, asking, world.surroundings))
    return "its job would be allowed something else than before";
  // A step that goes with a call is needed until then, so it is none of those that get a guard.
  return { path, jobs, steps: before?.steps ?? [], whole: false, splices: cut.splices };
}
