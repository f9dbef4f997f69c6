import type { GitHub } from "../github/github.ts";
import type { RepositoryFacts } from "../github/repositories.ts";

/** A pull request from our branch, as GitHub has it now. */
export interface SeenPull {
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly isDraft: boolean;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

/** Our branch: its head, and whether every commit on it since it left the default branch is the bot's. */
export interface SeenBranch {
  readonly head: string;
  readonly isOurs: boolean;
}

export interface Seen {
  /** The newest first. */
  readonly pulls: readonly SeenPull[];
  readonly branch: SeenBranch | null;
}

/** Ends the message of every commit the bot makes: how it knows its own again, whatever it has forgotten. */
export function trailerOf(campaign: string): string {
  return `Gha2pulumi-Campaign: ${campaign}`;
}

/** What there is of an earlier run in a repository: pull requests first, then the branch. Only reads. */
export async function look(gitHub: GitHub, facts: RepositoryFacts, branch: string, campaign: string): Promise<Seen> {
  const at = { owner: facts.owner, repo: facts.name };
  const head = `${facts.owner}:${branch}`;
  const pages = await gitHub.pages("GET /repos/{owner}/{repo}/pulls", { ...at, head, state: "all" });
  const pulls = pages.flat().map((one): SeenPull => ({
    number: one.number,
    url: one.html_url,
    state: one.merged_at === null ? (one.state === "open" ? "open" : "closed") : "merged",
    isDraft: one.draft ?? false,
    title: one.title,
    body: one.body ?? "",
    labels: one.labels.map(({ name }) => name),
  }));
  const refs = await gitHub.get("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", { ...at, ref: `heads/${branch}` });
  const own = refs.find(({ ref }) => ref === `refs/heads/${branch}`);
  const isOurs = own && (await allOurs(gitHub, facts, own.object.sha, campaign));
  return {
    pulls: pulls.sort((a, b) => b.number - a.number),
    branch: own === undefined ? null : { head: own.object.sha, isOurs: isOurs ?? false },
  };
}

/**
 * Whether the commits that a branch has and the default branch has not are all of this campaign. A commit may claim to
 * be: whoever writes that gives their own commit away, and nobody else's.
 */
async function allOurs(gitHub: GitHub, facts: RepositoryFacts, head: string, campaign: string): Promise<boolean> {
  const { commits, total_commits: total } = await gitHub.get("GET /repos/{owner}/{repo}/compare/{basehead}", {
    owner: facts.owner,
    repo: facts.name,
    basehead: `${facts.defaultBranch}...${head}`,
  });
  // The bot makes one; of a longer list only the beginning is shown.
  if (total > commits.length) return false;
  return commits.every(({ commit }) => commit.message.trimEnd().endsWith(`\n${trailerOf(campaign)}`));
}
