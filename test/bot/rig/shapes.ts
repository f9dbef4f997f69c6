// The bodies of REST answers about accounts, repositories and what git holds, as GitHub's OpenAPI description wants them.
import type { FileDifference } from "./git-history.ts";
import type { Commit, Signature } from "./git-store.ts";
import {
  fullName,
  isSigned,
  permissionOf,
  type Account,
  type Comment,
  type Fields,
  type Json,
  type Repository,
  type Thread,
  type World,
} from "./world.ts";

export const time = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
const nodeId = (kind: string, ...parts: readonly (number | string)[]): string => `${kind}_${parts.join("_")}`;

export const nodeIds = {
  repository: (one: Repository): string => nodeId("R", one.id),
  account: (one: Account): string =>
    nodeId(one.type === "Organization" ? "O" : one.type === "Bot" ? "BOT" : "U", one.id),
  thread: (one: Thread): string => nodeId(one.pull ? "PR" : "I", one.repository.id, one.number),
  ref: (one: Repository, name: string): string => nodeId("REF", one.id, Buffer.from(name).toString("base64url")),
  commit: (one: Repository, oid: string): string => nodeId("C", one.id, oid),
  label: (one: Repository, name: string): string => nodeId("LA", one.id, Buffer.from(name).toString("base64url")),
  comment: (one: Comment): string => nodeId("IC", one.id),
};

export function account(world: World, one: Account): Fields {
  const url = `${world.url}/users/${encodeURIComponent(one.login)}`;
  return {
    login: one.login,
    id: one.id,
    node_id: nodeIds.account(one),
    avatar_url: `${world.gitUrl}/avatars/${one.id}`,
    gravatar_id: "",
    url,
    html_url: `${world.gitUrl}/${encodeURIComponent(one.login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: one.type,
    site_admin: false,
  };
}

const repositoryLinks: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

export const urlOf = (world: World, one: Repository): string => `${world.url}/repos/${fullName(one)}`;
export const pageOf = (world: World, one: Repository): string => `${world.gitUrl}/${fullName(one)}`;

/** One repository, in its longest form: every other form of the description is a part of it. */
export function repository(world: World, one: Repository, viewer: Account): Fields {
  const url = urlOf(world, one);
  const open = one.threads.filter((thread) => thread.open).length;
  const permission = viewer.type === "Bot" ? "write" : permissionOf(one, viewer.login);
  const at = ["none", "read", "triage", "write", "maintain", "admin"].indexOf(permission);
  return {
    id: one.id,
    node_id: nodeIds.repository(one),
    name: one.name,
    full_name: fullName(one),
    private: one.visibility !== "public",
    owner: account(world, one.owner),
    html_url: pageOf(world, one),
    description: one.description,
    fork: one.fork,
    url,
    ...Object.fromEntries(Object.entries(repositoryLinks).map(([name, path]) => [name, `${url}${path}`])),
    clone_url: `${pageOf(world, one)}.git`,
    git_url: `git://127.0.0.1/${fullName(one)}.git`,
    ssh_url: `git@127.0.0.1:${fullName(one)}.git`,
    svn_url: pageOf(world, one),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    network_count: 0,
    subscribers_count: 0,
    size: one.store.refs().size === 0 ? 0 : 1,
    default_branch: one.defaultBranch,
    open_issues: open,
    open_issues_count: open,
    is_template: one.template,
    topics: one.topics,
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: one.archived,
    disabled: false,
    visibility: one.visibility,
    allow_forking: true,
    web_commit_signoff_required: false,
    pushed_at: time(one.pushedAt),
    created_at: time(one.createdAt),
    updated_at: time(one.pushedAt),
    permissions: { pull: at >= 1, triage: at >= 2, push: at >= 3, maintain: at >= 4, admin: at >= 5 },
  };
}

const person = ({ name, email, seconds }: Signature): Fields => ({ name, email, date: time(seconds * 1000) });

export function verification(commit: Commit): Fields {
  const signed = commit.signature !== undefined;
  const verified = isSigned(commit);
  return {
    verified,
    reason: verified ? "valid" : signed ? "unknown_key" : "unsigned",
    signature: commit.signature ?? null,
    payload: signed ? `tree ${commit.tree}` : null,
    verified_at: verified ? time(commit.committer.seconds * 1000) : null,
  };
}

export function gitCommit(world: World, one: Repository, commit: Commit): Fields {
  const git = `${urlOf(world, one)}/git`;
  return {
    sha: commit.oid,
    node_id: nodeIds.commit(one, commit.oid),
    url: `${git}/commits/${commit.oid}`,
    html_url: `${pageOf(world, one)}/commit/${commit.oid}`,
    author: person(commit.author),
    committer: person(commit.committer),
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    message: commit.message.replace(/\n$/, ""),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${git}/commits/${sha}`,
      html_url: `${pageOf(world, one)}/commit/${sha}`,
    })),
    verification: verification(commit),
  };
}

/** The account that a signature belongs to: by the address that GitHub gives, else by the name of a known one. */
export function accountBehind(world: World, { email }: Signature): Account | undefined {
  const [local, domain] = email.split("@");
  const login = domain === "users.noreply.github.com" ? local?.replace(/^\d+\+/, "") : local;
  if (email === "noreply@github.com") return world.accounts.get("web-flow");
  return world.accounts.get((login ?? "").toLowerCase());
}

export function commit(world: World, one: Repository, commit: Commit): Fields {
  const url = `${urlOf(world, one)}/commits/${commit.oid}`;
  const { sha: _sha, node_id: _node, html_url: _html, parents: _parents, ...inner } = gitCommit(world, one, commit);
  const who = (signature: Signature): Json => {
    const found = accountBehind(world, signature);
    return found ? account(world, found) : null;
  };
  return {
    sha: commit.oid,
    node_id: nodeIds.commit(one, commit.oid),
    url,
    html_url: `${pageOf(world, one)}/commit/${commit.oid}`,
    comments_url: `${url}/comments`,
    commit: { ...inner, comment_count: 0 },
    author: who(commit.author),
    committer: who(commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${urlOf(world, one)}/commits/${sha}`,
      html_url: `${pageOf(world, one)}/commit/${sha}`,
    })),
  };
}

export function ref(world: World, one: Repository, name: string, oid: string): Fields {
  const type = one.store.read(oid)?.type ?? "commit";
  return {
    ref: name,
    node_id: nodeIds.ref(one, name),
    url: `${urlOf(world, one)}/git/${name}`,
    object: { sha: oid, type, url: `${urlOf(world, one)}/git/${type}s/${oid}` },
  };
}

export function label(world: World, one: Repository, name: string): Fields {
  const id = Number.parseInt(Buffer.from(name).toString("hex").slice(0, 10), 16);
  const url = `${urlOf(world, one)}/labels/${encodeURIComponent(name)}`;
  const node_id = nodeIds.label(one, name);
  return { id, node_id, url, name, color: one.labels.get(name) ?? "ededed", default: false, description: null };
}

export function diffEntry(world: World, one: Repository, file: FileDifference, head: string): Fields {
  const lines = (side: FileDifference["old"]): number => {
    const data = side === undefined ? undefined : one.store.read(side.oid)?.data;
    return data === undefined || data.length === 0 ? 0 : data.toString().replace(/\n$/, "").split("\n").length;
  };
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const [additions, deletions] = [lines(file.young), lines(file.old)];
  return {
    sha: (file.young ?? file.old)?.oid ?? null,
    filename: file.path,
    status: file.old === undefined ? "added" : file.young === undefined ? "removed" : "modified",
    // Whole files, not hunks: what is counted is an upper bound.
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${pageOf(world, one)}/blob/${head}/${path}`,
    raw_url: `${pageOf(world, one)}/raw/${head}/${path}`,
    contents_url: `${urlOf(world, one)}/contents/${path}?ref=${head}`,
  };
}
