import { asInShell, namesIn, written, type Hole, type Text, type Tree } from "@gha2pulumi/repo";
import type { Command, JobPlay, StepPlay } from "@gha2pulumi/workflow";
import { placeOf } from "./carried-line.ts";
import { commandsInside } from "./commands-inside.ts";
import { clouds } from "./clouds/index.ts";
import { fileNamed, judge, type Judgement, type Surrounding } from "./duties.ts";
import type { Entry } from "./entry.ts";
import { filesLeft } from "./files-left.ts";
import { hiddenOperation } from "./hidden-operation.ts";
import { hidesProgram } from "./hidden-programs.ts";
import { installOf } from "./installs.ts";
import type { Identity, Reason } from "./intent.ts";
import { runtimeIn } from "./projects.ts";
import { namedFromFolder } from "./runner-paths.ts";
import { recognisers } from "./recognisers/index.ts";
import { emptyScope, withIdentity, type Recognised, type Scope } from "./scope.ts";
import { hasPulumiToken } from "./tokens.ts";
import { withoutTrailing } from "./trailing.ts";
import { unreadOperation } from "./unread-operation.ts";
import { activeBehind } from "./virtual-environment.ts";
import { unwrapOnce, type Unwrapped } from "./unwrapper.ts";
import { unwrappers } from "./unwrap/index.ts";
import { writesVariables } from "./unwrap/inner-script.ts";
import { commandsRun } from "./workspace-scripts.ts";

/** By the steps that were played: what they do is the same on every event that plays them alike. */
const judged = new WeakMap<JobPlay["steps"], Map<string, readonly Entry[]>>();

/**
 * Walks a job's commands in order, each one seeing what those before it have established. `tree` is the one that the
 * job was played on.
 */
export function jobEntries(
  job: JobPlay,
  tree: Tree,
  how: Pick<Surrounding, "checksStand" | "runsUnknown">,
): readonly Entry[] {
  const known = judged.get(job.steps) ?? new Map<string, readonly Entry[]>();
  judged.set(job.steps, known);
  const key = JSON.stringify([how.checksStand, how.runsUnknown]);
  const entries = known.get(key) ?? judgeAll(job, tree, how);
  known.set(key, entries);
  return entries;
}

function judgeAll(job: JobPlay, tree: Tree, how: Pick<Surrounding, "checksStand" | "runsUnknown">): readonly Entry[] {
  const entries: Entry[] = [];
  const made = new Set<string>();
  let scope = emptyScope(tree);
  const budget: Budget = { left: mostWrappers };
  let previous: Command | undefined;
  for (const step of job.steps) {
    if (step.runs.value === false) continue;
    const before = { ...withoutForeign(scope, step), virtualEnvironment: undefined };
    const at = { ...how, step, previous, made, depth: 0, budget };
    const own = entriesOfStep(before, at);
    // A check in the step of an operation goes with that step: it cannot stay where it is.
    const hasOperation = own.some((entry) => entry.operates.length > 0);
    const found = how.checksStand && hasOperation ? entriesOfStep(before, { ...at, checksStand: false }) : own;
    entries.push(...found);
    scope = found.at(-1)?.after ?? before;
    previous = step.commands.at(-1) ?? previous;
    scope = withCondition(scope, before, step);
  }
  const isRecognised = entries.some((entry) => entry.operates.length > 0);
  // A call of a workflow that is not here is no operation either; `mentionsOf` lists it.
  return isRecognised || job.job.uses ? withoutTrailing(entries, job) : withHidden(entries);
}

/** What the commands of one step are; the files that they write in a deployment too are put down in `made`. */
function entriesOfStep(before: Scope, at: At & { readonly made: Set<string> }): readonly Entry[] {
  const entries: Entry[] = [];
  let scope = before;
  let { previous } = at;
  for (const command of at.step.commands) {
    for (const entry of entriesOf(command, scope, { ...at, previous }).entries) {
      entries.push(entry);
      scope = entry.after;
      const place = entry.duty === "prepares" && entry.command.kind === "run" && placeOf(command, entry.command.writes);
      if (place) at.made.add(place);
    }
    previous = command;
  }
  return entries;
}

/**
 * A stack that a step selects which may not run is selected for the steps under the same condition alone; what such a
 * step checks out may be there or not.
 */
function withCondition(now: Scope, before: Scope, { runs, step }: StepPlay): Scope {
  const condition = step.if?.text.trim();
  const { revision } = now;
  const isSame = written(revision?.text ?? []) === written(before.revision?.text ?? []);
  const after =
    runs.value === true || isSame
      ? now
      : { ...now, revision: { text: [openCheckout], from: revision?.from ?? ([step.span] as const) } };
  if (runs.value === true || condition === undefined) return after;
  const selected = [...after.selected].map(
    ([key, bound]) =>
      [
        key,
        before.selected.get(key) === bound ? bound : { ...bound, text: [selectedIf(bound.text, condition)] },
      ] as const,
  );
  return { ...after, selected: new Map(selected) };
}

const openCheckout: Hole = { expression: "a checkout that may not run", names: [], note: "decided while it runs" };

const sameCondition = "selected if ";

function selectedIf(text: Text, condition: string): Hole {
  return { expression: written(text), names: [], note: `${sameCondition}${condition}` };
}

/** The other way round: under that condition it is what was selected. */
function withoutForeign(scope: Scope, { step }: StepPlay): Scope {
  const note = `${sameCondition}${step.if?.text.trim() ?? ""}`;
  const selected = [...scope.selected].map(([key, bound]) => {
    const [only] = bound.text;
    const isSame = bound.text.length === 1 && typeof only !== "string" && only?.note === note;
    return [key, isSame ? { ...bound, text: [only.expression] } : bound] as const;
  });
  return { ...scope, selected: new Map(selected) };
}

/** A job in which no operation is recognised, and that may run Pulumi all the same: each step's first such command. */
function withHidden(entries: readonly Entry[]): readonly Entry[] {
  const shown = new Set<StepPlay>();
  return entries.map((entry) => {
    const hidden =
      entry.duty === "gates" && !shown.has(entry.step)
        ? hiddenOperation(
            entry.command,
            entry.step,
            entry.reasons.find(({ code }) => code === "GP223"),
          )
        : undefined;
    if (!hidden) return entry;
    shown.add(entry.step);
    return { ...entry, duty: "serves", operates: [hidden], reasons: [] };
  });
}

/** Wrappers nest (`uv run make deploy`), and a script may call itself. */
const deepest = 8;

/** Wrappers that are opened in one job: targets that call one another twice are more than can be opened. */
const mostWrappers = 500;

/** How many are left. Owned by one job, and changed by it. */
interface Budget {
  left: number;
}

interface Found {
  readonly entries: readonly Entry[];
  /** A recogniser knows one of them. */
  readonly recognised: boolean;
}

/** Where a command stands. */
interface At {
  readonly step: StepPlay;
  readonly previous: Command | undefined;
  readonly checksStand: boolean;
  readonly runsUnknown: boolean;
  /** Files that commands before it write in a deployment too. */
  readonly made: ReadonlySet<string>;
  readonly depth: number;
  readonly budget: Budget;
}

/** A wrapped command is looked into only where it leads to Pulumi; otherwise the wrapper is the command. */
function entriesOf(command: Command, scope: Scope, at: At): Found {
  const unwrapped = at.budget.left > 0 ? unwrapOnce(command, scope.tree, unwrappers) : undefined;
  if (unwrapped) at.budget.left -= 1;
  const isFollowed = at.depth < deepest && at.budget.left > 0;
  const inner = unwrapped && isFollowed ? innerEntries(unwrapped, scope, at) : undefined;
  // Variables for later steps are all that it leaves.
  if (inner && (inner.recognised || inner.entries.every((entry) => writesVariables(entry.command)))) return inner;
  const recognised = inner ? undefined : recogniseOne(command, scope);
  if (recognised) return { entries: [entryOf(command, at.step, scope, recognised)], recognised: true };
  const isLost = !isFollowed && (unwrapped !== undefined || at.budget.left <= 0);
  const unfollowed = isLost || (inner?.entries.some((entry) => entry.unfollowed) ?? false);
  const runs = isFollowed ? commandsRun(command, unwrapped?.commands, scope.tree) : undefined;
  const judged = judgedEntry(command, runs, scope, at);
  return { entries: [{ ...judged, unfollowed }], recognised: false };
}

/** The commands within a wrapper, each with what the wrapper gives. */
function innerEntries({ commands, identities, reasons }: Unwrapped, scope: Scope, at: At): Found {
  const entries: Entry[] = [];
  let recognised = false;
  let current = scope;
  let previous = at.previous;
  for (const command of commands) {
    const inside: At = { ...at, previous, depth: at.depth + 1 };
    const found = entriesOf(command, identities.reduce(withIdentity, current), inside);
    recognised ||= found.recognised;
    for (const entry of found.entries) entries.push({ ...entry, reasons: [...reasons, ...entry.reasons] });
    current = withoutGiven(found.entries.at(-1)?.after ?? current, identities, current);
    previous = command;
  }
  const last = entries.at(-1);
  const after = { ...current, virtualEnvironment: scope.virtualEnvironment };
  return { entries: last ? [...entries.slice(0, -1), { ...last, after }] : entries, recognised };
}

/** What a wrapper gives ends with it: behind it the job has the identities it had before, and those it took inside. */
function withoutGiven(after: Scope, given: readonly Identity[], before: Scope): Scope {
  if (given.length === 0) return after;
  const own = after.identities.filter((identity) => !given.includes(identity));
  const kept = before.identities.filter((identity) => !own.some(({ kind }) => kind === identity.kind));
  return { ...after, identities: [...kept, ...own] };
}

function recogniseOne(command: Command, scope: Scope): Recognised | undefined {
  for (const { recognise } of [...recognisers, ...clouds]) {
    const recognised = recognise(command, scope);
    if (recognised) return recognised;
  }
  return undefined;
}

function entryOf(command: Command, step: StepPlay, before: Scope, recognised: Recognised): Entry {
  return {
    step,
    command,
    duty: recognised.duty,
    installs: false,
    checks: false,
    operates: recognised.operates,
    reasons: [...recognised.reasons, ...outputLeft(command, recognised)],
    left: undefined,
    config: recognised.config,
    refreshes: recognised.refreshes,
    before,
    after: recognised.scope,
    unfollowed: false,
  };
}

/** What a command of Pulumi or a cloud prints into a file of the runner: a deployment would not find it. */
function outputLeft(command: Command, { operates }: Recognised): readonly Reason[] {
  if (command.kind !== "run" || command.writes === undefined || operates.length > 0) return [];
  const what = asInShell(command.words.map((word) => written(word)).join(" "));
  return [
    {
      code: "GP221",
      message: `\`${what}\` writes ${fileNamed(command.writes)}`,
      from: command.from,
    },
  ];
}

function judgedEntry(written: Command, inner: readonly Command[] | undefined, scope: Scope, at: At): Entry {
  const isInstall = written.kind === "run" && installOf(wordsOf(written)) !== undefined;
  const command = isInstall ? namedFromFolder(written) : written;
  const { duty, installs, checks, note } = judgeIn(command, inner, scope, at);
  const code = { gates: "GP221", outside: "GP229" }[duty as string];
  const reasons: readonly Reason[] = code === undefined ? [] : [{ code, message: note, from: command.from }];
  const token = scope.token || hasPulumiToken(command);
  const virtualEnvironment = activeBehind(command, scope.virtualEnvironment);
  return {
    step: at.step,
    command,
    duty,
    installs,
    checks,
    operates: [],
    reasons,
    left: code === "GP221" && !token ? filesLeft(command, wordsOf(command)) : undefined,
    config: undefined,
    refreshes: undefined,
    before: scope,
    after: { ...scope, token, virtualEnvironment },
    unfollowed: false,
  };
}

/** With a Pulumi token at hand, a command that may run any program is no mere preparation, until its owner says so. */
function judgeIn(command: Command, inner: readonly Command[] | undefined, scope: Scope, at: At): Judgement {
  const runtime = (directory: Text): string | undefined => runtimeIn(directory, scope.tree);
  const { previous: before, checksStand, runsUnknown, made } = at;
  const judged = judge(command, { before, inner, checksStand, runsUnknown, made, runtime });
  const isHarmless = judged.duty === "serves" || judged.duty === "prepares";
  const unread = judged.duty === "gates" ? undefined : unreadOperation(command, scope.tree);
  if (unread !== undefined)
    return {
      duty: "gates",
      note: `\`${unread}\` stands in what \`${wordsOf(command)}\` runs, which is not read whole`,
      installs: false,
      checks: false,
    };
  if (runsUnknown && judged.duty === "prepares") return ofOwner(command, judged, scope.tree);
  if (!isHarmless || !(scope.token || hasPulumiToken(command)) || !hidesProgram(command, scope.tree)) return judged;
  return {
    duty: "gates",
    note: `\`${wordsOf(command)}\` may run a program that uses the Pulumi token`,
    installs: false,
    checks: false,
  };
}

/** What somebody said runs in a deployment; what it leaves for later steps in the files of a job is not there. */
function ofOwner(command: Command, judged: Judgement, tree: Tree): Judgement {
  const isForLater = commandsInside([command], tree).commands.some(
    (one) =>
      one.kind === "run" &&
      [...one.words, one.writes ?? []].some((text) => /GITHUB_(?:ENV|OUTPUT|PATH)\b/.test(written(text))),
  );
  if (!isForLater) return judged;
  const note = `\`${wordsOf(command)}\` leaves values for later steps, which a deployment does not have`;
  return { duty: "gates", note, installs: false, checks: false };
}

function wordsOf(command: Command): string {
  return command.kind === "run" ? command.words.map((word) => written(word)).join(" ") : "";
}

/** Every text a command is given: its words or inputs, and its environment. */
export function textsOf(command: Command): readonly Text[] {
  const environment = [...command.environment.values()].map((bound) => bound.text);
  if (command.kind === "uses") {
    const inputs = [...command.inputs].filter(([name]) => !isCommentToken(command.action, name));
    return [...environment, ...inputs.map(([, bound]) => bound.text)];
  }
  return command.kind === "run" ? [...environment, ...command.words] : environment;
}

/** The token a checkout or a comment on a pull request is made with: no operation needs it. */
function isCommentToken(action: string, name: string): boolean {
  return /^pulumi\/actions$/i.test(action) ? name === "github-token" : /^actions\/checkout$/i.test(action);
}

const read = new WeakMap<Command, { readonly secrets: readonly string[]; readonly vars: readonly string[] }>();

/** Names a command reads from `secrets` or `vars`, in the order they stand. */
export function namesRead(command: Command, context: "secrets" | "vars"): readonly string[] {
  const known = read.get(command) ?? allNamesRead(command);
  read.set(command, known);
  return known[context];
}

function allNamesRead(command: Command): { readonly secrets: readonly string[]; readonly vars: readonly string[] } {
  const texts = textsOf(command);
  const names = (context: string): readonly string[] => [...new Set(texts.flatMap((text) => namesIn(text, context)))];
  return { secrets: names("secrets"), vars: names("vars") };
}
