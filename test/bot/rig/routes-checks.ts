// What has been checked of a commit. Check runs only, as GitHub Actions makes them: there are no commit statuses.
import { ok, paged, type Asked, type Routes } from "./routing.ts";
import * as shape from "./shapes.ts";
import { Refusal, repositoryAt, resolve, type Check, type Fields, type Repository, type World } from "./world.ts";

function commitOf(world: World, { params }: Asked): { readonly one: Repository; readonly oid: string } {
  const one = repositoryAt(world, params["owner"] ?? "", params["repo"] ?? "");
  const found = resolve(one, params["ref"] ?? "");
  if (!found) throw new Refusal(422, `No commit found for SHA: ${params["ref"]}`);
  return { one, oid: found.oid };
}

function checkRun(world: World, one: Repository, oid: string, { name, conclusion }: Check, index: number): Fields {
  const id = one.id * 1000 + index;
  const url = `${shape.urlOf(world, one)}/check-runs/${id}`;
  const stamp = shape.time(world.now());
  return {
    id,
    node_id: `CR_${id}`,
    head_sha: oid,
    name,
    url,
    html_url: `${shape.pageOf(world, one)}/runs/${id}`,
    details_url: null,
    external_id: "",
    status: conclusion === null ? "in_progress" : "completed",
    conclusion,
    started_at: stamp,
    completed_at: conclusion === null ? null : stamp,
    output: { title: null, summary: null, text: null, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: one.id },
    app: null,
    pull_requests: [],
  };
}

export const checkRoutes: Routes = {
  "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": (world, asked) => {
    const { one, oid } = commitOf(world, asked);
    const runs = (one.checks.get(oid) ?? []).map((check, i) => checkRun(world, one, oid, check, i));
    return paged(world, asked, runs, (check_runs) => ({ total_count: runs.length, check_runs }));
  },
  "GET /repos/{owner}/{repo}/commits/{ref}/status": (world, asked) => {
    const { one, oid } = commitOf(world, asked);
    const url = `${shape.urlOf(world, one)}/commits/${oid}`;
    const repository = shape.repository(world, one, asked.by.actor);
    // Without a status GitHub calls a commit pending.
    return ok({
      state: "pending",
      statuses: [],
      sha: oid,
      total_count: 0,
      repository,
      commit_url: url,
      url: `${url}/status`,
    });
  },
};
