// What both interfaces do to a repository, with the refusals of GitHub; REST and GraphQL only word them.
import { commitsBetween, isAncestor } from "./git-history.ts";
import { entryAt, readCommit } from "./git-store.ts";
import {
  close,
  Refusal,
  settlePulls,
  tipOf,
  type Account,
  type Credential,
  type Repository,
  type Thread,
  type World,
} from "./world.ts";

/** Refuses what cannot be written: an archived repository, or one whose reader has no more than that. */
export function mustBeWritable(repository: Repository): void {
  if (repository.archived) throw new Refusal(403, "Repository was archived so is read-only.", [], "FORBIDDEN");
}

/** Refuses a change of workflows by a token that may not change them; what differs is read from the two trees. */
export function mayWrite(repository: Repository, by: Credential, oid: string, before: string | undefined): void {
  if (by.workflows) return;
  const workflows = (commit: string | undefined): string | undefined => {
    const tree = commit === undefined ? undefined : readCommit(repository.store, commit)?.tree;
    return tree === undefined ? undefined : entryAt(repository.store, tree, ".github/workflows")?.oid;
  };
  if (workflows(oid) === workflows(before ?? tipOf(repository, repository.defaultBranch)?.oid)) return;
  throw by.kind === "installation"
    ? new Refusal(403, "Resource not accessible by integration", [], "FORBIDDEN")
    : new Refusal(
        403,
        "refusing to allow a Personal Access Token to create or update workflow without `workflow` scope",
        [],
        "FORBIDDEN",
      );
}

const refName = /^refs\/(?:heads|tags)\/(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\s~^:?*[\\]*[^\s~^:?*[\\./]$/;

export function createRef(world: World, repository: Repository, by: Credential, ref: string, oid: string): void {
  mustBeWritable(repository);
  const { store } = repository;
  if (!refName.test(ref)) throw new Refusal(422, `${ref} is not a valid ref name.`);
  if (store.read(oid)?.type !== "commit") throw new Refusal(422, "Object does not exist");
  if (store.ref(ref) !== undefined) throw new Refusal(422, "Reference already exists");
  // A branch `a` and a branch `a/b` cannot both be: one is a file where the other needs a folder.
  const taken = [...store.refs().keys()].find((one) => one.startsWith(`${ref}/`) || ref.startsWith(`${one}/`));
  if (taken !== undefined) throw new Refusal(422, "Reference update failed");
  mayWrite(repository, by, oid, undefined);
  store.setRef(ref, oid);
  moved(world, repository);
}

export function updateRef(
  world: World,
  repository: Repository,
  by: Credential,
  ref: string,
  oid: string,
  force: boolean,
): void {
  mustBeWritable(repository);
  const { store } = repository;
  const before = store.ref(ref);
  if (before === undefined) throw new Refusal(422, "Reference does not exist");
  if (store.read(oid)?.type !== "commit") throw new Refusal(422, "Object does not exist");
  if (!force && !isAncestor(store, before, oid)) throw new Refusal(422, "Update is not a fast forward");
  mayWrite(repository, by, oid, before);
  store.setRef(ref, oid);
  moved(world, repository);
}

export interface RefUpdate {
  readonly name: string;
  readonly beforeOid?: string | null;
  readonly afterOid: string;
  readonly force?: boolean | null;
}

const nothing = "0".repeat(40);

/** Moves refs all at once, or none: each is compared with where it is to be, and forty zeros are no ref at all. */
export function updateRefs(world: World, repository: Repository, by: Credential, updates: readonly RefUpdate[]): void {
  mustBeWritable(repository);
  const { store } = repository;
  for (const { name, beforeOid, afterOid, force } of updates) {
    const now = store.ref(name);
    const expected = beforeOid === nothing ? undefined : (beforeOid ?? now);
    if (!refName.test(name)) throw new Refusal(422, `${name} is not a valid ref name.`);
    if (now !== expected) throw new Refusal(422, `Reference ${name} does not point to ${beforeOid}`);
    if (afterOid === nothing) continue;
    if (store.read(afterOid)?.type !== "commit") throw new Refusal(422, "Object does not exist");
    if (now !== undefined && force !== true && !isAncestor(store, now, afterOid))
      throw new Refusal(422, "Update is not a fast forward");
    mayWrite(repository, by, afterOid, now);
  }
  for (const { name, afterOid } of updates) store.setRef(name, afterOid === nothing ? undefined : afterOid);
  moved(world, repository);
}

export function deleteRef(world: World, repository: Repository, ref: string): void {
  mustBeWritable(repository);
  if (repository.store.ref(ref) === undefined) throw new Refusal(422, "Reference does not exist");
  repository.store.setRef(ref, undefined);
  moved(world, repository);
}

export function moved(world: World, repository: Repository): void {
  repository.pushedAt = world.now();
  settlePulls(world, repository);
}

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

function invalid(
  resource: string,
  facts: { readonly message?: string; readonly field?: string; readonly code: string },
): Refusal {
  return new Refusal(422, "Validation Failed", [{ resource, ...facts }]);
}

/** GitHub's body is at most 65,536 characters: `body is too long (maximum is 65536 characters)`. */
const longestBody = 65_536;

export function mustFit(resource: string, body: string | null | undefined): void {
  if (body !== null && body !== undefined && body.length > longestBody)
    throw invalid(resource, {
      code: "custom",
      field: "body",
      message: `body is too long (maximum is ${longestBody} characters)`,
    });
}

export function openPull(world: World, repository: Repository, author: Account, wanted: NewPull): Thread {
  mustBeWritable(repository);
  settlePulls(world, repository);
  const { store, owner, threads } = repository;
  const colon = wanted.head.indexOf(":");
  const headRef = wanted.head.slice(colon + 1);
  const headOwner = colon < 0 ? owner.login : wanted.head.slice(0, colon);
  const head = headOwner.toLowerCase() === owner.login.toLowerCase() ? tipOf(repository, headRef) : undefined;
  const base = tipOf(repository, wanted.base);
  if (!head) throw invalid("PullRequest", { field: "head", code: "invalid" });
  if (!base) throw invalid("PullRequest", { field: "base", code: "invalid" });
  mustFit("PullRequest", wanted.body);
  if (threads.some(({ open, pull }) => open && pull?.headRef === headRef && pull.baseRef === wanted.base))
    throw invalid("PullRequest", {
      code: "custom",
      message: `A pull request already exists for ${owner.login}:${headRef}.`,
    });
  if (commitsBetween(store, base.oid, head.oid).length === 0)
    throw invalid("PullRequest", { code: "custom", message: `No commits between ${wanted.base} and ${headRef}` });
  const pull = {
    headRef,
    headOid: head.oid,
    baseRef: wanted.base,
    baseOid: base.oid,
    draft: wanted.draft,
    mergedAt: undefined,
    mergeOid: undefined,
    reviewers: new Set<string>(),
    teams: new Set<string>(),
  };
  return addThread(world, repository, author, wanted.title, wanted.body, pull);
}

export function openIssue(
  world: World,
  repository: Repository,
  author: Account,
  title: string,
  body: string | null,
): Thread {
  mustBeWritable(repository);
  mustFit("Issue", body);
  return addThread(world, repository, author, title, body, undefined);
}

function addThread(
  world: World,
  repository: Repository,
  author: Account,
  title: string,
  body: string | null,
  pull: Thread["pull"],
): Thread {
  const at = world.now();
  const thread: Thread = {
    number: repository.threads.length + 1,
    repository,
    title,
    body,
    author,
    open: true,
    createdAt: at,
    updatedAt: at,
    closedAt: undefined,
    closedBy: undefined,
    labels: new Set(),
    assignees: new Set(),
    comments: [],
    pull,
  };
  repository.threads.push(thread);
  return thread;
}

export interface ThreadChange {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: string;
  readonly base?: string;
}

export function changeThread(world: World, thread: Thread, change: ThreadChange, by: Account): void {
  const { repository, pull } = thread;
  mustBeWritable(repository);
  mustFit(pull ? "PullRequest" : "Issue", change.body);
  settlePulls(world, repository);
  if (change.base !== undefined && pull) {
    const base = tipOf(repository, change.base);
    if (!base) throw invalid("PullRequest", { field: "base", code: "invalid" });
    Object.assign(pull, { baseRef: change.base, baseOid: base.oid });
  }
  if (change.title !== undefined) thread.title = change.title;
  if (change.body !== undefined) thread.body = change.body;
  thread.updatedAt = world.now();
  if (change.state === "closed" && thread.open) close(thread, world.now(), by);
  if (change.state === "open" && !thread.open) reopen(thread);
}

function reopen(thread: Thread): void {
  const { repository, pull } = thread;
  if (pull) {
    const head = tipOf(repository, pull.headRef);
    const twin = repository.threads.some((one) => one.open && one.pull?.headRef === pull.headRef);
    if (pull.mergedAt !== undefined || !head || twin)
      throw invalid("PullRequest", { code: "custom", field: "state", message: "state cannot be changed." });
    pull.headOid = head.oid;
  }
  Object.assign(thread, { open: true, closedAt: undefined, closedBy: undefined });
}

/** Labels that are not there yet are made, as `POST …/labels` does. */
export function addLabels(thread: Thread, names: readonly string[]): void {
  for (const name of names) {
    if (!thread.repository.labels.has(name)) thread.repository.labels.set(name, "ededed");
    thread.labels.add(name);
  }
}
