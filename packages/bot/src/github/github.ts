import { createHash } from "node:crypto";
import type { Endpoints } from "@octokit/types";
import type { Octokit } from "@octokit/core";
import type { Clock, Json, Store } from "../engine/engine.ts";
import { errorOf, GitHubError, workflowsDenied, type Refusal } from "./github-error.ts";

type Route = keyof Endpoints;
type GetRoute = Extract<Route, `GET ${string}`>;
type WriteRoute = Exclude<Route, GetRoute>;

/** GitHub as one credential sees it. Every failure is a `GitHubError`. */
export interface GitHub {
  /** Names the credential without telling it: whose pace of writing this is. */
  readonly credential: string;
  readonly get: <R extends GetRoute>(
    route: R,
    parameters: Endpoints[R]["parameters"],
  ) => Promise<Endpoints[R]["response"]["data"]>;
  /** The same of what never changes under its name, and is not remembered. */
  readonly once: <R extends GetRoute>(
    route: R,
    parameters: Endpoints[R]["parameters"],
  ) => Promise<Endpoints[R]["response"]["data"]>;
  /** Every page of a list, a hundred entries each. */
  readonly pages: <R extends GetRoute>(
    route: R,
    parameters: Endpoints[R]["parameters"],
  ) => Promise<readonly Endpoints[R]["response"]["data"][]>;
  readonly write: <R extends WriteRoute>(
    route: R,
    parameters: Endpoints[R]["parameters"],
  ) => Promise<Endpoints[R]["response"]["data"]>;
  /** What a query or a mutation gives. */
  readonly query: (document: string, variables: Readonly<Record<string, Json>>) => Promise<unknown>;
}

/** How often GitHub was asked: reads, those of them it answered with "not modified", writes, and answers of "too fast". */
export interface Asked {
  reads: number;
  unchanged: number;
  writes: number;
  limited: number;
}

interface Answer {
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

interface Remembered {
  readonly etag: string;
  readonly data: Json;
  readonly next: boolean;
}

export interface Asking {
  readonly octokit: Octokit;
  readonly credential: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly asked: Asked;
}

/** GitHub behind a client. Reads are remembered with their ETag: one that has not changed costs no quota. */
export function gitHubOf(asking: Asking): GitHub {
  const { octokit, credential, asked } = asking;
  return {
    credential,
    get: async (route, parameters) => (await read(asking, route, { ...parameters })).data,
    once: async (route, parameters) => {
      asked.reads += 1;
      return (await answered(asking, route, { ...parameters })).data;
    },
    pages: async (route, parameters) => {
      const pages: unknown[] = [];
      for (let page = 1; ; page++) {
        const { data, next } = await read(asking, route, { ...parameters, per_page: 100, page });
        pages.push(data);
        if (!next) return pages;
      }
    },
    write: async (route, parameters) => {
      asked.writes += 1;
      return (await answered(asking, route, { ...parameters })).data;
    },
    query: async (document, variables) => {
      const isMutation = /^\s*mutation\b/.test(document);
      asked[isMutation ? "writes" : "reads"] += 1;
      const { data } = await answered(asking, "POST /graphql", { query: document, variables });
      return dataOf(data, octokit, isMutation ? "a mutation" : "a query");
    },
  };
}

type Parameters = Readonly<Record<string, unknown>>;

async function read(
  asking: Asking,
  route: string,
  parameters: Parameters,
): Promise<{ readonly data: unknown; readonly next: boolean }> {
  const { octokit, credential, store, asked } = asking;
  const { url } = octokit.request.endpoint(route, parameters);
  const key = createHash("sha256").update(`${credential} ${url}`).digest("hex");
  const known = (await store.get("etags", key)) as Remembered | undefined;
  asked.reads += 1;
  const headers = known === undefined ? {} : { headers: { "if-none-match": known.etag } };
  const answer = await answered(asking, route, { ...parameters, ...headers });
  if (answer === unchanged && known !== undefined) {
    asked.unchanged += 1;
    return known;
  }
  const { etag, link } = answer.headers;
  const next = /\brel="next"/.test(String(link ?? ""));
  if (typeof etag === "string") await store.put("etags", key, { etag, data: answer.data as Json, next });
  return { data: answer.data, next };
}

const unchanged: Answer = { data: undefined, headers: {} };

async function answered({ octokit, clock, asked }: Asking, route: string, parameters: Parameters): Promise<Answer> {
  try {
    const answer = await octokit.request(route, { ...parameters });
    // Octokit gives what is no JSON as a text: a page of a proxy, or an answer that broke off.
    if (typeof answer.data === "string" && answer.data !== "")
      throw new GitHubError("unreachable", `${route}: the answer is no JSON`);
    return answer;
  } catch (error) {
    if (error instanceof GitHubError) throw error;
    const refusal = refusalOf(error);
    if (refusal.status === 304) return unchanged;
    const fault = errorOf(refusal, route, clock.now());
    if (fault.trouble === "limited") asked.limited += 1;
    throw fault;
  }
}

/** What GitHub says of a request is told; what a failing server or a page in between says is not. */
function refusalOf(error: unknown): Refusal {
  const { status = 0, response, message = "" } = error as Partial<RequestError>;
  // Octokit makes a 500 of a request that got no answer at all.
  if (response === undefined) return { status: 0, headers: {}, message };
  const { headers, data } = response;
  const isTold = status < 500 && typeof data === "object" && data !== null && "message" in data;
  return { status, headers, message: isTold ? message : "" };
}

interface RequestError {
  readonly status: number;
  readonly message: string;
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly data: unknown };
}

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly type?: string; readonly message: string }[];
}

/** GraphQL answers 200 to nearly everything; what went wrong stands beside the data. */
function dataOf(answer: unknown, octokit: Octokit, what: string): unknown {
  const { data, errors = [] } = answer as GraphqlAnswer;
  const [first] = errors;
  if (first === undefined) return data;
  const said = `${what}: ${errors.map(({ message }) => message).join("; ")}`;
  octokit.log.debug(said);
  const denied = workflowsDenied(said);
  if (denied !== undefined) throw denied;
  if (first.type === "RATE_LIMITED") throw new GitHubError("limited", said, 60_000);
  if (first.type === "NOT_FOUND") throw new GitHubError("missing", said);
  if (first.type === "FORBIDDEN" || first.type === "INSUFFICIENT_SCOPES") throw new GitHubError("denied", said);
  throw new GitHubError("conflict", said);
}
