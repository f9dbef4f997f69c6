import { jsonField, type Json, type Path } from "@gha2pulumi/repo";
import type { JobTime, RunHistory } from "@gha2pulumi/migrate";
import { Fault } from "./fault.ts";
import { answerOf, apiAddress, type Answered } from "./http-json.ts";

/** GitHub's interface, as the token of the environment may read it. */
export interface GitHubReading {
  readonly get: (path: string) => Promise<Json>;
}

const usual = "https://api.github.com";

/**
 * GitHub at GITHUB_API_URL, else github.com, with the token in GH_TOKEN or GITHUB_TOKEN. Everything is only read; the
 * token needs `actions: read`, and of a public repository nothing.
 */
export function gitHubReading(environment = process.env): GitHubReading {
  const token = environment["GH_TOKEN"] || environment["GITHUB_TOKEN"] || "";
  // What could not stand in a header would be shown by the error about it.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Fault("GP751", "there is no token for GitHub", "set GH_TOKEN in the environment", 4);
  const url = apiAddress(environment["GITHUB_API_URL"] || usual);
  if (url === undefined)
    throw new Fault(
      "GP752",
      "GITHUB_API_URL is no address of GitHub's interface",
      "give an address such as https://api.github.com, without a name or a password in it",
    );
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "user-agent": "gha2pulumi",
    "x-github-api-version": "2022-11-28",
  };
  return {
    get: async (path) => jsonOf(await answerOf(`${url}${path}`, { method: "GET", headers, body: undefined }), path),
  };
}

function jsonOf({ status, text, wait, remaining }: Answered, path: string): Json {
  // Nothing of an answer is told but its status, and nothing of the query.
  const seen = `GitHub ${status === 0 ? "did not answer" : `answered ${status}`} to GET ${path.replace(/\?.*/, "")}`;
  if (status === 429 || (status === 403 && (wait !== undefined || remaining === "0"))) {
    const when = wait === undefined ? "later" : `in ${wait} s`;
    throw new Fault("GP753", `${seen}: too many requests`, `run the same command again ${when}`, 5);
  }
  if (status === 401)
    throw new Fault("GP751", `${seen}: it does not know this token`, "set GH_TOKEN to a valid one", 4);
  if (status === 403 || status === 404)
    throw new Fault("GP751", `${seen}: it is not there, or this token may not see it`, "use one with actions: read", 4);
  const again = "run the same command again later";
  if (status !== 200) throw new Fault("GP754", seen, again, 5);
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Fault("GP754", `GitHub's answer to GET ${path.replace(/\?.*/, "")} is no JSON`, again, 5);
  }
}

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
    if (typeof total !== "number" || !Array.isArray(list)) throw strange(path);
    const ids = list.map((run: Json) => jsonField(run, "id"));
    if (!ids.every((id) => Number.isSafeInteger(id))) throw strange(path);
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
  if (!Array.isArray(list)) throw strange(path);
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

function strange(path: string): Fault {
  return new Fault(
    "GP754",
    `the answer to GET ${path.replace(/\?.*/, "")} is not one of GitHub`,
    "see that GITHUB_API_URL is the address of GitHub's interface",
    5,
  );
}
