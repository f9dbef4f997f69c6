import type { Endpoints } from "@octokit/types";
import type { Credentials } from "./credentials.ts";
import { isTrouble } from "./github-error.ts";

/** What GitHub says of a repository before anything of it is read. */
export interface RepositoryFacts {
  /** The name by which GitHub's GraphQL interface knows it. */
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  /** The numbers of owner and repository, as subjects of OIDC name them: `1001/2002`. */
  readonly ids: string;
  readonly defaultBranch: string;
  readonly isArchived: boolean;
  readonly isDisabled: boolean;
  readonly isFork: boolean;
  readonly isTemplate: boolean;
  readonly visibility: string;
  readonly topics: readonly string[];
  /** When somebody last pushed, as ISO 8601; null where GitHub does not say. */
  readonly pushedAt: string | null;
  /** Whether this credential may push; null where GitHub does not say. */
  readonly canPush: boolean | null;
}

/** Where a campaign takes its repositories from. */
export type Source =
  | { readonly organization: string }
  | { readonly user: string }
  | { readonly topic: string; readonly owner: string }
  | { readonly search: string; readonly owner: string }
  | { readonly repositories: readonly string[] };

type Full = Endpoints["GET /repos/{owner}/{repo}"]["response"]["data"];
type Listed = Pick<Full, "id" | "node_id" | "name" | "owner" | "default_branch"> & Partial<Full>;

/** A repository that a source names and GitHub does not show. */
export interface Hidden {
  readonly name: string;
  readonly reason: string;
}

/** The repositories of every source, each once, in the order of their names. */
export async function repositoriesOf(
  credentials: Credentials,
  sources: readonly Source[],
): Promise<{ readonly found: readonly RepositoryFacts[]; readonly hidden: readonly Hidden[] }> {
  const found = new Map<string, RepositoryFacts>();
  const hidden: Hidden[] = [];
  for (const source of sources) {
    for (const one of await listed(credentials, source)) {
      if ("reason" in one) hidden.push(one);
      else found.set(fullName(one).toLowerCase(), one);
    }
  }
  const byName = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return { found: byName.map(([, one]) => one), hidden };
}

export function fullName({ owner, name }: Pick<RepositoryFacts, "owner" | "name">): string {
  return `${owner}/${name}`;
}

async function listed(credentials: Credentials, source: Source): Promise<readonly (RepositoryFacts | Hidden)[]> {
  if ("repositories" in source) {
    return await Promise.all(source.repositories.map((name) => named(credentials, name)));
  }
  if ("organization" in source) {
    const gitHub = await credentials.of(source.organization);
    const pages = await gitHub.pages("GET /orgs/{org}/repos", { org: source.organization, sort: "full_name" });
    return pages.flat().map((one) => factsOf(one as Listed));
  }
  if ("user" in source) {
    const gitHub = await credentials.of(source.user);
    const pages = await gitHub.pages("GET /users/{username}/repos", { username: source.user, sort: "full_name" });
    return pages.flat().map((one) => factsOf(one as Listed));
  }
  const wanted = "topic" in source ? `topic:${source.topic}` : source.search;
  const gitHub = await credentials.of(source.owner);
  // A search gives a thousand at most, and says so by its count: https://docs.github.com/en/rest/search/search
  const pages = await gitHub.pages("GET /search/repositories", { q: `${wanted} user:${source.owner}` });
  const items = pages.flatMap((page) => page.items.map((one) => factsOf(one as Listed)));
  const total = pages[0]?.total_count ?? 0;
  const reason = `a search shows ${items.length} of ${total} repositories; ask for them in smaller parts`;
  return total > items.length ? [...items, { name: `${wanted} user:${source.owner}`, reason }] : items;
}

/** One repository as GitHub has it now. */
export async function named(credentials: Credentials, name: string): Promise<RepositoryFacts | Hidden> {
  const [owner = "", repo = ""] = name.split("/");
  try {
    const gitHub = await credentials.of(owner);
    return factsOf(await gitHub.get("GET /repos/{owner}/{repo}", { owner, repo }));
  } catch (error) {
    if (isTrouble(error, "missing") || isTrouble(error, "denied")) return { name, reason: error.message };
    throw error;
  }
}

function factsOf(one: Listed): RepositoryFacts {
  return {
    id: one.node_id,
    owner: one.owner.login,
    name: one.name,
    ids: `${one.owner.id}/${one.id}`,
    defaultBranch: one.default_branch,
    isArchived: one.archived ?? false,
    isDisabled: one.disabled ?? false,
    isFork: one.fork ?? false,
    isTemplate: one.is_template ?? false,
    visibility: one.visibility ?? (one.private === true ? "private" : "public"),
    topics: one.topics ?? [],
    pushedAt: one.pushed_at ?? null,
    canPush: one.permissions?.push ?? null,
  };
}
