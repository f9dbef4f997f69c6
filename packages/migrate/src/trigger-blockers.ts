import { cronTimes, isUtc, tableOf, written, type Event, type Path, type Trail } from "@gha2pulumi/repo";
import { defaultTypes, isLiteralPattern, isTooOften, isUnreached, mayMatchPath, scenarios } from "@gha2pulumi/workflow";
import { anyBase, blocker, type Blocker } from "./blocker.ts";
import type { Intent } from "./intents.ts";
import { jobQuestion } from "./job-question.ts";
import { trialMergeLabel } from "./revision.ts";
import { translatePaths } from "./path-filters.ts";
import { branchesSaid, type SeenTrigger } from "./triggers-seen.ts";
import type { World } from "./world.ts";

/** What stands against moving an intent because of when it happens. */
export function triggerBlockers(
  intent: Intent,
  all: readonly Intent[],
  events: readonly Event[],
  world: World,
): readonly Blocker[] {
  // What stands in a file that GitHub does not run says so already: GP201.
  if (intent.on.length === 0 && !intent.workflow.runnable) return [];
  // And what its condition keeps from running has that as its reason.
  if (intent.on.length === 0 && intent.occurrences.every(({ condition }) => isUnreached(condition))) return [];
  if (intent.on.length === 0) return [blocker("GP205", whyNever(intent, world), intent.occurrences[0].operates.from)];
  return intent.on.flatMap((trigger) => {
    const from = placeOf(intent, trigger.event);
    const row =
      rows[trigger.event] ?? (() => [blocker("GP238", `Deployments does not hear \`${trigger.event}\``, from)]);
    return [...row({ intent, trigger, from, events, world }), ...pathBlockers(trigger, from, all)];
  });
}

function whyNever({ workflow }: Intent, world: World): string {
  const never = "nothing ever starts it";
  if (scenarios(workflow, world.repository).length > 0 || workflow.triggers.length === 0) return never;
  const paths = workflow.triggers.flatMap((trigger) => trigger.paths ?? []).filter(({ text }) => !mayMatchPath(text));
  return paths.length > 0
    ? `${never}: no path of a repository begins as \`${paths[0]?.text ?? ""}\` does`
    : `${never}: nothing passes the filters of \`on:\``;
}

interface Asked {
  readonly intent: Intent;
  readonly trigger: SeenTrigger;
  readonly from: Trail;
  readonly events: readonly Event[];
  readonly world: World;
}

/** One row per trigger Deployments has a counterpart for; what is not here it does not hear. */
const rows: Readonly<Record<string, (asked: Asked) => readonly Blocker[]>> = tableOf({
  push: pushBlockers,
  pull_request: pullRequestBlockers,
  schedule: scheduleBlockers,
  workflow_dispatch: dispatchBlockers,
  workflow_call: ({ from }) => [
    blocker("GP239", "other repositories may call this workflow, and who does is not known", from),
  ],
});

/** Schedules of Deployments have no time zone, five plain fields, and start as often as they say. */
function scheduleBlockers({ intent, from }: Asked): readonly Blocker[] {
  return intent.occurrences.flatMap(({ event }) => {
    if (event.kind !== "schedule") return [];
    const { cron, zone } = event;
    if (!isUtc(zone))
      return [blocker("GP238", `its schedule \`${cron}\` is in the time of ${zone}; Deployments has UTC`, from)];
    if (cronTimes(cron) === undefined)
      return [blocker("GP282", `its schedule \`${cron}\` has signs that not every cron reads alike`, from)];
    return isTooOften(cron)
      ? [
          blocker(
            "GP282",
            `GitHub starts \`${cron}\` every five minutes at most; Deployments knows no such limit`,
            from,
          ),
        ]
      : [];
  });
}

/** Push-to-deploy updates a stack on pushes to one branch. */
function pushBlockers({ intent, trigger, from }: Asked): readonly Blocker[] {
  const operation = intent.occurrences[0].operates.operation;
  const found: Blocker[] = [];
  if (trigger.tags.length > 0)
    found.push(
      blocker("GP232", `it runs for tags (${trigger.tags.join(", ")}), which provider 1.3.0 cannot declare`, from),
    );
  else if (trigger.branches.length !== 1 || trigger.except.length > 0 || !trigger.branches.every(isLiteralPattern)) {
    found.push(blocker("GP230", `it runs for pushes to ${branchesSaid(trigger)}; a stack has one branch`, from));
  }
  const implied = intent.occurrences.every((one) => one.event.kind !== "push" || one.implied);
  if (operation !== undefined && operation !== "update" && !implied)
    found.push(blocker("GP231", `a push starts updates in Deployments, and this is a ${operation}`, from));
  return found;
}

/** Pull request previews: on opening and on new commits, for pull requests into the stack's branch. */
function pullRequestBlockers({ intent, trigger, from, events, world }: Asked): readonly Blocker[] {
  const operation = intent.occurrences[0].operates.operation;
  const found: Blocker[] = [];
  const review = intent.occurrences.every((one) => one.review);
  if (operation !== undefined && operation !== "preview" && !(review && operation === "update"))
    found.push(blocker("GP235", `it runs ${operation} for pull requests; Deployments only previews them`, from));
  found.push(...trialMerges(intent, from, world));
  const types = trigger.types.length === 0 ? defaultTypes : trigger.types;
  // With `opened`, or new commits of a preview, the others are only more or fewer previews of the same pull request:
  // GP617 and GP618 say so. An update of a review stack is no preview.
  const isHeard = types.includes("opened") || (operation === "preview" && types.includes("synchronize"));
  if (!isHeard || types.includes("closed")) {
    found.push(
      blocker(
        "GP233",
        `it runs for pull requests that are ${types.join(", ")}; Deployments previews those that are opened or get new commits`,
        from,
      ),
    );
  }
  if (!trigger.branches.every(isLiteralPattern)) {
    const which = branchesSaid(trigger);
    found.push(blocker("GP234", `it previews pull requests into ${which}; a stack has one branch`, from));
  }
  found.push(...severalBases(trigger, from, world));
  const guard = guardOf(intent, events);
  if (guard) {
    // Of forks the documentation of Deployments says nothing.
    const there = guard.includes("forks")
      ? "what Deployments does with those is not documented"
      : "Deployments does not";
    found.push(blocker("GP236", `it leaves out some pull requests by their ${guard}; ${there}`, from));
  }
  return found;
}

/** An update that runs on the merge of a pull request into its base; what is behind its base would be taken back. */
function trialMerges({ occurrences }: Intent, from: Trail, { surroundings }: World): readonly Blocker[] {
  const merged = occurrences.find(({ revision }) => revision === trialMergeLabel);
  if (merged === undefined) return [];
  const { site } = merged;
  const message =
    "it updates the stack on the merge of a pull request into its base; a deployment can only run its head";
  const key = jobQuestion("pull-request-head", site.jobPlay);
  if (surroundings.get(key) !== undefined) return [blocker("GP440", message, from)];
  const question = { kind: "pull-request-head", key, choices: ["keep", "head"], names: [site.job], from } as const;
  return [blocker("GP440", message, from, question)];
}

/** Pull requests into more than one branch: Deployments previews only those into the stack's own. */
function severalBases(trigger: SeenTrigger, from: Trail, world: World): readonly Blocker[] {
  const { branches } = trigger;
  const answer = world.surroundings.get("previews.other-bases");
  if (branches.length === 1 || answer === "drop" || (branches.length === 0 && answer !== "keep")) return [];
  const message = `it previews pull requests into ${branchesSaid(trigger)}; Deployments previews only those into the stack's own`;
  return [blocker("GP234", message, from, anyBase(from))];
}

/** What a condition tells pull requests apart by, beyond branch and action: the first that makes a difference. */
function guardOf(intent: Intent, events: readonly Event[]): string | undefined {
  type PullRequest = Event & { readonly kind: "pull_request" };
  const pulls = (all: readonly Event[]): readonly PullRequest[] =>
    all.filter((event): event is PullRequest => event.kind === "pull_request");
  const reached = new Set<Event>(intent.occurrences.map((one) => one.event));
  const hits = pulls(events).filter((event) => reached.has(event));
  const missed = pulls(events).filter((event) => !reached.has(event));
  const traits: readonly (readonly [string, (event: PullRequest) => string])[] = [
    ["origin (forks)", (event) => String(event.fork)],
    ["draft state", (event) => String(event.draft)],
    ["labels", (event) => event.labels.join(",")],
    ["author", (event) => event.actor],
    ["merge state", (event) => String(event.merged)],
  ];
  const near = missed.filter((miss) => hits.some((hit) => hit.base === miss.base && hit.action === miss.action));
  return traits.find(([, trait]) =>
    near.some((miss) =>
      hits.some((hit) => hit.base === miss.base && hit.action === miss.action && trait(hit) !== trait(miss)),
    ),
  )?.[0];
}

/** A deployment started by hand runs the stack's settings as they are: inputs may only choose stack and operation. */
function dispatchBlockers({ intent, from }: Asked): readonly Blocker[] {
  const [{ prepare }] = intent.occurrences;
  const typed = intent.occurrences.flatMap((one) =>
    [...one.environment].filter(([, bound]) =>
      bound.text.some((piece) => typeof piece !== "string" && piece.names.some((name) => name.includes("inputs."))),
    ),
  );
  const [found] = typed;
  if (found)
    return [blocker("GP237", `what is typed in by hand reaches \`${found[0]}\` (\`${written(found[1].text)}\`)`, from)];
  return prepare.some((one) => one.command.includes("inputs."))
    ? [blocker("GP237", "what is typed in by hand reaches a command before it", from)]
    : [];
}

const pathsOf = new WeakMap<readonly Intent[], ReadonlySet<Path>>();

function pathBlockers(trigger: SeenTrigger, from: Trail, all: readonly Intent[]): readonly Blocker[] {
  if (trigger.paths.length === 0 && trigger.pathsIgnore.length === 0) return [];
  const own = pathsOf.get(all) ?? new Set(all.map((one) => one.workflow.path));
  pathsOf.set(all, own);
  const translated = translatePaths(trigger.paths, trigger.pathsIgnore, own);
  return translated.kind === "refused" ? [blocker("GP240", translated.because, from)] : [];
}

/** Where a trigger stands in the workflow. */
export function placeOf(intent: Intent, event: string): Trail {
  const trigger = intent.workflow.triggers.find((one) => one.event === event);
  return trigger ? [trigger.span] : intent.occurrences[0].operates.from;
}
