// One server for the three interfaces: REST below `/` (and `/api/v3`), GraphQL at `/graphql`, git below `/git`.
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerQuestion, readQuestion, type Question } from "./graphql.ts";
import { gitBackend } from "./git-http.ts";
import type { Judge } from "./judge.ts";
import type { Limits, Refused, Resource } from "./limits.ts";
import { appBehind, repositoryRoutes } from "./routes-repositories.ts";
import { checkRoutes } from "./routes-checks.ts";
import { gitRoutes } from "./routes-git.ts";
import { threadRoutes } from "./routes-threads.ts";
import { ok, router, type Reply, type Routes } from "./routing.ts";
import { moved } from "./actions.ts";
import { Refusal, type Account, type Credential, type Fields, type Json, type World } from "./world.ts";

/** One request, as the log has it. */
export interface Request {
  /** From 1. */
  readonly number: number;
  readonly interface: "rest" | "graphql" | "git";
  readonly method: string;
  readonly path: string;
  /** Of REST: the path template it matched. */
  readonly template: string | undefined;
  /** The repository it is about, `owner/name`, where its path tells. */
  readonly repository: string | undefined;
  /** The top-level fields of a GraphQL mutation. */
  readonly mutations: readonly string[];
  readonly by: string | undefined;
  /** Milliseconds of the rig's clock. */
  readonly at: number;
  readonly isWrite: boolean;
  /** How many content requests it counts for: 1 for a write of REST, one for each mutation of GraphQL, 0 else. */
  readonly content: number;
  readonly body: Json | undefined;
  /** 0 where the connection was dropped. */
  status: number;
  notModified: boolean;
  limited: Refused["kind"] | undefined;
}

/** What goes wrong with a request. Each of these alone or together; nothing of it where there is none. */
export interface Trouble {
  /** The connection breaks, before the request has any effect or once it has all of it. */
  readonly drop?: "before" | "after";
  /** An answer in place of the real one; the request has no effect. */
  readonly answer?: {
    readonly status: number;
    readonly body?: Json;
    /** Sent as it is, in place of a body: half of one, or a page. */
    readonly text?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** So many milliseconds of the wall clock pass before anything else. */
  readonly slow?: number;
  /** The request waits for this before anything else. */
  readonly until?: Promise<unknown>;
}

export interface Desk {
  readonly world: World;
  readonly limits: Limits;
  readonly judge: Judge | undefined;
  readonly requests: Request[];
  readonly violations: string[];
  readonly responseFaults: string[];
  readonly trouble: (request: Request) => Trouble | undefined;
}

export const routes: Routes = { ...repositoryRoutes, ...gitRoutes, ...threadRoutes, ...checkRoutes };
const find = router(routes);

const documentation = "https://docs.github.com/rest";

/** Answers one HTTP request, whatever it is. */
export async function serve(desk: Desk, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(message.url ?? "/", desk.world.url);
  const path = url.pathname.replace(/^\/api\/(?:v3(?=\/)|(?=graphql))/, "").replace(/^(?!\/)/, "/");
  // As on a server of one's own, where git has the root of the host: `/owner/name.git/…`.
  if (/^\/git\/|^\/[^/]+\/[^/]+\.git\//.test(path))
    return serveGit(desk, path.replace(/^\/git(?=\/)/, ""), url, message, response);
  const text = await readAll(message);
  const body = text === "" ? undefined : parsed(text);
  const fields = (typeof body === "object" && body !== null && !Array.isArray(body) ? body : {}) as Fields;
  const question = path === "/graphql" && message.method === "POST" ? readQuestion(fields) : undefined;
  const found = question ? undefined : find(message.method ?? "", path);
  const auth = credentialOf(desk.world, message.headers.authorization);
  const method = message.method ?? "";
  const changing = !["GET", "HEAD"].includes(method);
  const token = found?.template.endsWith("/access_tokens") === true;
  const request: Request = {
    number: desk.requests.length + 1,
    interface: question ? "graphql" : "rest",
    method,
    path,
    template: found?.template,
    repository: /^\/repos\/([^/]+\/[^/]+)/.exec(path)?.[1],
    mutations: question?.mutations ?? [],
    by: auth.actor?.login,
    at: desk.world.now(),
    isWrite: question ? question.mutations.length > 0 : changing && !token,
    content: question ? question.mutations.length : changing && !token ? 1 : 0,
    body,
    status: 0,
    notModified: false,
    limited: undefined,
  };
  desk.requests.push(request);
  const trouble = desk.trouble(request);
  await delayed(trouble);
  if (trouble?.drop === "before") {
    message.socket.destroy();
    return;
  }
  if (trouble?.answer) {
    const { text: raw, body: instead = { message: "Server Error" }, ...head } = trouble.answer;
    send(desk, request, response, { ...head, body: instead }, undefined, raw);
    return;
  }
  const etag = message.headers["if-none-match"];
  const reply = await answered(desk, request, { auth, question, found, url, body, fields, etag });
  if (trouble?.drop === "after") {
    message.socket.destroy();
    return;
  }
  send(desk, request, response, reply, { auth, resource: resourceOf(question, found?.template) });
}

interface Auth {
  readonly credential: Credential | undefined;
  /** Whose quota it is. */
  readonly actor: Account | undefined;
  /** Whether the request bears the JWT of the App itself. */
  readonly asApp: boolean;
}

function credentialOf(world: World, header: string | undefined): Auth {
  const token = /^(?:token|bearer)\s+(\S+)$/i.exec(header ?? "")?.[1] ?? basicToken(header);
  const credential = token === undefined ? undefined : world.credentials.get(token);
  if (credential) return { credential, actor: credential.actor, asApp: false };
  const app = token?.split(".").length === 3 ? appBehind(world, token) : undefined;
  return { credential: undefined, actor: app?.actor, asApp: app !== undefined };
}

function basicToken(header: string | undefined): string | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  // The name is not looked at: `x-access-token` by custom.
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString().split(":").slice(1).join(":");
}

const resourceOf = (question: Question | undefined, template: string | undefined): Resource =>
  question ? "graphql" : template?.startsWith("/search/") ? "search" : "core";

interface Parts {
  readonly auth: Auth;
  readonly question: Question | undefined;
  readonly found: ReturnType<typeof find>;
  readonly url: URL;
  readonly body: Json | undefined;
  readonly fields: Fields;
  readonly etag: string | undefined;
}

async function answered(desk: Desk, request: Request, parts: Parts): Promise<Reply> {
  const { auth, question, found } = parts;
  if (!auth.actor) return refused(new Refusal(401, "Bad credentials"));
  const resource = resourceOf(question, found?.template);
  // Asking how much is left costs nothing.
  const uncounted = found?.template === "/rate_limit";
  const limited = uncounted ? undefined : desk.limits.admit(auth.actor.id, resource, request.content);
  if (limited) {
    request.limited = limited.kind;
    return limitReply(limited, auth.actor, question !== undefined);
  }
  let reply: Reply = { status: 500 };
  try {
    reply = question ? await graphqlReply(desk, parts, question) : restReply(desk, request, parts);
    return reply;
  } finally {
    request.notModified = reply.status === 304;
    if (!uncounted) desk.limits.end(auth.actor.id, resource, reply.status === 304);
  }
}

function limitReply({ kind, retryAfter }: Refused, actor: Account, graphql: boolean): Reply {
  const exceeded = `API rate limit exceeded for user ID ${actor.id}.`;
  // GraphQL answers 200 where its points are spent, and 403 like REST where it was asked too fast.
  if (kind === "primary" && graphql) return ok({ errors: [{ type: "RATE_LIMITED", message: exceeded }] });
  if (kind === "primary") return refused(new Refusal(403, exceeded));
  const message =
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. " +
    "If you reach out to GitHub Support for help, please include the request ID.";
  return { ...refused(new Refusal(403, message)), headers: { "retry-after": String(retryAfter) } };
}

function refused(refusal: Refusal): Reply {
  const { status, message, errors } = refusal;
  const body = {
    message,
    ...(errors.length > 0 ? { errors } : {}),
    documentation_url: documentation,
    status: String(status),
  };
  return { status, body };
}

async function graphqlReply(desk: Desk, { auth }: Parts, question: Question): Promise<Reply> {
  if (!auth.credential) return refused(new Refusal(401, "This endpoint requires you to be authenticated."));
  const { actor } = auth.credential;
  const rateLimit = (): Fields => {
    const { limit, used, remaining, reset } = desk.limits.standing(actor.id, "graphql");
    return { limit, used, remaining, cost: 1, nodeCount: 0, resetAt: new Date(reset * 1000).toISOString() };
  };
  const answer = await answerQuestion(desk.world, auth.credential, question, rateLimit);
  desk.violations.push(...answer.violations.map((one) => `graphql: ${one}`));
  desk.responseFaults.push(...answer.gaps.map((one) => `graphql: ${one}`));
  return ok(answer.body);
}

function restReply(desk: Desk, request: Request, { auth, found, url, body, fields, etag }: Parts): Reply {
  if (!found) {
    desk.violations.push(`${request.method} ${request.path} is not in the rig`);
    return refused(new Refusal(404, "Not Found"));
  }
  const { template, params, handler } = found;
  const forApp = /^\/app(?:\/|$)|^\/orgs\/\{org\}\/installation$/.test(template);
  if (forApp && !auth.asApp) return refused(new Refusal(401, "A JSON web token could not be decoded"));
  if (!forApp && !auth.credential) return refused(new Refusal(401, "Bad credentials"));
  const by = auth.credential ?? {
    token: "",
    actor: auth.actor as Account,
    kind: "installation" as const,
    workflows: false,
  };
  const asked = {
    method: request.method,
    template,
    path: request.path,
    params,
    query: url.searchParams,
    body: fields,
    by,
  };
  desk.violations.push(...(desk.judge?.request({ ...asked, body }) ?? []));
  let reply: Reply;
  try {
    reply = template === "/rate_limit" ? rateLimits(desk, by.actor) : handler(desk.world, asked);
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    desk.responseFaults.push(`${request.method} ${request.path}: ${String((error as Error).stack)}`);
    return refused(new Refusal(500, "Server Error"));
  }
  desk.responseFaults.push(...(desk.judge?.answer(request.method, template, reply.status, reply.body) ?? []));
  if (request.method !== "GET" || reply.status !== 200) return reply;
  const tag = `W/"${createHash("sha256")
    .update(JSON.stringify(reply.body))
    .update(JSON.stringify(reply.headers ?? {}))
    .digest("hex")}"`;
  const headers = { ...reply.headers, etag: tag };
  return etag !== undefined && etag.replace(/^W\//, "") === tag.slice(2)
    ? { status: 304, headers }
    : { ...reply, headers };
}

function rateLimits(desk: Desk, actor: Account): Reply {
  const standing = (resource: Resource): Fields =>
    ({ ...desk.limits.standing(actor.id, resource), resource }) as Fields;
  return ok({
    resources: { core: standing("core"), graphql: standing("graphql"), search: standing("search") },
    rate: standing("core"),
  });
}

function send(
  desk: Desk,
  request: Request,
  response: ServerResponse,
  reply: Reply,
  quota?: { readonly auth: Auth; readonly resource: Resource },
  raw = reply.body === undefined ? undefined : JSON.stringify(reply.body),
): void {
  request.status = reply.status;
  const actor = quota?.auth.actor;
  const standing = quota && actor ? desk.limits.standing(actor.id, quota.resource) : undefined;
  const limits = standing && {
    "x-ratelimit-limit": standing.limit,
    "x-ratelimit-remaining": request.limited === "primary" ? 0 : standing.remaining,
    "x-ratelimit-used": standing.used,
    "x-ratelimit-reset": standing.reset,
    "x-ratelimit-resource": quota?.resource,
  };
  response.writeHead(reply.status, {
    date: new Date(desk.world.now()).toUTCString(),
    "x-github-request-id": `RIG:${request.number}`,
    "x-github-media-type": "github.v3; format=json",
    ...(reply.body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...limits,
    ...reply.headers,
  });
  response.end(raw);
}

async function delayed({ slow, until }: Trouble = {}): Promise<void> {
  if (slow !== undefined) await new Promise((resolve) => setTimeout(resolve, slow));
  await until;
}

async function readAll(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Git by smart HTTP; a push is a write, and no content request: it is no call of an interface. */
async function serveGit(
  desk: Desk,
  path: string,
  url: URL,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world } = desk;
  const auth = credentialOf(world, message.headers.authorization);
  const [, owner = "", name = "", rest = ""] = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/.*)$/.exec(path) ?? [];
  const repository = world.repositories.get(`${owner}/${name}`.toLowerCase());
  const push = rest === "/git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  const request: Request = {
    number: desk.requests.length + 1,
    interface: "git",
    method: message.method ?? "",
    path,
    template: undefined,
    repository: `${owner}/${name}`,
    mutations: [],
    by: auth.actor?.login,
    at: world.now(),
    isWrite: rest === "/git-receive-pack",
    content: 0,
    body: undefined,
    status: 0,
    notModified: false,
    limited: undefined,
  };
  desk.requests.push(request);
  const trouble = desk.trouble(request);
  await delayed(trouble);
  if (trouble?.drop === "before") return void message.socket.destroy();
  const answer = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): void => {
    request.status = status;
    response.writeHead(status, { "content-type": "text/plain", ...headers });
    response.end(`${text}\n`);
  };
  if (trouble?.answer) return answer(trouble.answer.status, "Server Error", trouble.answer.headers);
  if (!auth.credential) return answer(401, "No anonymous access", { "www-authenticate": 'Basic realm="GitHub"' });
  if (!repository || repository.lost) return answer(404, "Repository not found.");
  if (push && repository.archived) return answer(403, "This repository was archived so it is read-only.");
  const below = `/${repository.owner.login}/${repository.name}.git${rest}`;
  // With the connection gone, what git answers goes nowhere, and what was pushed stays.
  const target = trouble?.drop === "after" ? undefined : response;
  await gitBackend(world.folder, below, url.search.slice(1), auth.credential, message, target);
  request.status = trouble?.drop === "after" ? 0 : response.statusCode;
  if (request.isWrite) moved(world, repository);
  if (trouble?.drop === "after") message.socket.destroy();
}
