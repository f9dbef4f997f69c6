import type { Path, YamlProblem } from "@gha2pulumi/repo";
import { matrixCells } from "./matrix.ts";
import type { Job, Step, Trigger, Workflow } from "./model.ts";
import { calledPath, findAction, localPath, type Repository } from "./repository.ts";

/**
 * What playing a workflow may cost at most. The largest of 592 public ones that run Pulumi have 22 jobs, a script of
 * 11 KB, 17 filters and 52 characters in one; these are ten times that and more.
 */
const most = {
  jobs: 200,
  stepsOfJob: 400,
  played: 6_000,
  script: 64 * 1024,
  scripts: 1024 * 1024,
  filters: 300,
  filter: 300,
};

/** As deep as calls of workflows and actions are followed. */
const deepest = 10;

/** Why a workflow is too large to be played, with everything that it calls; `undefined` for every one written by hand. */
export function tooLarge(workflow: Workflow, repository: Repository): YamlProblem | undefined {
  const because = excessOf(workflow, repository);
  const span = { path: workflow.path, start: 0, end: 0 };
  return because === undefined ? undefined : { code: "size", message: because, span, fatal: true };
}

function excessOf(workflow: Workflow, repository: Repository): string | undefined {
  if (workflow.jobs.size > most.jobs) return `it has ${workflow.jobs.size} jobs`;
  const filters = workflow.triggers.flatMap(filtersOf);
  if (filters.length > most.filters) return `it has ${filters.length} filters and times`;
  if (filters.some((text) => text.length > most.filter)) return "a filter in it is very long";
  const { steps, script, scripts, job } = costOfWorkflow(workflow, repository, 0, new Map());
  if (job > most.stepsOfJob) return "a job of it has very many steps";
  if (steps > most.played) return "with its matrices and calls it has very many steps";
  if (script > most.script) return "a script in it is very long";
  return scripts > most.scripts ? "its scripts are very long" : undefined;
}

function filtersOf(trigger: Trigger): readonly string[] {
  const { branches, branchesIgnore, tags, tagsIgnore, paths, pathsIgnore, types, workflows, crons } = trigger;
  const lists = [branches, branchesIgnore, tags, tagsIgnore, paths, pathsIgnore, types, workflows, crons];
  return lists.flatMap((list) => (list ?? []).map(({ text }) => text));
}

interface Cost {
  /** Steps that are played, jobs and calls being one at least. */
  readonly steps: number;
  /** Of the largest job, the longest script, and all scripts. */
  readonly job: number;
  readonly script: number;
  readonly scripts: number;
}

type Memory = Map<string, Cost>;

const nothing: Cost = { steps: 0, job: 0, script: 0, scripts: 0 };

function together(all: readonly Cost[]): Cost {
  return all.reduce(
    (a, b) => ({
      steps: a.steps + b.steps,
      job: Math.max(a.job, b.job),
      script: Math.max(a.script, b.script),
      scripts: a.scripts + b.scripts,
    }),
    nothing,
  );
}

/** Numbers grow beyond all bounds here, and take no time: each file is looked at once for each depth. */
function costOfWorkflow(workflow: Workflow, repository: Repository, depth: number, memory: Memory): Cost {
  return remembered(workflow.path, depth, memory, () =>
    together([...workflow.jobs.values()].map((job) => costOfJob(job, repository, depth, memory))),
  );
}

function costOfJob(job: Job, repository: Repository, depth: number, memory: Memory): Cost {
  const cells = matrixCells(job.matrix, {})?.length ?? 1;
  const path = job.uses && calledPath(job.uses, repository);
  const callee = path === undefined || depth >= deepest ? undefined : repository.workflows.get(path);
  const one = callee
    ? costOfWorkflow(callee, repository, depth + 1, memory)
    : costOfSteps(job.steps, repository, 0, memory);
  return {
    steps: Math.max(1, cells) * Math.max(1, one.steps),
    job: callee ? one.job : one.steps,
    script: one.script,
    scripts: Math.max(1, cells) * one.scripts,
  };
}

function costOfSteps(steps: readonly Step[], repository: Repository, depth: number, memory: Memory): Cost {
  return together(steps.map((step) => costOfStep(step, repository, depth, memory)));
}

function costOfStep({ uses, run }: Step, repository: Repository, depth: number, memory: Memory): Cost {
  const length = run?.text.length ?? 0;
  const folder: Path | undefined = uses && localPath(uses.text, repository);
  const action = folder === undefined || depth >= deepest ? undefined : findAction(folder, repository);
  if (action === undefined) return { steps: 1, job: 0, script: length, scripts: length };
  const inside = remembered(action.path, depth, memory, () => costOfSteps(action.steps, repository, depth + 1, memory));
  return { ...inside, steps: inside.steps + 1 };
}

function remembered(path: Path, depth: number, memory: Memory, cost: () => Cost): Cost {
  const key = `${depth} ${path}`;
  const known = memory.get(key) ?? cost();
  memory.set(key, known);
  return known;
}
