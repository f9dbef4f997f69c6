import type { Path, Tree } from "@gha2pulumi/repo";
import { checkNames, mayBeCheck, readRepository, type Surroundings } from "@gha2pulumi/workflow";
import type { PlannedOperation } from "./plan-document.ts";

/** One run of a job as GitHub keeps it: its name, and when it began and ended in milliseconds. Nothing else is looked at. */
export interface JobTime {
  readonly workflow: Path;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What ran in the last days. */
export interface RunHistory {
  readonly days: number;
  /** How many runs each workflow had, and how many of them were read. */
  readonly runs: ReadonlyMap<Path, { readonly total: number; readonly read: number }>;
  readonly jobs: readonly JobTime[];
}

/** What the jobs that would ask for deployments took, as an estimate of what deployments will. */
export interface HistoryForecast {
  readonly days: number;
  readonly runs: number;
  readonly read: number;
  /** Runs of jobs that hold an operation which moves or is called, in those that were read. */
  readonly jobs: number;
  /** In a month: the whole time of those jobs, also of what stays in the workflow. */
  readonly minutes: number;
  /** The most of them that ran at the same time. */
  readonly atOnce: number;
}

const daysOfMonth = 30.4375;

/** Workflows whose runs tell something: those that hold an operation which moves or is called. */
export function workflowsThatMove(operations: readonly PlannedOperation[]): readonly Path[] {
  return [...new Set(operations.filter(becomesDeployment).map(({ workflow }) => workflow))].sort();
}

/** The forecast that past runs are. A job that was skipped took no time, and does not count. */
export function historyForecast(
  operations: readonly PlannedOperation[],
  tree: Tree,
  surroundings: Surroundings,
  { days, runs, jobs }: RunHistory,
): HistoryForecast {
  const repository = readRepository(tree, surroundings);
  const names = new Map(
    workflowsThatMove(operations).map((path) => {
      const ids = new Set(
        operations.filter((one) => one.workflow === path && becomesDeployment(one)).map(({ job }) => job),
      );
      const moving = [...(repository.workflows.get(path)?.jobs.values() ?? [])].filter(({ id }) => ids.has(id));
      return [path, moving.flatMap((job) => checkNames(job, repository))] as const;
    }),
  );
  const counted = jobs.filter(
    ({ workflow, name, start, end }) => end > start && names.get(workflow)?.some((one) => mayBeCheck(one, name)),
  );
  const minutes = counted.reduce((sum, { workflow, start, end }) => {
    const { total = 0, read = 0 } = runs.get(workflow) ?? {};
    return sum + (read === 0 ? 0 : ((end - start) / 60_000) * (total / read));
  }, 0);
  return {
    days,
    runs: [...runs.values()].reduce((sum, { total }) => sum + total, 0),
    read: [...runs.values()].reduce((sum, { read }) => sum + read, 0),
    jobs: counted.length,
    minutes: Math.round((minutes * daysOfMonth * 10) / days) / 10,
    atOnce: mostAtOnce(counted),
  };
}

function becomesDeployment({ disposition }: PlannedOperation): boolean {
  return disposition === "move" || disposition === "call";
}

/** One that begins when another ends does not run beside it. */
function mostAtOnce(jobs: readonly JobTime[]): number {
  const edges = jobs.flatMap(({ start, end }) => [
    { at: start, by: 1 },
    { at: end, by: -1 },
  ]);
  let [now, most] = [0, 0];
  for (const { by } of edges.sort((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
