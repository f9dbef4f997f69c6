import { byText, eventName, type Event } from "@gha2pulumi/repo";
import {
  defaultBranchStandIn,
  isLiteralPattern,
  matchesPattern,
  namesOf,
  otherBranch,
  unmarked,
  type Workflow,
} from "@gha2pulumi/workflow";

/** One trigger as far as it reaches an operation, after every filter and condition. */
export interface SeenTrigger {
  readonly event: string;
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  readonly paths: readonly string[];
  readonly pathsIgnore: readonly string[];
  readonly types: readonly string[];
  readonly crons: readonly string[];
  readonly inputs: readonly string[];
  /** What it does not reach of the branches above, or of all where there is none: `branches-ignore`, and conditions. */
  readonly except: readonly string[];
}

type Trigger = Workflow["triggers"][number];

/** Puts the events that reach an operation together again, as the filters they came from. */
export function seenTriggers(
  workflow: Workflow,
  reached: readonly Event[],
  all: readonly Event[],
  /** By event name, the patterns of the files that reach it where a condition asks for them. */
  patterns: ReadonlyMap<string, readonly string[]>,
): readonly SeenTrigger[] {
  return workflow.triggers.flatMap((trigger) => {
    const own = (events: readonly Event[]): readonly Event[] =>
      events.filter((event) => eventName(event) === trigger.event);
    const hits = own(reached);
    if (hits.length === 0) return [];
    return seen(trigger, patterns.get(trigger.event) ?? texts(trigger.paths), hits, own(all));
  });
}

function seen(
  trigger: Trigger,
  paths: readonly string[],
  hits: readonly Event[],
  all: readonly Event[],
): readonly SeenTrigger[] {
  const types = new Set(
    hits.flatMap((event) =>
      event.kind === "pull_request"
        ? [event.action]
        : event.kind === "workflow_run"
          ? [event.type]
          : event.kind === "other" && event.type !== undefined
            ? [event.type]
            : [],
    ),
  );
  const allTypes = new Set(all.flatMap((event) => (event.kind === "pull_request" ? [event.action] : [])));
  const base: SeenTrigger = {
    event: trigger.event,
    branches: [],
    tags: [],
    paths,
    pathsIgnore: texts(trigger.pathsIgnore),
    types: trigger.types !== undefined || types.size < allTypes.size ? [...types] : [],
    crons: hits.flatMap((event) => (event.kind === "schedule" ? [event.cron] : [])),
    inputs: trigger.event === "workflow_dispatch" ? [...trigger.inputs.keys()] : [],
    except: [],
  };
  if (trigger.event === "workflow_dispatch") return [{ ...base, ...chosenBranches(hits, all) }];
  const branches = (events: readonly Event[]): ReadonlySet<string> => new Set(events.flatMap(branchOf));
  const tags = hits.flatMap((event) => (event.kind === "tag" ? [event.tag] : []));
  const isPush = trigger.event === "push";
  if (!["push", "pull_request", "pull_request_target", "workflow_run"].includes(trigger.event)) return [base];
  const names = branches(hits);
  const onBranches =
    names.size > 0
      ? [
          {
            ...base,
            ...branchFilter(trigger, names, branches(all)),
          },
        ]
      : [];
  // `on: push` without any filter means tags too; they are told apart only where the filters do.
  const tagFilters = trigger.tags ?? trigger.tagsIgnore;
  const bothAtOnce = isPush && tagFilters === undefined && onBranches[0]?.branches.length === 0;
  const onTags =
    tags.length > 0 && !bothAtOnce
      ? [{ ...base, paths: [], pathsIgnore: [], tags: trigger.tags ? texts(trigger.tags) : ["*"] }]
      : [];
  return [...onBranches, ...onTags];
}

/** The branch that filters and conditions of a trigger are about. */
function branchOf(event: Event): readonly string[] {
  switch (event.kind) {
    case "push":
      return [event.branch];
    case "pull_request":
      return [event.base];
    case "workflow_run":
      return [event.head];
    default:
      return [];
  }
}

type Reached = Pick<SeenTrigger, "branches" | "except">;

/** Branches from which a person has to start it, or may not, where conditions tell them apart. */
function chosenBranches(hits: readonly Event[], all: readonly Event[]): Reached {
  const refs = (events: readonly Event[]): ReadonlySet<string> =>
    new Set(events.flatMap((one) => (one.kind === "dispatch" ? [one.tag === undefined ? one.branch : ""] : [])));
  const chosen = refs(hits);
  const open = ["", otherBranch, defaultBranchStandIn];
  const missed = [...refs(all)].filter((one) => !chosen.has(one) && !open.includes(one));
  if (chosen.has(otherBranch)) return { branches: [], except: missed.sort(byText) };
  const isOpen = open.some((one) => chosen.has(one)) || chosen.size === refs(all).size;
  return { branches: isOpen ? [] : [...chosen].sort(byText), except: [] };
}

function texts(written: Trigger["branches"]): readonly string[] {
  return (written ?? []).map((word) => word.text);
}

/** The patterns of a filter that are reached, and single names where a condition lets only those through. */
function branchFilter(trigger: Trigger, hits: ReadonlySet<string>, all: ReadonlySet<string>): Reached {
  const missed = distinct([...all].filter((name) => !hits.has(name)));
  const patterns = texts(trigger.branches);
  if (patterns.length === 0) {
    return hits.has(otherBranch)
      ? { branches: [], except: [...texts(trigger.branchesIgnore), ...missed.sort(byText)] }
      : { branches: distinct([...hits]).sort(byText), except: [] };
  }
  const kept = patterns.filter((pattern) =>
    isLiteralPattern(pattern)
      ? hits.has(pattern)
      : namesOf(pattern).some((name) => hits.has(name)) || pattern.startsWith("!"),
  );
  const single = distinct([...hits]).filter((name) => !kept.some((pattern) => matchesPattern(pattern, name)));
  return {
    branches: [...kept, ...single],
    except: missed.filter((name) => kept.some((pattern) => matchesPattern(pattern, name))),
  };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names.map(unmarked))];
}

/** The branches of a trigger as they are said, and as a filter of GitHub's would have them. */
export function branchesSaid({ branches, except }: SeenTrigger): string {
  const all = branches.length === 0 ? "every branch" : branches.join(", ");
  return except.length === 0 ? all : `${all} but ${except.join(", ")}`;
}
