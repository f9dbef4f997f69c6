// The bodies of REST answers about pull requests, issues and comments, as GitHub's OpenAPI description wants them.
import { commitsBetween, differences, mergedTree, type FileDifference } from "./git-history.ts";
import { readCommit } from "./git-store.ts";
import * as shape from "./shapes.ts";
import {
  permissionOf,
  type Account,
  type Comment,
  type Fields,
  type Repository,
  type Thread,
  type World,
} from "./world.ts";

function threadFields(world: World, thread: Thread): Fields {
  return {
    number: thread.number,
    state: thread.open ? "open" : "closed",
    locked: false,
    title: thread.title,
    user: shape.account(world, thread.author),
    body: thread.body,
    labels: [...thread.labels].map((name) => shape.label(world, thread.repository, name)),
    milestone: null,
    assignee: null,
    assignees: [],
    author_association: association(thread.repository, thread.author),
    active_lock_reason: null,
    created_at: shape.time(thread.createdAt),
    updated_at: shape.time(thread.updatedAt),
    closed_at: thread.closedAt === undefined ? null : shape.time(thread.closedAt),
  };
}

export function association(one: Repository, author: Account): string {
  const permission = permissionOf(one, author.login);
  if (permission === "admin") return one.owner.id === author.id ? "OWNER" : "MEMBER";
  return ["write", "maintain", "triage"].includes(permission) ? "COLLABORATOR" : "NONE";
}

/** Where a person reads it. */
export const threadPage = (world: World, thread: Thread): string =>
  `${shape.pageOf(world, thread.repository)}/${thread.pull ? "pull" : "issues"}/${thread.number}`;

export function issue(world: World, thread: Thread): Fields {
  const home = shape.urlOf(world, thread.repository);
  const url = `${home}/issues/${thread.number}`;
  const page = threadPage(world, thread);
  const pull = `${home}/pulls/${thread.number}`;
  return {
    ...threadFields(world, thread),
    id: thread.repository.id * 10_000 + thread.number,
    node_id: shape.nodeIds.thread(thread),
    url,
    repository_url: home,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    comments: thread.comments.length,
    state_reason: thread.open ? null : "completed",
    ...(thread.pull
      ? {
          draft: thread.pull.draft,
          pull_request: {
            url: pull,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: thread.pull.mergedAt === undefined ? null : shape.time(thread.pull.mergedAt),
          },
        }
      : {}),
  };
}

/** One alone tells who closed it, a list does not. */
export function issueAlone(world: World, thread: Thread): Fields {
  return { ...issue(world, thread), closed_by: thread.closedBy ? shape.account(world, thread.closedBy) : null };
}

/** A pull request as lists have it. */
export function pullInList(world: World, thread: Thread, viewer: Account): Fields {
  const { repository: one, pull } = thread;
  if (!pull) throw new Error(`#${thread.number} is no pull request`);
  const home = shape.urlOf(world, one);
  const url = `${home}/pulls/${thread.number}`;
  const issueUrl = `${home}/issues/${thread.number}`;
  const page = threadPage(world, thread);
  const side = (name: string, sha: string): Fields => ({
    label: `${one.owner.login}:${name}`,
    ref: name,
    sha,
    user: shape.account(world, one.owner),
    repo: shape.repository(world, one, viewer),
  });
  const links = {
    self: url,
    html: page,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${home}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${home}/statuses/${pull.headOid}`,
  };
  return {
    ...threadFields(world, thread),
    id: one.id * 10_000 + thread.number,
    node_id: shape.nodeIds.thread(thread),
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: side(pull.headRef, pull.headOid),
    base: side(pull.baseRef, pull.baseOid),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    draft: pull.draft,
    merged_at: pull.mergedAt === undefined ? null : shape.time(pull.mergedAt),
    merge_commit_sha: pull.mergeOid ?? null,
    requested_reviewers: [...pull.reviewers].flatMap((login) => {
      const found = world.accounts.get(login.toLowerCase());
      return found ? [shape.account(world, found)] : [];
    }),
    requested_teams: [...pull.teams].map((slug) => team(world, one.owner, slug)),
    auto_merge: null,
  };
}

function team(world: World, owner: Account, slug: string): Fields {
  const url = `${world.url}/organizations/${owner.id}/team/${slug}`;
  return {
    id: Number.parseInt(Buffer.from(slug).toString("hex").slice(0, 10), 16),
    node_id: `T_${slug}`,
    name: slug,
    slug,
    description: null,
    privacy: "closed",
    permission: "push",
    url,
    html_url: `${world.gitUrl}/orgs/${owner.login}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    parent: null,
    type: "organization",
    organization_id: owner.id,
  };
}

export function changedFiles(thread: Thread): readonly FileDifference[] {
  const { repository: one, pull } = thread;
  const tree = (oid: string | undefined): string | undefined =>
    oid === undefined ? undefined : readCommit(one.store, oid)?.tree;
  const first = pull && commitsBetween(one.store, pull.baseOid, pull.headOid)[0];
  return pull ? differences(one.store, tree(first?.parents[0] ?? pull.baseOid), tree(pull.headOid)) : [];
}

export function pullAlone(world: World, thread: Thread, viewer: Account): Fields {
  const { repository: one, pull } = thread;
  const mergeable = thread.open && pull ? mergedTree(one.store, pull.baseOid, pull.headOid) !== undefined : null;
  const files = changedFiles(thread).map((file) => shape.diffEntry(world, one, file, pull?.headOid ?? ""));
  const sum = (name: string): number => files.reduce((total, file) => total + Number(file[name]), 0);
  return {
    ...pullInList(world, thread, viewer),
    merged: pull?.mergedAt !== undefined,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeable === null ? "unknown" : mergeable ? (pull?.draft ? "draft" : "clean") : "dirty",
    merged_by: null,
    comments: thread.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: pull ? commitsBetween(one.store, pull.baseOid, pull.headOid).length : 0,
    additions: sum("additions"),
    deletions: sum("deletions"),
    changed_files: files.length,
  };
}

export function comment(world: World, thread: Thread, one: Comment): Fields {
  const home = shape.urlOf(world, thread.repository);
  const page = threadPage(world, thread);
  return {
    id: one.id,
    node_id: shape.nodeIds.comment(one),
    url: `${home}/issues/comments/${one.id}`,
    html_url: `${page}#issuecomment-${one.id}`,
    issue_url: `${home}/issues/${thread.number}`,
    user: shape.account(world, one.author),
    body: one.body,
    author_association: association(thread.repository, one.author),
    created_at: shape.time(one.createdAt),
    updated_at: shape.time(one.updatedAt),
  };
}
