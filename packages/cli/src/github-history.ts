import { jsonField, type Json, type Path } from "@gha2pulumi/repo";
import type { JobTime, RunHistory } from "@gha2pulumi/migrate";
import { strangeAnswer, type GitHubReading } from "./github-reading.ts";

/** Runs of one workflow that are read in full; of more, the latest stand for all. */
const mostRuns = 100;
const atOnce = 4;

/**
 * When the jobs of workflows ran since a day (`2026-11-01`): of runs their numbers, of jobs their names and times.
 * https://docs.github.com/rest/actions/workflow-runs, https://docs.github.com/rest/actions/workflow-jobs
 */
export async function runHistory(
  gitHub: GitHubReading,
  repository: string,
  workflows: readonly Path[],
  { days, since }: { readonly days: number; readonly since: string },
): Promise<RunHistory> {
  const runs = new Map<Path, { readonly total: number; readonly read: number }>();
  const jobs: JobTime[] = [];
  for (const workflow of workflows) {
    const file = encodeURIComponent(workflow.slice(workflow.lastIndexOf("/") + 1));
    const created = encodeURIComponent(`>=${since}`);
    const path = `/repos/${repository}/actions/workflows/${file}/runs?status=completed&created=${created}&per_page=${mostRuns}`;
    const found = await gitHub.get(path);
    const [total, list] = [jsonField(found, "total_count"), jsonField(found, "workflow_runs")];
    if (typeof total !== "number" || !Array.isArray(list)) throw strangeAnswer(path);
    const ids = list.map((run: Json) => jsonField(run, "id"));
    if (!ids.every((id) => Number.isSafeInteger(id))) throw strangeAnswer(path);
    runs.set(workflow, { total, read: ids.length });
    const left = [...ids];
    const next = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift())
        jobs.push(...(await jobTimes(gitHub, repository, workflow, Number(id))));
    };
    await Promise.all(Array.from({ length: atOnce }, next));
  }
  return { days, runs, jobs };
}

async function jobTimes(
  gitHub: GitHubReading,
  repository: string,
  workflow: Path,
  id: number,
): Promise<readonly JobTime[]> {
  const path = `/repos/${repository}/actions/runs/${id}/jobs?per_page=100`;
  const list = jsonField(await gitHub.get(path), "jobs");
  if (!Array.isArray(list)) throw strangeAnswer(path);
  return list.flatMap((job: Json) => {
    const name = jsonField(job, "name");
    const [start = NaN, end = NaN] = ["started_at", "completed_at"].map((key) => {
      const time = jsonField(job, key);
      return typeof time === "string" ? Date.parse(time) : NaN;
    });
    // What was cancelled before it began has no times.
    return typeof name !== "string" || Number.isNaN(start) || Number.isNaN(end) ? [] : [{ workflow, name, start, end }];
  });
}
