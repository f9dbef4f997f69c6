import { byText, literal, mayFit, written, type OpenPart, type Text } from "@gha2pulumi/repo";
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
import { shown } from "./stand-ins.ts";

/**
 * A concurrency group that something else is in: the two never run at once, across whatever stacks they work on.
 * Deployments runs one operation per stack at a time, and nothing else waits for it. A run, job or call that is only
 * followed by its own next one is not held back by it.
 */
export function concurrencyGates(job: JobPlay, groups: () => readonly Group[]): readonly Gate[] {
  return job.groups.flatMap((own): readonly Gate[] => {
    const other = groups().find((one) => isOther(own, one) && mayBeOne(own, one));
    if (other === undefined) return [];
    return [{ kind: "concurrency", name: written(own.text), other: otherOf(own, other), from: own.from }];
  });
}

/** What else is in a group, and the name by which it is, where that is written otherwise. */
function otherOf(own: Group, { holder, text }: Group): string {
  const [path = "", job = ""] = holder.split(" ");
  const who = path === runOf(own) ? `the job \`${job}\`` : `\`${path}\``;
  return written(text) === written(own.text) ? who : `${who} (\`${shown(written(text))}\`)`;
}

/** The workflow whose run it is, or is a part of. */
function runOf({ holder }: Group): string {
  return holder.split(" ")[0] ?? "";
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
 * Whether two names may be one. Their case is nothing to GitHub; a part that only a run knows has to fit, with what is
 * known of it. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency
 */
function mayBeOne(a: Group, b: Group): boolean {
  if (runOf(a) !== runOf(b) && [a, b].some(({ text }) => isOfOneRun(text))) return false;
  const [one, other] = [shapeOf(a.text), shapeOf(b.text)];
  if (one.name !== undefined) return mayFit(other.parts, one.name);
  if (other.name !== undefined) return mayFit(one.parts, other.name);
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

/** What a name can be: itself, where nothing of it is open, or else how it begins, goes on and ends. */
interface Shape {
  readonly name: string | undefined;
  readonly parts: readonly (string | OpenPart)[];
  readonly start: string;
  readonly end: string;
}

/**
 * What values of the run look like in front and behind.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context
 */
const values: readonly (readonly [names: RegExp, start: string, rest: OpenPart])[] = [
  [/^github\.ref$/, "refs/", { atLeast: 1 }],
  [
    /^github\.(?:run_id|run_number|run_attempt|event\.number|event\.pull_request\.number|event\.issue\.number)$/,
    "",
    { sign: /\d/, atLeast: 0 },
  ],
  [/^github\.(?:sha|event\.pull_request\.head\.sha)$/, "", { sign: /[0-9a-f]/, atLeast: 0 }],
];

function shapeOf(text: Text): Shape {
  const name = literal(text)?.toLowerCase();
  const parts = text.flatMap((piece): readonly (string | OpenPart)[] => {
    if (typeof piece === "string") return partsOf(piece.toLowerCase());
    const [, start = "", rest = anything] = values.find(([names]) => names.test(piece.expression)) ?? [];
    return [start, rest];
  });
  const isOpen = (part: string | OpenPart): boolean => typeof part !== "string";
  const joined = (some: readonly (string | OpenPart)[]): string =>
    some.filter((part) => typeof part === "string").join("");
  return {
    name: name === undefined || isStandIn(name) ? undefined : name,
    parts,
    start: joined(parts.slice(0, Math.max(0, parts.findIndex(isOpen)))),
    end: joined(parts.slice(parts.findLastIndex(isOpen) + 1)),
  };
}

const anything: OpenPart = { atLeast: 0 };

/** A part that is written, of which a name that stands for others is open. */
function partsOf(text: string): readonly (string | OpenPart)[] {
  return text.split(/‹[^›]*›/).flatMap((word, index) => (index === 0 ? [word] : [anything, word]));
}

/** A name that is the same for every run. */
export function isOneName(text: Text): boolean {
  const name = literal(text);
  return name !== undefined && name !== "" && !isStandIn(name);
}
