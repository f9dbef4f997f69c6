import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openApiJudge, type Exchange } from "./openapi-judge.ts";

/** Any JSON value; tests look into it freely. */
// eslint-disable-next-line typescript/no-explicit-any
type Loose = any;

/** A stack as the stand-in keeps it. */
export interface CloudStack {
  readonly settings: Loose;
  /** The states that a new deployment goes through, one each time it is asked for; the last one stays. */
  readonly states: readonly string[];
  readonly deployments: CloudDeployment[];
  /** The outputs in the state; `secretOutput` makes a secret one. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretsProvider: string;
}

export interface CloudDeployment {
  readonly id: string;
  readonly version: number;
  readonly operation: string;
  /** The settings of the stack with what was asked for merged in. */
  readonly settings: Loose;
  readonly states: string[];
}

/** What happens instead of, or after, what the stand-in would do for a request; each is used once, in order. */
export interface Mishap {
  readonly method: string;
  readonly path: RegExp;
  /** Whether the request has its effect all the same. */
  readonly done: boolean;
  /** The answer, as it goes over the wire; without one the connection breaks. */
  readonly answer: { readonly status: number; readonly body: string; readonly retryAfter?: string } | undefined;
}

/** A Pulumi Cloud on the loopback interface, in memory. */
export interface PulumiCloud {
  readonly url: string;
  readonly stacks: Map<string, CloudStack>;
  readonly mishaps: Mishap[];
  readonly exchanges: readonly Exchange[];
  /** What the OpenAPI description finds wrong with what was asked and answered. */
  readonly faults: readonly string[];
  readonly judged: boolean;
  /** Resolves when the stand-in has seen a request like this one for the n-th time. */
  seen(method: string, path: RegExp, times: number): Promise<void>;
  /** Refuses connections from now on, or takes them again. */
  listen(again: boolean): Promise<void>;
  close(): Promise<void>;
}

const mark = "4dabf18193072939515e22adb298388d";
const kinds = { secret: "1b47061264138c4ac30d75fd1eb44270", asset: "c44067f5952c0a294b673a41bacd8c17" };

/** A secret output as it stands in a state: what is hidden is JSON, encrypted. Here it is only turned around. */
export function secretOutput(value: unknown): unknown {
  return {
    [mark]: kinds.secret,
    ciphertext: Buffer.from([...JSON.stringify(value)].reverse().join("")).toString("base64"),
  };
}

/** An output that is a file, which no step output can hold. */
export function assetOutput(): unknown {
  return { [mark]: kinds.asset, hash: "9f86d081", text: "a file" };
}

function decrypt(ciphertext: string): string {
  return [...Buffer.from(ciphertext, "base64").toString()].reverse().join("");
}

/** Starts the stand-in. Every token but the given one is refused. */
export async function startPulumiCloud(token: string): Promise<PulumiCloud> {
  const judge = openApiJudge();
  const stacks = new Map<string, CloudStack>();
  const mishaps: Mishap[] = [];
  const exchanges: Exchange[] = [];
  const faults: string[] = [];
  const waiting: { readonly fits: () => boolean; readonly resolve: () => void }[] = [];

  const record = (exchange: Exchange, scripted: boolean): void => {
    exchanges.push(exchange);
    // An answer that a test has broken on purpose is not judged; the request is.
    const judged = scripted ? { ...exchange, status: 500, answer: undefined } : exchange;
    faults.push(...(judge?.(judged) ?? []));
    waiting.filter(({ fits }) => fits()).forEach(({ resolve }) => resolve());
  };

  const server = createServer((message, response) => {
    void read(message).then((text) => {
      const url = new URL(message.url ?? "", "http://cloud");
      const asked = { method: message.method ?? "", path: url.pathname, query: [...url.searchParams.keys()] };
      const request = text === "" ? undefined : (JSON.parse(text) as Loose);
      const at = mishaps.findIndex(({ method, path }) => method === asked.method && path.test(asked.path));
      const mishap = at < 0 ? undefined : mishaps.splice(at, 1)[0];
      const normal = (): Reply =>
        message.headers.authorization === `token ${token}` ? answer(stacks, asked, request) : unauthorised;
      const reply = mishap === undefined || mishap.done ? normal() : nothing;
      const status = mishap?.answer?.status ?? (mishap ? 0 : reply.status);
      record({ ...asked, request, status, answer: mishap ? undefined : (reply.body as Loose) }, mishap !== undefined);
      if (mishap === undefined) send(response, reply.status, JSON.stringify(reply.body));
      else if (mishap.answer === undefined) message.socket.destroy();
      else send(response, mishap.answer.status, mishap.answer.body, mishap.answer.retryAfter);
    });
  });
  const open = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  await open(0);
  const { port } = server.address() as AddressInfo;

  const count = (method: string, path: RegExp): number =>
    exchanges.filter((one) => one.method === method && path.test(one.path)).length;
  return {
    url: `http://127.0.0.1:${port}`,
    stacks,
    mishaps,
    exchanges,
    faults,
    judged: judge !== undefined,
    seen: (method, path, times) =>
      new Promise((resolve) => {
        const fits = (): boolean => count(method, path) >= times;
        if (fits()) resolve();
        else waiting.push({ fits, resolve });
      }),
    listen: (again) => (again ? open(port) : close()),
    close: () => {
      server.closeAllConnections();
      return close();
    },
  };
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const nothing: Reply = { status: 0, body: undefined };
const unauthorised: Reply = {
  status: 401,
  body: { code: 401, message: "Unauthorized: No credentials provided or are invalid" },
};
const notFound = (what: string): Reply => ({
  status: 404,
  body: { code: 404, message: `Not Found: ${what} not found` },
});
const refused = (message: string): Reply => ({ status: 400, body: { code: 400, message: `Bad Request: ${message}` } });
const found = (body: unknown): Reply => ({ status: 200, body });

async function read(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, body: string, retryAfter?: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
  });
  response.end(body);
}

function answer(
  stacks: ReadonlyMap<string, CloudStack>,
  asked: { method: string; path: string },
  request: Loose,
): Reply {
  const parts = /^\/api\/stacks\/([^/]+\/[^/]+\/[^/]+)(\/.*)?$/.exec(asked.path);
  const name = parts?.[1] ?? "";
  const stack = stacks.get(name);
  if (stack === undefined) return notFound("Stack");
  const rest = `${asked.method} ${parts?.[2] ?? ""}`;
  if (rest === "POST /deployments") return create(name, stack, request);
  if (rest === "GET /deployments") return found(listed(stack));
  if (rest === "GET /deployments/settings") return found(stack.settings);
  if (rest === "GET /export") return found(exported(name, stack));
  if (rest === "POST /decrypt")
    return found({ plaintext: Buffer.from(decrypt(request.ciphertext as string)).toString("base64") });
  const one = stack.deployments.find(({ id }) => rest === `GET /deployments/${id}`);
  return one === undefined ? notFound("Deployment") : found(details(stack, one));
}

/** A merge as the API describes it: objects field by field, `null` removes, all else replaces. */
export function merged(saved: Loose, patch: Loose): Loose {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const before = typeof saved === "object" && saved !== null && !Array.isArray(saved) ? saved : {};
  const after = Object.entries(patch as Record<string, Loose>).map(
    ([key, value]) => [key, merged(before[key], value)] as const,
  );
  return Object.fromEntries(
    Object.entries({ ...before, ...Object.fromEntries(after) }).filter(([, value]) => value !== null),
  );
}

function create(name: string, stack: CloudStack, request: Loose): Reply {
  const { operation, inheritSettings, ...asked } = request;
  if (operation === undefined) return refused("Missing top level required field 'operation'");
  const settings = merged(inheritSettings === false ? {} : stack.settings, asked);
  const git = settings.sourceContext?.git ?? {};
  // The strictest reading of "mutually exclusive": a request has to take back the branch that is saved.
  if ((git.branch === undefined) === (git.commit === undefined))
    return refused("exactly one of commit and branch is required");
  const version = Math.max(0, ...stack.deployments.map((one) => one.version)) + 1;
  const id = `00000000-0000-4000-8000-${String(version).padStart(12, "0")}`;
  stack.deployments.push({ id, version, operation, settings, states: [...stack.states] });
  return { status: 202, body: { id, version, consoleUrl: `https://app.pulumi.com/${name}/deployments/${version}` } };
}

const time = "2026-08-21 12:00:00.000";
const requestedBy = { name: "Deploy Bot", githubLogin: "acme-bot", avatarUrl: "https://example.com/bot.png" };

function listed(stack: CloudStack): unknown {
  const deployments = [...stack.deployments].reverse().map(({ id, version, operation, states }) => ({
    id,
    version,
    created: time,
    modified: time,
    requestedBy,
    status: states[0],
    pulumiOperation: operation,
    jobs: [],
    updates: [],
  }));
  return { deployments, itemsPerPage: 10, total: deployments.length };
}

function details(stack: CloudStack, one: CloudDeployment): unknown {
  const status = one.states.length > 1 ? one.states.shift() : one.states[0];
  const { repoUrl, ...git } = one.settings.sourceContext.git;
  const variables: Record<string, Loose> = one.settings.operationContext?.environmentVariables ?? {};
  return {
    id: one.id,
    version: one.version,
    latestVersion: stack.deployments.length,
    created: time,
    modified: time,
    requestedBy,
    status,
    pulumiOperation: one.operation,
    jobs: [],
    configuration: {
      environmentVariables: Object.entries(variables).map(([name, value]) =>
        typeof value === "string" ? { name, value, secret: false } : { name, secret: true },
      ),
      source: { git: { repoURL: repoUrl ?? "https://github.com/acme/network", ...git } },
    },
  };
}

function exported(name: string, stack: CloudStack): unknown {
  const type = "pulumi:pulumi:Stack";
  const [, project, bare] = name.split("/");
  const urn = `urn:pulumi:${bare}::${project}::${type}::${project}-${bare}`;
  const resources = [
    { urn, custom: false, type, outputs: stack.outputs },
    {
      urn: `urn:pulumi:${bare}::${project}::random:index:RandomPet::pet`,
      custom: true,
      type: "random:index:RandomPet",
    },
  ];
  return {
    version: 3,
    deployment: {
      manifest: { time, magic: "", version: "" },
      secrets_providers: { type: stack.secretsProvider },
      resources,
    },
  };
}
