import type { Trail } from "@gha2pulumi/repo";
import { defaultBranchStandIn, isLiteralPattern, type Surroundings } from "@gha2pulumi/workflow";
import { keysIn } from "./cloud.ts";
import type { Occurrence } from "./intent.ts";
import { blocker, type Blocker, type QuestionKey } from "./blocker.ts";
import type { Intent } from "./intents.ts";
import { otherBases } from "./other-bases.ts";
import { translatePaths } from "./path-filters.ts";
import { preparedInFull, profileOf, stackOf, type Profile } from "./stack-settings.ts";
import { placeOf } from "./trigger-blockers.ts";

/**
 * The one branch of a stack: where its updates come from, else where its previews go to, else the one from which a
 * person may start it; of several, the default one.
 */
export function branchOf(intents: readonly Intent[], defaultBranch: string | undefined): string | undefined {
  const named = (event: string): string | undefined => {
    const all = branchesOf(intents, event).filter(isLiteralPattern);
    return all.find((one) => one === defaultBranch) ?? all[0];
  };
  return named("push") ?? named("pull_request") ?? named("workflow_dispatch");
}

function branchesOf(intents: readonly Intent[], event: string): readonly string[] {
  return [
    ...new Set(
      intents.flatMap((intent) => intent.on.flatMap((trigger) => (trigger.event === event ? trigger.branches : []))),
    ),
  ];
}

/** What each part of a profile is called when two operations of one stack differ in it. */
const parts: readonly (readonly [keyof Profile, string, string])[] = [
  ["directory", "GP241", "it runs in another folder than the stack's other operations"],
  ["identities", "GP242", "it takes another role than the stack's other operations; a stack has one role for all"],
  ["environment", "GP243", "its environment is not that of the stack's other operations"],
  ["prepare", "GP244", "other commands run before it than before the stack's other operations"],
  ["image", "GP245", "it pins another version of the CLI than the stack's other operations"],
  ["runner", "GP255", "it runs on another runner than the stack's other operations"],
];

/**
 * Operations that cannot go into one settings object with the rest. Updates come first: what does not fit them stays.
 * Where updates do not fit one another, nobody can say which one is right, and all of them stay.
 */
export function conflictsOf(
  group: readonly Intent[],
  own: ReadonlySet<string>,
  named: ReadonlySet<string>,
  surroundings: Surroundings,
): ReadonlyMap<Intent, readonly Blocker[]> {
  const defaultBranch = surroundings.get("default-branch");
  const found = new Map<Intent, readonly Blocker[]>();
  const updates = group.filter((intent) => isTriggered(intent, "push"));
  const lead = updates[0] ?? group.find((intent) => !isImplied(intent)) ?? group[0];
  if (!lead) return found;
  const pushed = branchesOf(updates, "push");
  if (pushed.length > 1) {
    for (const intent of updates)
      found.set(intent, [
        blocker(
          "GP230",
          `the stack is updated from several branches (${pushed.join(", ")}); a stack has one`,
          placeOf(intent, "push"),
        ),
      ]);
    return found;
  }
  const branch = branchOf(group, defaultBranch) ?? defaultBranch;
  for (const intent of group) {
    const blockers = [
      // The first half of an update runs as the update does.
      ...(isImplied(intent) ? [] : profileConflicts(intent, lead)),
      ...otherBases(intent, branch, named, surroundings),
      ...scheduleConflicts(intent, branch),
      ...pathConflicts(intent, lead, own),
    ];
    if (blockers.length > 0) found.set(intent, blockers);
  }
  // One update among several that differs from the first: the first is no more right than the others.
  if (updates.some((intent) => found.has(intent))) {
    const [reason] = updates.flatMap((intent) => found.get(intent) ?? []);
    if (reason) for (const intent of updates) if (!found.has(intent)) found.set(intent, [reason]);
  }
  return found;
}

/** Nothing but the first half of an update that follows it: its preview, or a refresh. */
export function isImplied(intent: Intent): boolean {
  return intent.occurrences.every(({ implied }) => implied);
}

/**
 * Operations of stacks that one of them removes. `deleteAfterDestroy` would remove the stack after every destroy, and a
 * stack that is removed takes its settings along, with whatever would start its other operations.
 */
export function removalConflicts(intents: readonly Intent[]): ReadonlyMap<Intent, Blocker> {
  const found = new Map<Intent, Blocker>();
  const removes = ({ occurrences }: Intent): boolean =>
    occurrences.some(({ operates, review }) => operates.operation === "destroy" && operates.removeStack && !review);
  for (const remover of intents.filter((intent) => stackOf(intent) !== undefined && removes(intent))) {
    const own = intents.filter((intent) => stackOf(intent) === stackOf(remover));
    const others = own.filter((intent) => !removes(intent));
    const { from } = remover.occurrences[0].operates;
    const message = "a destroy of the stack removes it and its settings, and it has other operations";
    if (others.length > 0) for (const intent of own) found.set(intent, blocker("GP254", message, from));
  }
  return found;
}

function isTriggered(intent: Intent, event: string): boolean {
  return intent.on.some((trigger) => trigger.event === event) && intent.occurrences[0].operates.operation === "update";
}

function profileConflicts(intent: Intent, lead: Intent): readonly Blocker[] {
  // The checks in front of a preview stay with the pull request: where the update does the same, so may the preview.
  // Flags only one of them has make no difference to a preview: GP620 says so.
  const isPreview = intent.on.every(({ event }) => event === "pull_request") && operationOf(intent) === "preview";
  const own = profileOf(intent, isPreview);
  const others = isPreview ? profileOf(lead, true) : profileOf(lead, false);
  const inFull = isPreview && preparedInFull(intent) === others.prepare;
  return parts.flatMap(([part, code, message]) => {
    if (own[part] === others[part] || (part === "prepare" && inFull)) return [];
    const keys = part === "identities" ? keysApart(intent, lead) : undefined;
    return [blocker(code, keys?.message ?? message, intent.occurrences[0].operates.from, keys?.question)];
  });
}

interface KeysApart {
  readonly message: string;
  /** Where both keys have one name, and the environment of one may have a key of its own. */
  readonly question: QuestionKey | undefined;
}

/** What sets two logins with keys apart; `undefined` where one of them has none. */
export function keysApart({ occurrences: [mine] }: Intent, { occurrences: [theirs] }: Intent): KeysApart | undefined {
  const [own, other] = [mine, theirs].map(keysOf);
  if (own === undefined || other === undefined || own === other) return undefined;
  const isScope = mine.scope !== theirs.scope && keysIn(mine.identities).join() === keysIn(theirs.identities).join();
  const scopes = [mine.scope, theirs.scope].filter((scope) => scope !== undefined);
  const message = `it logs in with the key ${own}, the stack's other operations with ${other}; a stack has one role in place of keys`;
  return { message, question: isScope ? secretsQuestion(scopes, mine.operates.from) : undefined };
}

function secretsQuestion(names: readonly string[], from: Trail): QuestionKey {
  return { kind: "environment-secrets", key: "environments.secrets", choices: ["none", ...names], names, from };
}

/** The keys that an operation logs in with, by the names that hold them. */
function keysOf({ identities, scope }: Occurrence): string | undefined {
  const of = scope === undefined ? "" : ` of the environment \`${scope}\``;
  return (
    keysIn(identities)
      .map((key) => `\`${key}\`${of}`)
      .join(", ") || undefined
  );
}

function operationOf(intent: Intent): string | undefined {
  return intent.occurrences[0].operates.operation;
}

/** GitHub runs schedules on the default branch, Deployments on the stack's own. */
function scheduleConflicts(intent: Intent, branch: string | undefined): readonly Blocker[] {
  const ran = intent.occurrences.map(({ event }) => event).find((event) => event.kind === "schedule");
  if (branch === undefined || ran === undefined || [branch, defaultBranchStandIn].includes(ran.branch)) return [];
  return [
    blocker(
      "GP247",
      `its schedule runs on the default branch ${ran.branch}, and the stack's branch is ${branch}`,
      placeOf(intent, "schedule"),
    ),
  ];
}

/** A stack has one list of paths for updates and previews alike. */
function pathConflicts(intent: Intent, lead: Intent, own: ReadonlySet<string>): readonly Blocker[] {
  const listOf = (one: Intent): string | undefined => {
    const trigger = one.on.find((seen) => seen.event === "push" || seen.event === "pull_request");
    return trigger && JSON.stringify(translatePaths(trigger.paths, trigger.pathsIgnore, own));
  };
  const [mine, theirs] = [listOf(intent), listOf(lead)];
  if (mine === undefined || theirs === undefined || mine === theirs) return [];
  return [
    blocker(
      "GP246",
      "its path filter is not that of the stack's updates; a stack has one list of paths",
      intent.occurrences[0].operates.from,
    ),
  ];
}
