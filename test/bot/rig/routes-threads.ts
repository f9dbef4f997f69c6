// Pull requests, issues, their comments and labels.
import { addLabels, changeThread, mustBeWritable, mustFit, openIssue, openPull, type ThreadChange } from "./actions.ts";
import { commitsBetween } from "./git-history.ts";
import { ok, paged, textOf, textsOf, type Asked, type Reply, type Routes } from "./routing.ts";
import { addComment } from "./setup.ts";
import * as threads from "./shapes-threads.ts";
import * as shape from "./shapes.ts";
import {
  notFound,
  permissionOf,
  Refusal,
  repositoryAt,
  settlePulls,
  type Json,
  type Repository,
  type Thread,
  type World,
} from "./world.ts";

function at(world: World, { params }: Asked): Repository {
  const one = repositoryAt(world, params["owner"] ?? "", params["repo"] ?? "");
  settlePulls(world, one);
  return one;
}

function threadOf(world: World, asked: Asked): Thread {
  const number = Number(asked.params["issue_number"] ?? asked.params["pull_number"]);
  const found = at(world, asked).threads.find((one) => one.number === number);
  if (!found || ("pull_number" in asked.params && !found.pull)) throw notFound();
  return found;
}

const stateFits = (asked: Asked, thread: Thread): boolean => {
  const state = asked.query.get("state") ?? "open";
  return state === "all" || thread.open === (state === "open");
};

/** Newest first, unless the question says otherwise. */
function ordered(asked: Asked, all: readonly Thread[]): readonly Thread[] {
  const by = asked.query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const sign = asked.query.get("direction") === "asc" ? 1 : -1;
  return all.toSorted((left, right) => sign * (left[by] - right[by] || left.number - right.number));
}

function pulls(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  const head = asked.query.get("head");
  const base = asked.query.get("base");
  const found = one.threads.filter((thread) => {
    if (!thread.pull || !stateFits(asked, thread)) return false;
    // GitHub ignores a `head` without an owner: everything is listed.
    const full = `${one.owner.login}:${thread.pull.headRef}`;
    return (!head?.includes(":") || head === full) && (base === null || base === thread.pull.baseRef);
  });
  return paged(
    world,
    asked,
    ordered(asked, found).map((thread) => threads.pullInList(world, thread, asked.by.actor)),
  );
}

function postPull(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  const [title, head, base] = [textOf(asked, "title"), textOf(asked, "head"), textOf(asked, "base")];
  const missing = Object.entries({ title, head, base }).filter(([, value]) => value === undefined);
  if (title === undefined || head === undefined || base === undefined)
    throw new Refusal(
      422,
      "Validation Failed",
      missing.map(([field]) => ({ resource: "PullRequest", code: "missing_field", field })),
    );
  const wanted = { title, head, base, body: textOf(asked, "body") ?? null, draft: asked.body["draft"] === true };
  return ok(threads.pullAlone(world, openPull(world, one, asked.by.actor, wanted), asked.by.actor), 201);
}

function changeOf(asked: Asked): ThreadChange {
  const [title, state, base] = [textOf(asked, "title"), textOf(asked, "state"), textOf(asked, "base")];
  const body = asked.body["body"];
  return {
    ...(title === undefined ? {} : { title }),
    ...(typeof body === "string" || body === null ? { body } : {}),
    ...(state === undefined ? {} : { state }),
    ...(base === undefined ? {} : { base }),
  };
}

const labelNames = (value: Json | undefined): readonly string[] =>
  Array.isArray(value)
    ? (value as readonly Json[]).flatMap((one) =>
        typeof one === "string" ? [one] : textsOf([(one as { readonly name?: Json } | null)?.name ?? null]),
      )
    : [];

function request(world: World, asked: Asked): Reply {
  const thread = threadOf(world, asked);
  const { pull, repository: one } = thread;
  mustBeWritable(one);
  for (const login of textsOf(asked.body["reviewers"])) {
    const permission = permissionOf(one, login);
    if (permission === "none" || !world.accounts.has(login.toLowerCase()))
      throw new Refusal(
        422,
        "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
      );
    if (login.toLowerCase() === thread.author.login.toLowerCase())
      throw new Refusal(422, "Review cannot be requested from pull request author.");
    pull?.reviewers.add(login);
  }
  for (const slug of textsOf(asked.body["team_reviewers"])) pull?.teams.add(slug);
  return ok(threads.pullInList(world, thread, asked.by.actor), 201);
}

function issues(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  const labels = (asked.query.get("labels") ?? "").split(",").filter((name) => name !== "");
  const creator = asked.query.get("creator")?.toLowerCase();
  const since = Date.parse(asked.query.get("since") ?? "");
  const found = one.threads.filter(
    (thread) =>
      stateFits(asked, thread) &&
      labels.every((name) => thread.labels.has(name)) &&
      (creator === undefined || thread.author.login.toLowerCase() === creator) &&
      !(thread.updatedAt < since),
  );
  return paged(
    world,
    asked,
    ordered(asked, found).map((thread) => threads.issue(world, thread)),
  );
}

function commentAt(world: World, asked: Asked): { readonly thread: Thread; readonly index: number } {
  const id = Number(asked.params["comment_id"]);
  for (const thread of at(world, asked).threads) {
    const index = thread.comments.findIndex((one) => one.id === id);
    if (index >= 0) return { thread, index };
  }
  throw notFound();
}

const home = "/repos/{owner}/{repo}";

export const threadRoutes: Routes = {
  [`GET ${home}/pulls`]: pulls,
  [`POST ${home}/pulls`]: postPull,
  [`GET ${home}/pulls/{pull_number}`]: (world, asked) =>
    ok(threads.pullAlone(world, threadOf(world, asked), asked.by.actor)),
  [`PATCH ${home}/pulls/{pull_number}`]: (world, asked) => {
    const thread = threadOf(world, asked);
    changeThread(world, thread, changeOf(asked), asked.by.actor);
    return ok(threads.pullAlone(world, thread, asked.by.actor));
  },
  [`GET ${home}/pulls/{pull_number}/files`]: (world, asked) => {
    const thread = threadOf(world, asked);
    const head = thread.pull?.headOid ?? "";
    return paged(
      world,
      asked,
      threads.changedFiles(thread).map((file) => shape.diffEntry(world, thread.repository, file, head)),
    );
  },
  [`GET ${home}/pulls/{pull_number}/commits`]: (world, asked) => {
    const { repository: one, pull } = threadOf(world, asked);
    const found = pull ? commitsBetween(one.store, pull.baseOid, pull.headOid) : [];
    return paged(
      world,
      asked,
      found.map((each) => shape.commit(world, one, each)),
    );
  },
  [`POST ${home}/pulls/{pull_number}/requested_reviewers`]: request,
  [`GET ${home}/issues`]: issues,
  [`POST ${home}/issues`]: (world, asked) => {
    const title = textOf(asked, "title");
    if (title === undefined)
      throw new Refusal(422, "Validation Failed", [{ resource: "Issue", code: "missing_field", field: "title" }]);
    const thread = openIssue(world, at(world, asked), asked.by.actor, title, textOf(asked, "body") ?? null);
    addLabels(thread, labelNames(asked.body["labels"]));
    return ok(threads.issue(world, thread), 201);
  },
  [`GET ${home}/issues/{issue_number}`]: (world, asked) => ok(threads.issueAlone(world, threadOf(world, asked))),
  [`PATCH ${home}/issues/{issue_number}`]: (world, asked) => {
    const thread = threadOf(world, asked);
    changeThread(world, thread, changeOf(asked), asked.by.actor);
    if (asked.body["labels"] !== undefined) {
      thread.labels.clear();
      addLabels(thread, labelNames(asked.body["labels"]));
    }
    return ok(threads.issue(world, thread));
  },
  [`GET ${home}/issues/{issue_number}/comments`]: (world, asked) => {
    const thread = threadOf(world, asked);
    const since = Date.parse(asked.query.get("since") ?? "");
    const found = thread.comments.filter((one) => !(one.updatedAt < since));
    return paged(
      world,
      asked,
      found.map((one) => threads.comment(world, thread, one)),
    );
  },
  [`POST ${home}/issues/{issue_number}/comments`]: (world, asked) => {
    const thread = threadOf(world, asked);
    mustBeWritable(thread.repository);
    const body = textOf(asked, "body");
    if (body === undefined || body.trim() === "")
      throw new Refusal(422, "Validation Failed", [{ resource: "IssueComment", code: "missing_field", field: "body" }]);
    mustFit("IssueComment", body);
    return ok(threads.comment(world, thread, addComment(world, thread, asked.by.actor, body)), 201);
  },
  [`PATCH ${home}/issues/comments/{comment_id}`]: (world, asked) => {
    const { thread, index } = commentAt(world, asked);
    const one = thread.comments[index];
    if (!one) throw notFound();
    mustFit("IssueComment", textOf(asked, "body"));
    Object.assign(one, { body: textOf(asked, "body") ?? one.body, updatedAt: world.now() });
    return ok(threads.comment(world, thread, one));
  },
  [`DELETE ${home}/issues/comments/{comment_id}`]: (world, asked) => {
    const { thread, index } = commentAt(world, asked);
    thread.comments.splice(index, 1);
    return { status: 204 };
  },
  [`GET ${home}/issues/{issue_number}/labels`]: (world, asked) => {
    const { labels, repository: one } = threadOf(world, asked);
    return paged(
      world,
      asked,
      [...labels].map((name) => shape.label(world, one, name)),
    );
  },
  [`POST ${home}/issues/{issue_number}/labels`]: (world, asked) => {
    const thread = threadOf(world, asked);
    mustBeWritable(thread.repository);
    addLabels(thread, labelNames(asked.body["labels"]));
    return ok([...thread.labels].map((name) => shape.label(world, thread.repository, name)));
  },
  [`DELETE ${home}/issues/{issue_number}/labels/{name}`]: (world, asked) => {
    const thread = threadOf(world, asked);
    if (!thread.labels.delete(asked.params["name"] ?? "")) throw new Refusal(404, "Label does not exist");
    return ok([...thread.labels].map((name) => shape.label(world, thread.repository, name)));
  },
};
