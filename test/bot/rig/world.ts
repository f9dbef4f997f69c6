// What the loopback GitHub holds beside its bare repositories: accounts, credentials, settings, pull requests, issues.
import { isAncestor } from "./git-history.ts";
import { readCommit, type Commit, type GitStore } from "./git-store.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fields = { readonly [key: string]: Json };

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
}

/** Who asks: a person by a personal token, or an App by a token of its one installation. */
export interface Credential {
  readonly token: string;
  readonly actor: Account;
  readonly kind: "personal" | "installation";
  /** Without it nothing below `.github/workflows` can be written. */
  readonly workflows: boolean;
}

export type Permission = "admin" | "maintain" | "write" | "triage" | "read" | "none";

export interface Environment {
  readonly name: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Logins of people who must approve. */
  readonly reviewers?: readonly string[];
  readonly waitMinutes?: number;
  /** Patterns of branches that may deploy. */
  readonly branches?: readonly string[] | "protected";
}

/** A check of a commit; it runs while it has no conclusion. */
export interface Check {
  readonly name: string;
  readonly conclusion: "success" | "failure" | "neutral" | "cancelled" | "skipped" | "timed_out" | null;
}

export interface Comment {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
}

/** An issue, or a pull request where it has a `pull`. Times are in milliseconds of the rig's clock. */
export interface Thread {
  readonly number: number;
  readonly repository: Repository;
  title: string;
  body: string | null;
  readonly author: Account;
  open: boolean;
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | undefined;
  closedBy: Account | undefined;
  readonly labels: Set<string>;
  readonly assignees: Set<string>;
  readonly comments: Comment[];
  readonly pull: Pull | undefined;
}

export interface Pull {
  readonly headRef: string;
  headOid: string;
  baseRef: string;
  /** Where the base was when it was last looked at; it stays when the pull request is closed. */
  baseOid: string;
  draft: boolean;
  mergedAt: number | undefined;
  mergeOid: string | undefined;
  readonly reviewers: Set<string>;
  readonly teams: Set<string>;
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly store: GitStore;
  defaultBranch: string;
  description: string | null;
  archived: boolean;
  fork: boolean;
  template: boolean;
  visibility: "public" | "private" | "internal";
  topics: string[];
  environments: Environment[];
  variables: Readonly<Record<string, string>>;
  /** Those of the organisation that this repository may read. */
  organizationVariables: Readonly<Record<string, string>>;
  requiredChecks: readonly string[] | undefined;
  rules: Fields[];
  oidcSubject: { readonly useDefault: boolean; readonly claims?: readonly string[] };
  readonly collaborators: Map<string, Permission>;
  /** Names of labels, with their colours. */
  readonly labels: Map<string, string>;
  readonly threads: Thread[];
  /** By the commit's oid. */
  readonly checks: Map<string, readonly Check[]>;
  /** As if access to it had been taken away: everything about it is 404. */
  lost: boolean;
  /** Whether trees are cut short, as those with more than 100,000 entries are. */
  truncatedTrees: boolean;
  readonly createdAt: number;
  pushedAt: number;
}

export interface World {
  readonly folder: string;
  readonly url: string;
  readonly gitUrl: string;
  readonly now: () => number;
  readonly accounts: Map<string, Account>;
  readonly repositories: Map<string, Repository>;
  readonly credentials: Map<string, Credential>;
  readonly app: AppFacts | undefined;
  /** The next number of whatever gets one. */
  readonly nextId: () => number;
}

export interface AppFacts {
  readonly id: number;
  readonly slug: string;
  /** PEM of the public half of the key that signs its JWTs. */
  readonly publicKey: string;
  readonly installationId: number;
  /** Whether it has the permission `workflows`. */
  readonly workflows: boolean;
  readonly actor: Account;
  readonly owner: Account;
}

/** A refusal as GitHub words it; GraphQL shows the message of the first error, REST all. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly Json[];
  readonly type: string;
  constructor(
    status: number,
    message: string,
    errors: readonly Json[] = [],
    type = status === 404 ? "NOT_FOUND" : "UNPROCESSABLE",
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.type = type;
  }
}

export const notFound = (): Refusal => new Refusal(404, "Not Found");

export function accountOf(world: World, login: string, type: Account["type"] = "User"): Account {
  const known = world.accounts.get(login.toLowerCase());
  if (known) return known;
  const account = { id: world.nextId(), login, type };
  world.accounts.set(login.toLowerCase(), account);
  return account;
}

export const fullName = (repository: Repository): string => `${repository.owner.login}/${repository.name}`;

export function repositoryAt(world: World, owner: string, name: string): Repository {
  const found = world.repositories.get(`${owner}/${name}`.toLowerCase());
  if (!found || found.lost) throw notFound();
  return found;
}

/** The commit at the tip of a branch, if there is one. */
export function tipOf(repository: Repository, branch: string): Commit | undefined {
  const oid = repository.store.ref(`refs/heads/${branch}`);
  return oid === undefined ? undefined : readCommit(repository.store, oid);
}

/** The commit that a branch, a tag, a full ref or an oid names. */
export function resolve(repository: Repository, name: string): Commit | undefined {
  const { store } = repository;
  const oid = ["refs/heads/", "refs/tags/", "refs/", ""].map((prefix) => store.ref(`${prefix}${name}`)).find(Boolean);
  return readCommit(store, oid ?? (name === "HEAD" ? (tipOf(repository, repository.defaultBranch)?.oid ?? "") : name));
}

export function permissionOf(repository: Repository, login: string): Permission {
  const given = repository.collaborators.get(login.toLowerCase());
  if (given) return given;
  if (repository.owner.login.toLowerCase() === login.toLowerCase()) return "admin";
  return repository.visibility === "public" ? "read" : "none";
}

/**
 * Looks after the open pull requests of a repository once its refs may have moved, as GitHub does: a head that is gone
 * or is moved into its base closes one, and a base that has come to hold the head merges it.
 */
export function settlePulls(world: World, repository: Repository): void {
  const { store } = repository;
  for (const thread of repository.threads) {
    const { pull } = thread;
    if (!pull || !thread.open) continue;
    const head = store.ref(`refs/heads/${pull.headRef}`);
    const base = store.ref(`refs/heads/${pull.baseRef}`);
    if (head === pull.headOid && base === pull.baseOid) continue;
    const moved = head !== pull.headOid;
    if (base !== undefined) pull.baseOid = base;
    if (head !== undefined) pull.headOid = head;
    thread.updatedAt = world.now();
    if (head === undefined || base === undefined) close(thread, world.now());
    else if (isAncestor(store, head, base)) {
      if (!moved) Object.assign(pull, { mergedAt: world.now(), mergeOid: base });
      close(thread, world.now());
    }
  }
}

export function close(thread: Thread, at: number, by?: Account): void {
  Object.assign(thread, { open: false, closedAt: at, closedBy: by, updatedAt: at });
}

/** Whether a commit bears the signature that GitHub puts on its own. */
export const isSigned = (commit: Commit): boolean => commit.signature?.includes(signatureMark) ?? false;

const signatureMark = "loopback";
export const signature = `-----BEGIN PGP SIGNATURE-----\n\n${signatureMark}\n-----END PGP SIGNATURE-----`;

/** The repositories that a credential sees, by owner and name. */
export function visible(world: World, owner?: string): readonly Repository[] {
  return [...world.repositories.values()]
    .filter((one) => !one.lost && (owner === undefined || one.owner.login.toLowerCase() === owner.toLowerCase()))
    .sort((left, right) => (fullName(left).toLowerCase() < fullName(right).toLowerCase() ? -1 : 1));
}
