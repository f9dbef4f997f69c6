/**
 * A GitHub on the loopback interface, over real bare repositories: REST, GraphQL and git by smart HTTP, with its limits,
 * and with its own descriptions as judges of every request and every answer.
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBench } from "./judge.ts";
import { createLimits, type Clock, type LimitOptions } from "./limits.ts";
import { routes, serve, type Desk, type Request, type Trouble } from "./server.ts";
import {
  addComment,
  addRepository,
  commit,
  mergePull,
  threadAt,
  updateBranch,
  type Files,
  type Person,
  type RepositoryOptions,
} from "./setup.ts";
import {
  accountOf,
  close,
  notFound,
  settlePulls,
  tipOf,
  type Check,
  type Credential,
  type Repository,
  type Thread,
  type World,
} from "./world.ts";

export interface GitHubOptions {
  /** Where the bare repositories lie, at `owner/name.git`; a temporary folder that `close` removes where there is none. */
  readonly folder?: string;
  /** The wall's, unless said otherwise. */
  readonly clock?: Clock;
  readonly limits?: LimitOptions;
  /** What goes wrong with a request; it can be changed later. */
  readonly trouble?: (request: Request) => Trouble | undefined;
  /** Who the first personal token belongs to; `migrator`. */
  readonly login?: string;
  /** An App with one installation, on all repositories of one owner. */
  readonly app?: {
    /** PEM of the public half of its key. */
    readonly publicKey: string;
    readonly owner: string;
    readonly id?: number;
    readonly slug?: string;
    readonly installationId?: number;
    /** Whether it may change workflows; it may, unless said otherwise. */
    readonly workflows?: boolean;
  };
}

export interface GitHub {
  /** The root of REST: the `baseUrl` of Octokit. */
  readonly url: string;
  readonly graphqlUrl: string;
  /** `${gitUrl}/owner/name.git` is cloned; the name before the token does not matter. */
  readonly gitUrl: string;
  /** A personal token that may do everything. */
  readonly token: string;
  /** One more personal token; without `workflows` it may not change `.github/workflows`. */
  addToken(login: string, options?: { readonly workflows?: boolean }): string;
  addRepository(options: RepositoryOptions): Repository;
  /** Everything of a repository, to look at and to change under the client's feet: `lost`, `archived`, `truncatedTrees`… */
  repository(owner: string, name: string): Repository;
  /** Its bare repository on the disk. */
  folderOf(owner: string, name: string): string;
  /** Commits as a person would by a push; gives the new head of the branch. */
  commit(owner: string, name: string, branch: string, files: Files, author?: Person, message?: string): string;
  /** The pull requests of a repository as they are now, the oldest first. */
  pulls(owner: string, name: string): readonly Thread[];
  issues(owner: string, name: string): readonly Thread[];
  closePull(owner: string, name: string, number: number, by?: string): void;
  mergePull(owner: string, name: string, number: number, by?: string): void;
  /** Merges the base into the branch of a pull request, as the button does; gives the new head. */
  updateBranch(owner: string, name: string, number: number, by?: string): string;
  /** What has been checked of the head of a branch. */
  setChecks(owner: string, name: string, branch: string, checks: readonly Check[]): void;
  comment(owner: string, name: string, number: number, author: string, body: string): void;
  /** What is wrong with what was asked, by GitHub's descriptions. */
  readonly violations: readonly string[];
  /** What is wrong with what this rig answered: a fault of the rig. */
  readonly responseFaults: readonly string[];
  /** Why REST is not judged, if it is not. */
  readonly unjudged: string | undefined;
  readonly requests: readonly Request[];
  readonly clock: Clock;
  trouble: (request: Request) => Trouble | undefined;
  /** Sends a webhook, signed as GitHub signs it; gives the status of the answer. */
  deliver(event: string, payload: object, url: string, secret: string): Promise<number>;
  close(): Promise<void>;
}

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const clock: Clock = options.clock ?? { now: () => Date.now() };
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "github-"));
  mkdirSync(folder, { recursive: true });
  const bench = await openBench(Object.keys(routes));
  const server = createServer({ keepAliveTimeout: 30_000 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world = worldOf(options, folder, url, clock);
  const desk: Desk & { trouble: GitHub["trouble"] } = {
    world,
    limits: createLimits(() => clock.now(), options.limits ?? {}),
    judge: "judge" in bench ? bench.judge : undefined,
    requests: [],
    violations: [],
    responseFaults: [],
    trouble: options.trouble ?? (() => undefined),
  };
  server.on("request", (message, response) => {
    serve(desk, message, response).catch((error: unknown) => {
      desk.responseFaults.push(`${message.method} ${message.url}: ${String((error as Error).stack)}`);
      message.socket.destroy();
    });
  });
  const at = (owner: string, name: string): Repository => {
    const found = world.repositories.get(`${owner}/${name}`.toLowerCase());
    if (!found) throw notFound();
    return found;
  };
  const threads = (owner: string, name: string): readonly Thread[] => {
    settlePulls(world, at(owner, name));
    return at(owner, name).threads;
  };
  const token = addToken(world, options.login ?? "migrator", true);
  return {
    url,
    graphqlUrl: `${url}/graphql`,
    gitUrl: world.gitUrl,
    token,
    addToken: (login, { workflows = true } = {}) => addToken(world, login, workflows),
    addRepository: (wanted) => addRepository(world, wanted),
    repository: at,
    folderOf: (owner, name) => at(owner, name).store.folder,
    commit: (owner, name, branch, files, author, message) =>
      commit(world, at(owner, name), branch, files, author, message),
    pulls: (owner, name) => threads(owner, name).filter(({ pull }) => pull),
    issues: (owner, name) => threads(owner, name).filter(({ pull }) => !pull),
    closePull: (owner, name, number, by = "dana") =>
      close(threadAt(world, owner, name, number), clock.now(), accountOf(world, by)),
    mergePull: (owner, name, number, by = "dana") =>
      mergePull(world, threadAt(world, owner, name, number), accountOf(world, by)),
    updateBranch: (owner, name, number, by = "dana") =>
      updateBranch(world, threadAt(world, owner, name, number), accountOf(world, by)),
    setChecks: (owner, name, branch, checks) =>
      void at(owner, name).checks.set(tipOf(at(owner, name), branch)?.oid ?? "", checks),
    comment: (owner, name, number, author, body) =>
      void addComment(world, threadAt(world, owner, name, number), accountOf(world, author), body),
    violations: desk.violations,
    responseFaults: desk.responseFaults,
    unjudged: "skipped" in bench ? bench.skipped : undefined,
    requests: desk.requests,
    clock,
    get trouble() {
      return desk.trouble;
    },
    set trouble(value) {
      desk.trouble = value;
    },
    deliver,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          if (options.folder === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function worldOf(options: GitHubOptions, folder: string, url: string, clock: Clock): World {
  let id = 1000;
  const accounts: World["accounts"] = new Map();
  const nextId = (): number => (id += 1);
  const named = (
    login: string,
    type: "User" | "Organization" | "Bot",
  ): { id: number; login: string; type: typeof type } => {
    const account = { id: nextId(), login, type };
    accounts.set(login.toLowerCase(), account);
    return account;
  };
  named("web-flow", "User");
  const { app } = options;
  const slug = app?.slug ?? "gha2pulumi";
  const facts = app && {
    id: app.id ?? 4711,
    slug,
    publicKey: app.publicKey,
    installationId: app.installationId ?? 815,
    workflows: app.workflows ?? true,
    actor: named(`${slug}[bot]`, "Bot"),
    owner: named(app.owner, "Organization"),
  };
  const credentials = new Map<string, Credential>();
  return {
    folder,
    url,
    gitUrl: `${url}/git`,
    now: () => clock.now(),
    accounts,
    repositories: new Map(),
    credentials,
    app: facts,
    nextId,
  };
}

function addToken(world: World, login: string, workflows: boolean): string {
  const token = `ghp_${randomBytes(18).toString("hex")}`;
  world.credentials.set(token, { token, actor: accountOf(world, login), kind: "personal", workflows });
  return token;
}

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
async function deliver(event: string, payload: object, url: string, secret: string): Promise<number> {
  const body = JSON.stringify(payload);
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/rig",
      "x-github-event": event,
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
  });
  await response.arrayBuffer();
  return response.status;
}
