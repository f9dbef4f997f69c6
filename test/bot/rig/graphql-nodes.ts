// The objects that GraphQL answers are made of. A property is a value or a function of the field's arguments; a field
// that has none here is refused loudly, so that nothing is taken for `null` that was only never built.
import { commitsBetween, historyOf, mergedTree } from "./git-history.ts";
import { entryAt, readCommit, readTree, type Commit, type Signature, type TreeEntry } from "./git-store.ts";
import { connection, stateOf, wants, type Bounds, type Node, type PullsWanted } from "./connection.ts";
import * as threads from "./shapes-threads.ts";
import * as shape from "./shapes.ts";
import {
  accountOf,
  fullName,
  isSigned,
  Refusal,
  resolve,
  settlePulls,
  type Account,
  type Comment,
  type Repository,
  type Thread,
  type World,
} from "./world.ts";

export function actor(world: World, one: Account): Node {
  return {
    __typename: one.type,
    id: shape.nodeIds.account(one),
    databaseId: one.id,
    // GraphQL names a bot without the suffix that REST gives it.
    login: one.login.replace(/\[bot\]$/, ""),
    name: one.login,
    url: `${world.gitUrl}/${one.login}`,
    repositories: (bounds: Bounds) =>
      connection(
        "repositories",
        bounds,
        [...world.repositories.values()]
          .filter((each) => each.owner.id === one.id && !each.lost)
          .map((each) => repository(world, each)),
      ),
  };
}

export function repository(world: World, one: Repository): Node {
  const tip = (): string | undefined => one.store.ref(`refs/heads/${one.defaultBranch}`);
  const all = (pulls: boolean): readonly Thread[] => {
    settlePulls(world, one);
    return one.threads.filter((thread) => (thread.pull !== undefined) === pulls);
  };
  return {
    __typename: "Repository",
    id: shape.nodeIds.repository(one),
    databaseId: one.id,
    name: one.name,
    nameWithOwner: fullName(one),
    owner: () => actor(world, one.owner),
    description: one.description,
    url: shape.pageOf(world, one),
    isArchived: one.archived,
    isDisabled: false,
    isLocked: false,
    isMirror: false,
    isEmpty: () => one.store.refs().size === 0,
    isFork: one.fork,
    isTemplate: one.template,
    isPrivate: one.visibility !== "public",
    visibility: one.visibility.toUpperCase(),
    hasIssuesEnabled: true,
    viewerPermission: "WRITE",
    createdAt: shape.time(one.createdAt),
    pushedAt: () => shape.time(one.pushedAt),
    updatedAt: () => shape.time(one.pushedAt),
    defaultBranchRef: () => (tip() === undefined ? null : ref(world, one, `refs/heads/${one.defaultBranch}`)),
    ref: ({ qualifiedName }: { qualifiedName: string }) => {
      const names = [qualifiedName, `refs/heads/${qualifiedName}`, `refs/tags/${qualifiedName}`];
      const found = names.find((name) => name.startsWith("refs/") && one.store.ref(name) !== undefined);
      return found === undefined ? null : ref(world, one, found);
    },
    refs: ({ refPrefix, ...bounds }: Bounds & { refPrefix: string }) =>
      connection(
        "refs",
        bounds,
        [...one.store.refs(refPrefix.replace(/\/$/, "")).keys()].map((name) => ref(world, one, name)),
      ),
    object: ({ oid, expression }: { oid?: string; expression?: string }) => gitObject(world, one, oid, expression),
    pullRequests: (wanted: Bounds & PullsWanted) =>
      connection(
        "pullRequests",
        wanted,
        all(true)
          .filter(wants(wanted))
          .map((thread) => pull(world, thread)),
      ),
    pullRequest: ({ number }: { number: number }) => threadNode(world, all(true), number, "PullRequest"),
    issues: (wanted: Bounds & PullsWanted) =>
      connection(
        "issues",
        wanted,
        all(false)
          .filter(wants(wanted))
          .map((thread) => issue(world, thread)),
      ),
    issue: ({ number }: { number: number }) => threadNode(world, all(false), number, "Issue"),
    label: ({ name }: { name: string }) => (one.labels.has(name) ? label(world, one, name) : null),
    labels: (bounds: Bounds) =>
      connection(
        "labels",
        bounds,
        [...one.labels.keys()].map((name) => label(world, one, name)),
      ),
    repositoryTopics: (bounds: Bounds) =>
      connection(
        "repositoryTopics",
        bounds,
        one.topics.map((name) => ({ topic: { name }, url: `${world.gitUrl}/topics/${name}` })),
      ),
    environments: (bounds: Bounds) =>
      connection(
        "environments",
        bounds,
        one.environments.map(({ name }, i) => ({ id: `EN_${one.id * 100 + i}`, name })),
      ),
  };
}

function threadNode(world: World, all: readonly Thread[], number: number, kind: string): Node {
  const found = all.find((thread) => thread.number === number);
  if (!found)
    throw new Refusal(
      404,
      `Could not resolve to ${kind === "Issue" ? "an Issue" : "a PullRequest"} with the number of ${number}.`,
    );
  return found.pull ? pull(world, found) : issue(world, found);
}

export function ref(world: World, one: Repository, name: string): Node {
  const short = name.replace(/^refs\/(?:heads|tags)\//, "");
  return {
    __typename: "Ref",
    id: shape.nodeIds.ref(one, name),
    name: short,
    prefix: name.slice(0, name.length - short.length),
    repository: () => repository(world, one),
    target: () => gitObject(world, one, one.store.ref(name)),
    associatedPullRequests: (wanted: Bounds & PullsWanted) => {
      settlePulls(world, one);
      const own = one.threads.filter((thread) => thread.pull?.headRef === short);
      return connection(
        "associatedPullRequests",
        wanted,
        own.filter(wants(wanted)).map((thread) => pull(world, thread)),
      );
    },
  };
}

/** What an oid names, or an expression: `main`, `HEAD:`, `main:path`. */
export function gitObject(world: World, one: Repository, oid: string | undefined, expression?: string): Node | null {
  if (oid !== undefined) {
    const found = one.store.read(oid);
    if (found?.type === "commit") return commit(world, one, readCommit(one.store, oid));
    return found?.type === "tree" ? tree(world, one, oid, "") : found?.type === "blob" ? blob(world, one, oid) : null;
  }
  const [name = "", path] = (expression ?? "").split(/:(.*)/s);
  const start = resolve(one, name);
  if (!start || path === undefined) return start ? commit(world, one, start) : null;
  const entry = entryAt(one.store, start.tree, path);
  if (!entry) return null;
  return entry.mode === "40000" ? tree(world, one, entry.oid, path) : blob(world, one, entry.oid);
}

/** A text longer than this is cut short, and `isTruncated` says so. */
const longestText = 512_000;

function blob(world: World, one: Repository, oid: string): Node | null {
  const data = one.store.read(oid)?.data;
  if (!data) return null;
  const isBinary = data.subarray(0, 8000).includes(0) || !data.equals(Buffer.from(data.toString("utf8")));
  return {
    __typename: "Blob",
    id: `B_${one.id}_${oid}`,
    oid,
    abbreviatedOid: oid.slice(0, 7),
    byteSize: data.length,
    isBinary,
    isTruncated: data.length > longestText,
    text: isBinary ? null : data.toString("utf8", 0, longestText),
    repository: () => repository(world, one),
  };
}

function tree(world: World, one: Repository, oid: string, path: string): Node {
  return {
    __typename: "Tree",
    id: `T_${one.id}_${oid}`,
    oid,
    abbreviatedOid: oid.slice(0, 7),
    repository: () => repository(world, one),
    entries: () =>
      readTree(one.store, oid).map((entry) =>
        treeEntry(world, one, entry, path === "" ? entry.name : `${path}/${entry.name}`),
      ),
  };
}

function treeEntry(world: World, one: Repository, entry: TreeEntry, path: string): Node {
  const kind = entry.mode === "40000" ? "tree" : entry.mode === "160000" ? "commit" : "blob";
  const object = (): Node | null =>
    kind === "tree" ? tree(world, one, entry.oid, path) : kind === "blob" ? blob(world, one, entry.oid) : null;
  return {
    name: entry.name,
    path,
    oid: entry.oid,
    type: kind,
    mode: Number.parseInt(entry.mode, 8),
    size: () => (kind === "blob" ? (one.store.read(entry.oid)?.data.length ?? 0) : 0),
    extension: /(\.[^./]+)$/.exec(entry.name)?.[1] ?? "",
    object,
  };
}

export function commit(world: World, one: Repository, found: Commit | undefined): Node | null {
  if (!found) return null;
  const person = (signature: Signature): Node => {
    const known = shape.accountBehind(world, signature);
    const date = shape.time(signature.seconds * 1000);
    return {
      name: signature.name,
      email: signature.email,
      date,
      user: known?.type === "User" ? actor(world, known) : null,
    };
  };
  const [headline = "", ...rest] = found.message.replace(/\n$/, "").split("\n");
  const verified = isSigned(found);
  return {
    __typename: "Commit",
    id: shape.nodeIds.commit(one, found.oid),
    oid: found.oid,
    abbreviatedOid: found.oid.slice(0, 7),
    message: found.message.replace(/\n$/, ""),
    messageHeadline: headline,
    messageBody: rest.join("\n").trim(),
    committedDate: shape.time(found.committer.seconds * 1000),
    authoredDate: shape.time(found.author.seconds * 1000),
    author: person(found.author),
    committer: person(found.committer),
    url: `${shape.pageOf(world, one)}/commit/${found.oid}`,
    tree: () => tree(world, one, found.tree, ""),
    parents: (bounds: Bounds) =>
      connection(
        "parents",
        bounds,
        found.parents.map((oid) => commit(world, one, readCommit(one.store, oid))).filter((each) => each !== null),
      ),
    history: (bounds: Bounds) =>
      connection(
        "history",
        bounds,
        historyOf(one.store, found.oid)
          .map((each) => commit(world, one, each))
          .filter((each) => each !== null),
      ),
    signature:
      found.signature === undefined
        ? null
        : {
            __typename: "GpgSignature",
            isValid: verified,
            wasSignedByGitHub: verified,
            state: verified ? "VALID" : "UNKNOWN_KEY",
          },
    statusCheckRollup: () => rollup(one, found.oid),
    repository: () => repository(world, one),
  };
}

function rollup(one: Repository, oid: string): Node | null {
  const checks = one.checks.get(oid) ?? [];
  if (checks.length === 0) return null;
  const bad = checks.some(({ conclusion }) => ["failure", "cancelled", "timed_out"].includes(conclusion ?? ""));
  return {
    id: `SCR_${oid}`,
    state: bad ? "FAILURE" : checks.some((each) => each.conclusion === null) ? "PENDING" : "SUCCESS",
  };
}

export function label(world: World, one: Repository, name: string): Node {
  return {
    __typename: "Label",
    id: shape.nodeIds.label(one, name),
    name,
    color: one.labels.get(name) ?? "ededed",
    url: `${shape.pageOf(world, one)}/labels/${encodeURIComponent(name)}`,
    repository: () => repository(world, one),
  };
}

export function comment(world: World, thread: Thread, one: Comment): Node {
  return {
    __typename: "IssueComment",
    id: shape.nodeIds.comment(one),
    databaseId: one.id,
    body: one.body,
    author: actor(world, one.author),
    authorAssociation: threads.association(thread.repository, one.author),
    createdAt: shape.time(one.createdAt),
    updatedAt: shape.time(one.updatedAt),
    url: `${threads.threadPage(world, thread)}#issuecomment-${one.id}`,
  };
}

function thread(world: World, one: Thread): Node {
  const { repository: home } = one;
  return {
    id: shape.nodeIds.thread(one),
    databaseId: home.id * 10_000 + one.number,
    number: one.number,
    title: one.title,
    body: one.body ?? "",
    url: threads.threadPage(world, one),
    state: stateOf(one),
    closed: !one.open,
    locked: false,
    author: actor(world, one.author),
    authorAssociation: threads.association(home, one.author),
    createdAt: shape.time(one.createdAt),
    updatedAt: shape.time(one.updatedAt),
    closedAt: one.closedAt === undefined ? null : shape.time(one.closedAt),
    repository: () => repository(world, home),
    labels: (bounds: Bounds) =>
      connection(
        "labels",
        bounds,
        [...one.labels].map((name) => label(world, home, name)),
      ),
    comments: (bounds: Bounds) =>
      connection(
        "comments",
        bounds,
        one.comments.map((each) => comment(world, one, each)),
      ),
  };
}

export function issue(world: World, one: Thread): Node {
  return { __typename: "Issue", ...thread(world, one), stateReason: one.open ? null : "COMPLETED" };
}

export function pull(world: World, one: Thread): Node {
  const { repository: home, pull: facts } = one;
  if (!facts) return issue(world, one);
  const { store } = home;
  const refOrNull = (name: string): Node | null =>
    store.ref(`refs/heads/${name}`) === undefined ? null : ref(world, home, `refs/heads/${name}`);
  const between = (): readonly Commit[] => commitsBetween(store, facts.baseOid, facts.headOid);
  const mergeable = (): string =>
    !one.open ? "UNKNOWN" : mergedTree(store, facts.baseOid, facts.headOid) === undefined ? "CONFLICTING" : "MERGEABLE";
  return {
    __typename: "PullRequest",
    ...thread(world, one),
    isDraft: facts.draft,
    merged: facts.mergedAt !== undefined,
    mergedAt: facts.mergedAt === undefined ? null : shape.time(facts.mergedAt),
    mergeable,
    mergeCommit: () => (facts.mergeOid === undefined ? null : commit(world, home, readCommit(store, facts.mergeOid))),
    headRefName: facts.headRef,
    headRefOid: facts.headOid,
    headRef: () => refOrNull(facts.headRef),
    headRepository: () => repository(world, home),
    headRepositoryOwner: () => actor(world, home.owner),
    isCrossRepository: false,
    baseRefName: facts.baseRef,
    baseRefOid: facts.baseOid,
    baseRef: () => refOrNull(facts.baseRef),
    changedFiles: () => threads.changedFiles(one).length,
    files: (bounds: Bounds) =>
      connection(
        "files",
        bounds,
        threads.changedFiles(one).map(({ path, old, young }) => ({
          path,
          changeType: old === undefined ? "ADDED" : young === undefined ? "DELETED" : "MODIFIED",
        })),
      ),
    commits: (bounds: Bounds) =>
      connection(
        "commits",
        bounds,
        between().map((each) => ({ commit: commit(world, home, each) })),
      ),
    reviewRequests: (bounds: Bounds) =>
      connection("reviewRequests", bounds, [
        ...[...facts.reviewers].map((login) => ({ requestedReviewer: actor(world, accountOf(world, login)) })),
        ...[...facts.teams].map((slug) => ({ requestedReviewer: { __typename: "Team", slug, name: slug } })),
      ]),
    reviewDecision: null,
    reviews: (bounds: Bounds) => connection("reviews", bounds, []),
  };
}
