// What a test does from outside: makes repositories, commits as a person, closes and merges pull requests, comments.
import { join } from "node:path";
import { mergedTree } from "./git-history.ts";
import { changedTree, createStore, writeCommit, type Signature } from "./git-store.ts";
import { openPull } from "./actions.ts";
import {
  accountOf,
  close,
  fullName,
  notFound,
  repositoryAt,
  settlePulls,
  tipOf,
  type Account,
  type Comment,
  type Environment,
  type Fields,
  type Permission,
  type Repository,
  type Thread,
  type World,
} from "./world.ts";

/** A file's text, `undefined` for its removal, or its text with a mode: `100644`, `100755`, `120000`. */
export type FileContent =
  string | Uint8Array | { readonly text: string | Uint8Array; readonly mode: string } | undefined;
export type Files = ReadonlyMap<string, FileContent>;

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface RepositoryOptions {
  readonly owner: string;
  readonly name: string;
  readonly files?: Files;
  /** What the owner is where it is new; an organisation unless said otherwise. */
  readonly ownerType?: "Organization" | "User";
  readonly defaultBranch?: string;
  readonly description?: string;
  readonly archived?: boolean;
  readonly fork?: boolean;
  readonly template?: boolean;
  /** No commit at all, whatever files are given. */
  readonly empty?: boolean;
  readonly visibility?: Repository["visibility"];
  readonly topics?: readonly string[];
  readonly environments?: readonly Environment[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly organizationVariables?: Readonly<Record<string, string>>;
  /** Names of the checks that the protection of the default branch requires. */
  readonly requiredChecks?: readonly string[];
  /** Rules of the default branch, as `GET /repos/{owner}/{repo}/rules/branches/{branch}` gives them. */
  readonly rules?: readonly Fields[];
  readonly oidcSubject?: Repository["oidcSubject"];
  readonly collaborators?: Readonly<Record<string, Permission>>;
  readonly openPulls?: readonly {
    readonly head: string;
    readonly title: string;
    readonly files: Files;
    readonly author?: string;
    readonly body?: string;
  }[];
}

const someone: Person = { name: "Dana Dev", email: "dana@example.com" };

export function addRepository(world: World, options: RepositoryOptions): Repository {
  const { owner, name, defaultBranch = "main" } = options;
  const key = `${owner}/${name}`.toLowerCase();
  if (world.repositories.has(key)) throw new Error(`${owner}/${name} is there already`);
  const repository: Repository = {
    id: world.nextId(),
    owner: accountOf(world, owner, options.ownerType ?? "Organization"),
    name,
    store: createStore(join(world.folder, owner, `${name}.git`), defaultBranch),
    defaultBranch,
    description: options.description ?? null,
    archived: options.archived ?? false,
    fork: options.fork ?? false,
    template: options.template ?? false,
    visibility: options.visibility ?? "private",
    topics: [...(options.topics ?? [])],
    environments: [...(options.environments ?? [])],
    variables: options.variables ?? {},
    organizationVariables: options.organizationVariables ?? {},
    requiredChecks: options.requiredChecks,
    rules: [...(options.rules ?? [])],
    oidcSubject: options.oidcSubject ?? { useDefault: true },
    collaborators: new Map(
      Object.entries(options.collaborators ?? {}).map(([login, one]) => [login.toLowerCase(), one]),
    ),
    labels: new Map(),
    threads: [],
    checks: new Map(),
    lost: false,
    truncatedTrees: false,
    createdAt: world.now(),
    pushedAt: world.now(),
  };
  world.repositories.set(key, repository);
  for (const login of Object.keys(options.collaborators ?? {})) accountOf(world, login);
  if (options.empty !== true)
    commit(world, repository, defaultBranch, options.files ?? new Map(), someone, "The beginning");
  for (const pull of options.openPulls ?? []) {
    commit(world, repository, pull.head, pull.files, someone, pull.title);
    const author = accountOf(world, pull.author ?? "dana");
    openPull(world, repository, author, { ...pull, base: defaultBranch, body: pull.body ?? null, draft: false });
  }
  return repository;
}

/** Puts a commit on a branch, which begins at the default branch where it is new; gives its oid. */
export function commit(
  world: World,
  repository: Repository,
  branch: string,
  files: Files,
  author: Person = someone,
  message = "A change",
): string {
  const { store } = repository;
  const parent = tipOf(repository, branch) ?? tipOf(repository, repository.defaultBranch);
  const changes = [...files].map(([path, content]) => [path, blobOf(repository, content)] as const);
  const signature: Signature = { ...author, seconds: Math.floor(world.now() / 1000) };
  const oid = writeCommit(store, {
    tree: changedTree(store, parent?.tree, new Map(changes)),
    parents: parent ? [parent.oid] : [],
    author: signature,
    committer: signature,
    message: `${message}\n`,
    signature: undefined,
  });
  store.setRef(`refs/heads/${branch}`, oid);
  repository.pushedAt = world.now();
  settlePulls(world, repository);
  return oid;
}

function blobOf(
  repository: Repository,
  content: FileContent,
): { readonly mode: string; readonly oid: string } | undefined {
  if (content === undefined) return undefined;
  const whole =
    typeof content === "string" || content instanceof Uint8Array ? { text: content, mode: "100644" } : content;
  const data = typeof whole.text === "string" ? whole.text : Buffer.from(whole.text);
  return { mode: whole.mode, oid: repository.store.write("blob", data) };
}

export function threadAt(world: World, owner: string, name: string, number: number): Thread {
  const found = repositoryAt(world, owner, name).threads.find((one) => one.number === number);
  if (!found) throw notFound();
  return found;
}

/** Merges a pull request by a merge commit, as a person would by the green button. */
export function mergePull(world: World, thread: Thread, by: Account): void {
  const { repository, pull } = thread;
  if (!pull || !thread.open) throw new Error(`${fullName(repository)}#${thread.number} is not open`);
  settlePulls(world, repository);
  const tree = mergedTree(repository.store, pull.baseOid, pull.headOid);
  if (tree === undefined) throw new Error(`${fullName(repository)}#${thread.number} has conflicts`);
  const person = { name: by.login, email: `${by.login}@example.com`, seconds: Math.floor(world.now() / 1000) };
  const oid = writeCommit(repository.store, {
    tree,
    parents: [pull.baseOid, pull.headOid],
    author: person,
    committer: person,
    message: `Merge pull request #${thread.number} from ${repository.owner.login}/${pull.headRef}\n`,
    signature: undefined,
  });
  repository.store.setRef(`refs/heads/${pull.baseRef}`, oid);
  Object.assign(pull, { mergedAt: world.now(), mergeOid: oid });
  close(thread, world.now(), by);
  settlePulls(world, repository);
}

/** Merges the base into the branch of a pull request, as a person does by the button "Update branch"; gives the new head. */
export function updateBranch(world: World, thread: Thread, by: Account): string {
  const { repository, pull } = thread;
  if (!pull || !thread.open) throw new Error(`${fullName(repository)}#${thread.number} is not open`);
  settlePulls(world, repository);
  const tree = mergedTree(repository.store, pull.baseOid, pull.headOid);
  if (tree === undefined) throw new Error(`${fullName(repository)}#${thread.number} has conflicts`);
  const seconds = Math.floor(world.now() / 1000);
  const oid = writeCommit(repository.store, {
    tree,
    parents: [pull.headOid, pull.baseOid],
    author: { name: by.login, email: `${by.login}@example.com`, seconds },
    committer: { name: "GitHub", email: "noreply@github.com", seconds },
    message: `Merge branch '${pull.baseRef}' into ${pull.headRef}\n`,
    signature: undefined,
  });
  repository.store.setRef(`refs/heads/${pull.headRef}`, oid);
  settlePulls(world, repository);
  return oid;
}

export function addComment(world: World, thread: Thread, author: Account, body: string): Comment {
  const comment = { id: world.nextId(), author, body, createdAt: world.now(), updatedAt: world.now() };
  thread.comments.push(comment);
  thread.updatedAt = world.now();
  return comment;
}
