import { isTrouble } from "../github/github-error.ts";
import type { GitHub } from "../github/github.ts";
import type { RepositoryFacts } from "../github/repositories.ts";
import { blobName, type PublishedFile } from "../publication.ts";

/** A pull request from our branch, as GitHub has it now. */
export interface SeenPull {
  readonly number: number;
  /** The name by which GitHub's GraphQL interface knows it. */
  readonly id: string;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly draft: boolean;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly author: string;
  /** Who closed it without a merge. */
  readonly closedBy: string | null;
}

/** Our branch, compared with the default branch. */
export interface SeenBranch {
  readonly head: string;
  /** The commit of the default branch that it builds on. */
  readonly base: string;
  /** A merge of the default branch that brings nothing else ("Update branch") is nobody's work, and counts as ours. */
  readonly commits: readonly ("us" | "person")[];
  /** Whether it changes the planned files as planned, and no others. */
  readonly same: boolean;
  readonly mergeable: boolean;
}

/** A command that somebody gave in a comment; the newest last. */
export interface SeenComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
}

/** An issue of the bot's own. */
export interface SeenIssue {
  readonly number: number;
  readonly state: "open" | "closed";
  readonly title: string;
  readonly body: string;
  readonly closedBy: string | null;
}

export interface Seen {
  /** The newest first. */
  readonly pulls: readonly SeenPull[];
  readonly branch: SeenBranch | null;
  /** The bot's issues, the newest first; none unless they are sought. */
  readonly issues: readonly SeenIssue[];
  /** Of the newest pull request. */
  readonly comments: readonly SeenComment[];
}

/** What is looked for. */
export interface Sought {
  readonly branch: string;
  readonly campaign: string;
  readonly files: readonly PublishedFile[];
  /** The login of whoever the bot is. */
  readonly me: string;
  /** Whether the bot may have opened an issue. */
  readonly issues: boolean;
}

/** Ends the message of every commit the bot makes: with its author, how it knows its own again. */
export function trailerOf(campaign: string): string {
  return `Gha2pulumi-Campaign: ${campaign}`;
}

/** What there is of an earlier run in a repository. Only reads, which cost nothing while nothing has changed. */
export async function look(gitHub: GitHub, facts: RepositoryFacts, sought: Sought): Promise<Seen> {
  const at = { owner: facts.owner, repo: facts.name };
  const head = `${facts.owner}:${sought.branch}`;
  const pages = await gitHub.pages("GET /repos/{owner}/{repo}/pulls", { ...at, head, state: "all" });
  const listed = pages.flat().sort((a, b) => b.number - a.number);
  const pulls: SeenPull[] = [];
  for (const one of listed) {
    const state = one.merged_at === null ? (one.state === "open" ? "open" : "closed") : "merged";
    pulls.push({
      number: one.number,
      id: one.node_id,
      url: one.html_url,
      state,
      draft: one.draft ?? false,
      title: one.title,
      body: one.body ?? "",
      labels: one.labels.map(({ name }) => name),
      author: one.user?.login ?? "",
      closedBy: state === "closed" ? await closerOf(gitHub, at, one.number) : null,
    });
  }
  const [newest] = pulls;
  return {
    pulls,
    branch: await branchOf(gitHub, facts, sought, newest),
    issues: sought.issues ? await issuesOf(gitHub, at, sought.me) : [],
    comments: newest === undefined ? [] : await commentsOf(gitHub, at, newest.number),
  };
}

type At = { readonly owner: string; readonly repo: string };

/** Every pull request is an issue, and only as such it tells who closed it. */
async function closerOf(gitHub: GitHub, at: At, number: number): Promise<string | null> {
  const issue = await gitHub.get("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...at, issue_number: number });
  return issue.closed_by?.login ?? null;
}

async function commentsOf(gitHub: GitHub, at: At, number: number): Promise<readonly SeenComment[]> {
  const pages = await gitHub.pages("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...at,
    issue_number: number,
  });
  return pages.flat().map(({ id, user, body = "" }) => ({ id: Number(id), author: user?.login ?? "", body }));
}

/** The issues of a repository that a login has opened; pull requests are none. */
export async function issuesOf(gitHub: GitHub, at: At, me: string): Promise<readonly SeenIssue[]> {
  const pages = await gitHub.pages("GET /repos/{owner}/{repo}/issues", { ...at, creator: me, state: "all" });
  return issuesIn(pages.flat());
}

interface Listed {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly closed_by?: { readonly login: string } | null | undefined;
  readonly pull_request?: unknown;
}

export function issuesIn(listed: readonly Listed[]): readonly SeenIssue[] {
  const own = listed.filter((one) => one.pull_request === undefined);
  return own.map((one): SeenIssue => ({
    number: one.number,
    state: one.state === "open" ? "open" : "closed",
    title: one.title,
    body: one.body ?? "",
    closedBy: one.closed_by?.login ?? null,
  }));
}

/** Whether two texts say the same in the same lines: GitHub may give line ends of its own. */
export function sameLines(found: string, meant: string): boolean {
  const plain = (text: string): string => text.replace(/\r\n/g, "\n").trim();
  return plain(found) === plain(meant);
}

/** Whether somebody may write to a repository, and so ask for something there. */
export async function mayWrite(gitHub: GitHub, facts: RepositoryFacts, username: string): Promise<boolean> {
  try {
    const { permission } = await gitHub.get("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
      owner: facts.owner,
      repo: facts.name,
      username,
    });
    return permission === "admin" || permission === "write";
  } catch (error) {
    if (isTrouble(error, "missing") || isTrouble(error, "denied")) return false;
    throw error;
  }
}

async function branchOf(
  gitHub: GitHub,
  facts: RepositoryFacts,
  sought: Sought,
  newest: SeenPull | undefined,
): Promise<SeenBranch | null> {
  const at = { owner: facts.owner, repo: facts.name };
  const refs = await gitHub.get("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", {
    ...at,
    ref: `heads/${sought.branch}`,
  });
  const head = refs.find(({ ref }) => ref === `refs/heads/${sought.branch}`)?.object.sha;
  if (head === undefined) return null;
  const compared = await gitHub.get("GET /repos/{owner}/{repo}/compare/{basehead}", {
    ...at,
    basehead: `${facts.defaultBranch}...${head}`,
  });
  const { commits, total_commits: total, files = [], merge_base_commit: base } = compared;
  // The bot makes one commit; of a longer list only the beginning is shown.
  const hidden = total > commits.length ? (["person"] as const) : [];
  const isUpdated = hidden.length === 0 && (await isOnlyUpdated(gitHub, at, commits, files, sought));
  const mergeable = newest?.state === "open" ? await isMergeable(gitHub, at, newest.number) : true;
  return {
    head,
    base: base.sha,
    commits: [
      ...commits.map((one) => (isUpdated || isOurs(one, sought) ? ("us" as const) : ("person" as const))),
      ...hidden,
    ],
    same: isSame(files, sought.files),
    mergeable,
  };
}

type Compared = { readonly filename: string; readonly status: string; readonly sha: string | null };

function isSame(found: readonly Compared[], meant: readonly PublishedFile[]): boolean {
  if (found.length !== meant.length) return false;
  const byPath = new Map(found.map((one) => [one.filename, one]));
  return meant.every(({ path, text }) => {
    const one = byPath.get(path);
    return text === null ? one?.status === "removed" : one !== undefined && one.sha === blobName(text);
  });
}

/**
 * Whether a branch is one commit of the bot and merges of the default branch, as the button "Update branch" makes them,
 * with nothing else in them: the branch changes the very files that the commit does, to the very same contents. (Where
 * the default branch has changed one of these files too, the merge may be anybody's work, and counts as a person's.)
 */
async function isOnlyUpdated(
  gitHub: GitHub,
  at: At,
  commits: readonly Commit[],
  files: readonly Compared[],
  sought: Sought,
): Promise<boolean> {
  const [ours, ...merges] = [...commits].sort((a, b) => a.parents.length - b.parents.length);
  const here = new Set(commits.map(({ sha }) => sha));
  const isMerge = ({ parents: [first, second, ...more] }: Commit): boolean =>
    // Its second parent is in the default branch, or it would be listed with the others.
    first !== undefined && second !== undefined && more.length === 0 && here.has(first.sha) && !here.has(second.sha);
  if (ours === undefined || merges.length === 0 || !isOurs(ours, sought) || !merges.every(isMerge)) return false;
  const basehead = `${ours.parents[0]?.sha ?? ""}...${ours.sha}`;
  const { files: own = [] } = await gitHub.get("GET /repos/{owner}/{repo}/compare/{basehead}", { ...at, basehead });
  const picture = (all: readonly Compared[]): string =>
    JSON.stringify(all.map(({ filename, status, sha }) => [filename, status, sha]).sort());
  return picture(own) === picture(files);
}

interface Commit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
  readonly commit: {
    readonly message: string;
    readonly author?: { readonly email?: string } | null;
    readonly committer?: { readonly email?: string } | null;
  };
  readonly author?: { readonly login?: string } | object | null;
  readonly committer?: { readonly login?: string } | object | null;
}

/** GitHub commits as this user what is made by its own interfaces and pages. */
const gitHubItself = "web-flow";

/**
 * A commit of the bot: its trailer, its author, and nobody's hand since. Who changes it, by an amend or a rebase, becomes
 * its committer; a suggestion that is taken on GitHub's pages has another author.
 */
function isOurs({ commit, author, committer }: Commit, { campaign, me }: Sought): boolean {
  if (!commit.message.trimEnd().endsWith(`\n${trailerOf(campaign)}`)) return false;
  const login = (who: Commit["author"]): string | undefined =>
    who !== null && who !== undefined && "login" in who ? who.login : undefined;
  const email = emailOf(me);
  const isByMe = login(author) === me || (login(author) === undefined && commit.author?.email === email);
  const by = login(committer);
  return isByMe && (by === me || by === gitHubItself || (by === undefined && commit.committer?.email === email));
}

/** The address of a login's commits that shows no address of theirs. */
export function emailOf(login: string): string {
  return `${login}@users.noreply.github.com`;
}

/** GitHub finds it out in the background; what it has not found out yet is no conflict. */
async function isMergeable(gitHub: GitHub, at: At, number: number): Promise<boolean> {
  const pull = await gitHub.get("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number: number });
  return pull.mergeable !== false;
}
