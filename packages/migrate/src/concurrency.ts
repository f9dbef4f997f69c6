import { byText, literal, written, type Text } from "@gha2pulumi/repo";
import {
  isStandIn,
  calledPath,
  playWorkflow,
  scenarios,
  type Group,
  type JobPlay,
  type Repository,
  type Workflow,
} from "@gha2pulumi/workflow";
import type { Gate } from "./intent.ts";

/**
 * A concurrency group that something else is in: the two never run at once, across whatever stacks they work on.
 * Deployments runs one operation per stack at a time, and nothing else waits for it. A run, job or call that is only
 * followed by its own next one is not held back by it.
 */
export function concurrencyGates(job: JobPlay, groups: () => readonly Group[]): readonly Gate[] {
  return job.groups
    .filter((own) => groups().some((other) => isOther(own, other) && mayBeOne(own, other)))
    .map((own): Gate => ({ kind: "concurrency", name: written(own.text), from: own.from }));
}

/** Every group that something of the repository is in on some event; found when first asked for. */
export function groupsOf(repository: Repository): () => readonly Group[] {
  let found: readonly Group[] | undefined;
  return () => (found ??= findGroups(repository));
}

function findGroups(repository: Repository): readonly Group[] {
  const all = new Map<string, Group>();
  for (const workflow of repository.workflows.values()) {
    if (workflow.path.startsWith("@") || !workflow.runnable || !mayHoldGroups(workflow, repository)) continue;
    for (const event of scenarios(workflow, repository)) {
      for (const { groups, runs } of playWorkflow(workflow, event, repository).jobs)
        if (runs.value !== false) for (const one of groups) all.set(`${one.holder}\n${written(one.text)}`, one);
    }
  }
  return [...all].sort(([a], [b]) => byText(a, b)).map(([, group]) => group);
}

/** Whether a workflow, or one that it calls, writes `concurrency:`. */
function mayHoldGroups(workflow: Workflow, repository: Repository, seen = new Set<Workflow>()): boolean {
  if (seen.has(workflow)) return false;
  seen.add(workflow);
  const jobs = [...workflow.jobs.values()];
  if (workflow.concurrency || jobs.some((job) => job.concurrency)) return true;
  return jobs.some((job) => {
    const path = job.uses && calledPath(job.uses, repository);
    const callee = path === undefined ? undefined : repository.workflows.get(path);
    return callee !== undefined && mayHoldGroups(callee, repository, seen);
  });
}

/** Not the same run, job or call, and not one that stands inside the other. */
function isOther(a: Group, b: Group): boolean {
  return a.holder !== b.holder && !a.holder.startsWith(`${b.holder} `) && !b.holder.startsWith(`${a.holder} `);
}

/**
 * Whether two names may be one. Their case is nothing to GitHub; of a part that only a run knows, what is written
 * before and behind it has to fit. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency
 */
function mayBeOne(a: Group, b: Group): boolean {
  const isSameRun = a.holder.split(" ")[0] === b.holder.split(" ")[0];
  if (!isSameRun && [a, b].some(({ text }) => isOfOneRun(text))) return false;
  const [one, other] = [endsOf(a.text), endsOf(b.text)];
  if (one.isWhole && other.isWhole) return one.start === other.start;
  const fits = (x: string, y: string, cut: (text: string, length: number) => string): boolean => {
    const length = Math.min(x.length, y.length);
    return cut(x, length) === cut(y, length);
  };
  return (
    fits(one.start, other.start, (text, length) => text.slice(0, length)) &&
    fits(one.end, other.end, (text, length) => text.slice(text.length - length))
  );
}

/** The number of a run is that of no other. */
function isOfOneRun(text: Text): boolean {
  return text.some((piece) => typeof piece !== "string" && /^github\.run_(?:id|number)$/.test(piece.expression));
}

interface Ends {
  readonly start: string;
  readonly end: string;
  /** Nothing of it is open: both ends are the whole name. */
  readonly isWhole: boolean;
}

function endsOf(text: Text): Ends {
  const shown = text.map((piece) => (typeof piece === "string" ? piece.toLowerCase() : "‹›")).join("");
  const isWhole = literal(text) !== undefined && !isStandIn(shown);
  if (isWhole) return { start: shown, end: shown, isWhole };
  return { start: shown.slice(0, shown.indexOf("‹")), end: shown.slice(shown.lastIndexOf("›") + 1), isWhole };
}

/** A name that is the same for every run. */
export function isOneName(text: Text): boolean {
  const name = literal(text);
  return name !== undefined && name !== "" && !isStandIn(name);
}
