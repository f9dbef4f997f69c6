// The mutations: the same deeds as REST's, asked for by node ids.
import {
  addLabels,
  changeThread,
  createRef,
  deleteRef,
  mayWrite,
  moved,
  mustBeWritable,
  openIssue,
  openPull,
  updateRef,
  updateRefs,
  type RefUpdate,
} from "./actions.ts";
import { changedTree, entryAt, writeCommit } from "./git-store.ts";
import type { Node } from "./connection.ts";
import * as nodes from "./graphql-nodes.ts";
import { addressOf, gitHub } from "./routes-git.ts";
import { addComment } from "./setup.ts";
import * as shape from "./shapes.ts";
import {
  Refusal,
  repositoryAt,
  settlePulls,
  signature,
  tipOf,
  type Account,
  type Credential,
  type Repository,
  type Thread,
  type World,
} from "./world.ts";

type Input = { readonly input: { readonly [field: string]: unknown } };

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as readonly string[]) : []);

function unresolved(id: string): Refusal {
  return new Refusal(404, `Could not resolve to a node with the global id of '${id}'`);
}

function repositoryBy(world: World, id: unknown): Repository {
  const found = [...world.repositories.values()].find((one) => shape.nodeIds.repository(one) === id);
  if (!found || found.lost) throw unresolved(String(id));
  return found;
}

function threadBy(world: World, id: unknown): Thread {
  const [, repositoryId, number] = /^(?:PR|I)_(\d+)_(\d+)$/.exec(String(id)) ?? [];
  const home = repositoryId === undefined ? undefined : repositoryBy(world, `R_${repositoryId}`);
  if (home) settlePulls(world, home);
  const found = home?.threads.find((one) => one.number === Number(number));
  if (!found || shape.nodeIds.thread(found) !== id) throw unresolved(String(id));
  return found;
}

function refBy(world: World, id: unknown): { readonly home: Repository; readonly name: string } {
  const [, repositoryId, encoded = ""] = /^REF_(\d+)_(.+)$/.exec(String(id)) ?? [];
  if (repositoryId === undefined) throw unresolved(String(id));
  const home = repositoryBy(world, `R_${repositoryId}`);
  const name = Buffer.from(encoded, "base64url").toString();
  if (home.store.ref(name) === undefined) throw unresolved(String(id));
  return { home, name };
}

function accountBy(world: World, id: string): Account {
  const found = [...world.accounts.values()].find((one) => shape.nodeIds.account(one) === id);
  if (!found) throw unresolved(id);
  return found;
}

function labelNames(home: Repository, ids: unknown): readonly string[] {
  return texts(ids).map((id) => {
    const found = [...home.labels.keys()].find((name) => shape.nodeIds.label(home, name) === id);
    if (found === undefined) throw unresolved(id);
    return found;
  });
}

/** `createCommitOnBranch`: `expectedHeadOid` is compared and swapped, the author is the token's owner, GitHub signs. */
function commitOnBranch(world: World, by: Credential, input: Input["input"]): Node {
  const branch = input["branch"] as { id?: string; repositoryNameWithOwner?: string; branchName?: string };
  const [owner = "", repository = ""] = (branch.repositoryNameWithOwner ?? "").split("/");
  const { home, name } =
    branch.id === undefined
      ? {
          home: repositoryAt(world, owner, repository),
          name: `refs/heads/${(branch.branchName ?? "").replace(/^refs\/heads\//, "")}`,
        }
      : refBy(world, branch.id);
  mustBeWritable(home);
  const short = name.replace("refs/heads/", "");
  const head = tipOf(home, short);
  const expected = String(input["expectedHeadOid"]);
  if (!head) throw new Refusal(404, `No ref found for branch ${short}`, [], "NOT_FOUND");
  if (head.oid !== expected)
    throw new Refusal(
      200,
      `Expected branch to point to "${expected}" but it did not.  Pull and try again.`,
      [],
      "STALE_DATA",
    );
  const changes = (input["fileChanges"] ?? {}) as {
    additions?: readonly { path: string; contents: string }[];
    deletions?: readonly { path: string }[];
  };
  const { additions = [], deletions = [] } = changes;
  for (const { path } of deletions) {
    if (entryAt(home.store, head.tree, path)) continue;
    const message = `A path was requested for deletion which does not exist as of commit oid \`${expected}\``;
    throw new Refusal(200, message, [], "UNPROCESSABLE");
  }
  const removed = deletions.map(({ path }) => [path, undefined] as const);
  const added = additions.map(({ path, contents }) => {
    const oid = home.store.write("blob", Buffer.from(contents, "base64"));
    // A file that is there keeps its mode; a new one is never executable and never a link.
    return [path, { mode: entryAt(home.store, head.tree, path)?.mode ?? "100644", oid }] as const;
  });
  const message = input["message"] as { headline: string; body?: string | null };
  const seconds = Math.floor(world.now() / 1000);
  const oid = writeCommit(home.store, {
    tree: changedTree(home.store, head.tree, new Map([...removed, ...added])),
    parents: [head.oid],
    author: addressOf(by.actor, seconds),
    committer: { ...gitHub, seconds },
    message: message.body ? `${message.headline}\n\n${message.body}` : message.headline,
    signature,
  });
  mayWrite(home, by, oid, head.oid);
  home.store.setRef(name, oid);
  moved(world, home);
  return { commit: nodes.gitObject(world, home, oid), ref: nodes.ref(world, home, name), clientMutationId: null };
}

/** GraphQL words a taken or a missing ref differently from REST. */
function rewording<T>(message: string, other: string, deed: () => T): T {
  try {
    return deed();
  } catch (error) {
    if (error instanceof Refusal && error.message === message) throw new Refusal(error.status, other, [], error.type);
    throw error;
  }
}

function changeOf(input: Input["input"]): { title?: string; body?: string; state?: string; base?: string } {
  const [title, body, base, state] = [
    text(input["title"]),
    text(input["body"]),
    text(input["baseRefName"]),
    text(input["state"]),
  ];
  return {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    ...(base === undefined ? {} : { base }),
    ...(state === undefined ? {} : { state: state.toLowerCase() }),
  };
}

function changed(world: World, by: Credential, id: unknown, change: ReturnType<typeof changeOf>): Thread {
  const thread = threadBy(world, id);
  changeThread(world, thread, change, by.actor);
  return thread;
}

function draft(world: World, id: unknown, isDraft: boolean): Thread {
  const thread = threadBy(world, id);
  mustBeWritable(thread.repository);
  if (!thread.pull) throw unresolved(String(id));
  thread.pull.draft = isDraft;
  thread.updatedAt = world.now();
  return thread;
}

function labelled(world: World, input: Input["input"], remove: boolean): Node {
  const thread = threadBy(world, input["labelableId"]);
  mustBeWritable(thread.repository);
  const names = labelNames(thread.repository, input["labelIds"]);
  if (remove) names.forEach((name) => thread.labels.delete(name));
  else addLabels(thread, names);
  return { labelable: nodes.pull(world, thread), clientMutationId: null };
}

export function mutations(world: World, by: Credential): Node {
  const pulled = (thread: Thread): Node => ({ pullRequest: nodes.pull(world, thread), clientMutationId: null });
  const issued = (thread: Thread): Node => ({ issue: nodes.issue(world, thread), clientMutationId: null });
  return {
    createRef: ({ input }: Input) => {
      const home = repositoryBy(world, input["repositoryId"]);
      const name = String(input["name"]);
      const taken = `A ref named "${name}" already exists in the repository.`;
      const made = (): void => createRef(world, home, by, name, String(input["oid"]));
      rewording("Reference update failed", "Ref cannot be created", () =>
        rewording("Reference already exists", taken, made),
      );
      return { ref: nodes.ref(world, home, name), clientMutationId: null };
    },
    updateRef: ({ input }: Input) => {
      const { home, name } = refBy(world, input["refId"]);
      updateRef(world, home, by, name, String(input["oid"]), input["force"] === true);
      return { ref: nodes.ref(world, home, name), clientMutationId: null };
    },
    updateRefs: ({ input }: Input) => {
      const home = repositoryBy(world, input["repositoryId"]);
      updateRefs(world, home, by, input["refUpdates"] as readonly RefUpdate[]);
      return { clientMutationId: null };
    },
    deleteRef: ({ input }: Input) => {
      const { home, name } = refBy(world, input["refId"]);
      deleteRef(world, home, name);
      return { clientMutationId: null };
    },
    createCommitOnBranch: ({ input }: Input) => commitOnBranch(world, by, input),
    createPullRequest: ({ input }: Input) => {
      const home = repositoryBy(world, input["repositoryId"]);
      const wanted = {
        title: String(input["title"]),
        body: text(input["body"]) ?? null,
        head: String(input["headRefName"]),
        base: String(input["baseRefName"]),
        draft: input["draft"] === true,
      };
      return pulled(openPull(world, home, by.actor, wanted));
    },
    updatePullRequest: ({ input }: Input) => pulled(changed(world, by, input["pullRequestId"], changeOf(input))),
    closePullRequest: ({ input }: Input) => pulled(changed(world, by, input["pullRequestId"], { state: "closed" })),
    reopenPullRequest: ({ input }: Input) => pulled(changed(world, by, input["pullRequestId"], { state: "open" })),
    convertPullRequestToDraft: ({ input }: Input) => pulled(draft(world, input["pullRequestId"], true)),
    markPullRequestReadyForReview: ({ input }: Input) => pulled(draft(world, input["pullRequestId"], false)),
    addLabelsToLabelable: ({ input }: Input) => labelled(world, input, false),
    removeLabelsFromLabelable: ({ input }: Input) => labelled(world, input, true),
    requestReviews: ({ input }: Input) => {
      const thread = threadBy(world, input["pullRequestId"]);
      mustBeWritable(thread.repository);
      const { pull } = thread;
      if (!pull) throw unresolved(String(input["pullRequestId"]));
      if (input["union"] !== true) pull.reviewers.clear();
      for (const id of texts(input["userIds"])) pull.reviewers.add(accountBy(world, id).login);
      for (const id of texts(input["teamIds"])) pull.teams.add(id.replace(/^T_/, ""));
      return pulled(thread);
    },
    createIssue: ({ input }: Input) => {
      const home = repositoryBy(world, input["repositoryId"]);
      const labels = labelNames(home, input["labelIds"]);
      const thread = openIssue(world, home, by.actor, String(input["title"]), text(input["body"]) ?? null);
      addLabels(thread, labels);
      return issued(thread);
    },
    updateIssue: ({ input }: Input) => issued(changed(world, by, input["id"], changeOf(input))),
    closeIssue: ({ input }: Input) => issued(changed(world, by, input["issueId"], { state: "closed" })),
    addComment: ({ input }: Input) => {
      const thread = threadBy(world, input["subjectId"]);
      mustBeWritable(thread.repository);
      const one = addComment(world, thread, by.actor, String(input["body"]));
      const node = nodes.comment(world, thread, one);
      return { commentEdge: { node, cursor: "" }, subject: nodes.pull(world, thread), clientMutationId: null };
    },
  };
}
