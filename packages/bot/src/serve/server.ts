import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { printable } from "@gha2pulumi/repo";
import { rowTable, type Row } from "../campaign/row.ts";
import type { VisitInput } from "../campaign/visit-work.ts";
import type { Configuration } from "../configuration.ts";
import type { Json } from "../engine/engine.ts";
import { sleepReal } from "../engine/clock.ts";
import { BotFault } from "../fault.ts";
import type { Bot } from "../open-bot.ts";
import { readBody, type Body } from "./body.ts";
import { metricsOf, type Metrics, type WebhookOutcome } from "./metrics.ts";
import { isSignature, isSigned, knownEvents, meaningOf } from "./webhook.ts";

export interface ServerOptions {
  readonly bot: Bot;
  readonly configuration: Configuration;
  /** What GitHub signs with. */
  readonly secret: string;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Told of each delivery that is acted upon or refused. */
  readonly log: (line: string) => void;
}

export interface CampaignServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Takes no more requests and answers those that are here; a request that does not end is cut off. */
  readonly stop: () => Promise<void>;
}

/** How long a database may take before we are not ready, and requests to end when we stop, in milliseconds. */
const readyWithin = 2_000;
const patience = 5_000;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a delivery is answered, and how it is counted. */
type Received = Answer & { readonly outcome: WebhookOutcome; readonly about?: string };

interface Desk extends ServerOptions {
  readonly metrics: Metrics;
  readonly stopping: () => boolean;
}

/** Listens for GitHub's webhooks, and for whoever asks how the campaign is. Throws a fault where the address cannot be had. */
export async function startServer(options: ServerOptions): Promise<CampaignServer> {
  let isStopping = false;
  const desk: Desk = { ...options, metrics: metricsOf(options.bot, options.configuration), stopping: () => isStopping };
  // GitHub gives up after ten seconds: https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks
  const server = createServer({ requestTimeout: 20_000, headersTimeout: 10_000 }, (request, response) => {
    void answered(desk, request, response);
  });
  await listening(server, options);
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    stop: async () => {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.race([closed, sleepReal(patience)]);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listening(server: Server, { host, port }: ServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ message }) =>
      reject(new BotFault(`${host}:${port} cannot be listened on: ${message}`, "give another --host or --port")),
    );
    server.listen(port, host, () => resolve());
  });
}

async function answered(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, text, type = "text/plain; charset=utf-8", headers = {} } = await answerTo(desk, request);
  // A body that nobody wants is read off and dropped, or its sender would see a broken connection instead of an answer.
  request.resume();
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(text);
}

async function answerTo(desk: Desk, request: IncomingMessage): Promise<Answer> {
  const [path] = (request.url ?? "/").split("?", 1);
  const isRead = request.method === "GET" || request.method === "HEAD";
  switch (path) {
    case "/webhooks":
      return request.method === "POST" ? await delivery(desk, request) : wrongMethod("POST");
    case "/healthz":
      return isRead ? { status: 200, text: "ok\n" } : wrongMethod("GET, HEAD");
    case "/readyz":
      return isRead ? await readiness(desk) : wrongMethod("GET, HEAD");
    case "/metrics":
      return isRead ? await measured(desk) : wrongMethod("GET, HEAD");
    default:
      return { status: 404, text: "there is nothing here\n" };
  }
}

function wrongMethod(allow: string): Answer {
  return { status: 405, text: `only ${allow}\n`, headers: { allow } };
}

async function readiness({ bot, stopping }: Desk): Promise<Answer> {
  if (stopping()) return { status: 503, text: "stopping\n" };
  const isThere = bot.engine.load().then(
    () => true,
    () => false,
  );
  const isReady = await Promise.race([isThere, sleepReal(readyWithin).then(() => false)]);
  return isReady ? { status: 200, text: "ready\n" } : { status: 503, text: "the state cannot be reached\n" };
}

async function measured({ metrics }: Desk): Promise<Answer> {
  try {
    return { status: 200, text: await metrics.text(), type: metrics.contentType };
  } catch {
    return { status: 503, text: "the state cannot be reached\n" };
  }
}

async function delivery(desk: Desk, request: IncomingMessage): Promise<Answer> {
  const { log, metrics } = desk;
  const answer = await received(desk, request);
  const { outcome, status, text, about = "" } = answer;
  // Only what is signed is believed to be what it says.
  const event = outcome === "unsigned" || outcome === "too-large" ? "" : headerOf(request, "x-github-event");
  metrics.webhook((knownEvents as readonly string[]).includes(event) ? event : "other", outcome);
  if (outcome !== "ignored") {
    const whose = [event, about].filter((one) => one !== "").map((one) => printable(one.slice(0, 140)));
    log(["webhook", ...whose, `${outcome}, ${status}: ${text.trim()}`].join(" "));
  }
  return answer;
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  return String(headers[name] ?? "");
}

async function received(desk: Desk, request: IncomingMessage): Promise<Received> {
  if (desk.stopping()) return refused(503, "refused", "stopping: send it again later");
  const signature = request.headers["x-hub-signature-256"];
  // Before anything of the body is read.
  if (!isSignature(signature)) return refused(401, "unsigned", "there is no signature in X-Hub-Signature-256");
  const body = await readBody(request);
  if (typeof body === "string") return unread[body];
  if (!(await isSigned(body, signature, desk.secret)))
    return refused(401, "unsigned", "the signature is not made with our secret");
  if (!/^application\/json\b/i.test(headerOf(request, "content-type")))
    return refused(415, "malformed", "set the content type of the webhook to application/json");
  const id = headerOf(request, "x-github-delivery");
  const event = headerOf(request, "x-github-event");
  if (!/^[\w-]{1,100}$/.test(id) || event === "")
    return refused(400, "malformed", "X-GitHub-Delivery or X-GitHub-Event is missing");
  const payload = parsed(body);
  if (payload === undefined) return refused(400, "malformed", "the body is no JSON");
  try {
    return await actedUpon(desk, event, id, payload);
  } catch {
    // The database; GitHub shows the delivery as failed, and it can be sent again.
    return refused(503, "failed", "the state cannot be reached");
  }
}

const unread: Readonly<Record<Exclude<Body, Buffer>, Received>> = {
  "too large": refused(413, "too-large", "the body is larger than any that GitHub sends"),
  "too many": refused(503, "refused", "too much is being received at the same time"),
  broken: refused(400, "malformed", "the body broke off"),
};

function refused(status: number, outcome: WebhookOutcome, text: string): Received {
  const isLater = status === 503 ? { headers: { "retry-after": "60" } } : {};
  return { status, outcome, text: `${text}\n`, ...isLater };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

/** Asks for a visit, durably, before GitHub is told that its delivery was taken. */
async function actedUpon(desk: Desk, event: string, id: string, payload: unknown): Promise<Received> {
  const { bot, configuration } = desk;
  const { engine, works } = bot;
  const { campaign, branch } = configuration;
  const meaning = meaningOf(event, payload, branch);
  if (meaning.kind === "ping") return { status: 200, outcome: "accepted", text: "pong\n" };
  if (meaning.kind === "nothing") return { status: 202, outcome: "ignored", text: `${meaning.because}\n` };
  const about = meaning.repository;
  const row = (await engine.store.get(rowTable(campaign), about)) as unknown as Row | undefined;
  const without = withoutPull(row, meaning.onlyOpen);
  if (without !== undefined) return { status: 202, outcome: "ignored", text: `${without}\n`, about };
  const work = `${campaign}/delivery/${id}`;
  if (await engine.asked(work)) return { status: 202, outcome: "replayed", text: "it was taken before\n", about };
  const input: VisitInput = { configuration, name: about, at: engine.clock.now() };
  const [partition = ""] = about.split("/");
  await engine.enqueue(works.visit, work, input as unknown as Json, { partition });
  return { status: 202, outcome: "accepted", text: "the repository is looked at\n", about };
}

/** Why nothing is done about a repository before the next run. */
function withoutPull(row: Row | undefined, onlyOpen: boolean): string | undefined {
  if (row === undefined) return "the campaign does not know the repository";
  if (row.pull === null) return "the campaign has no pull request there";
  return onlyOpen && row.pull.state !== "open" ? "the campaign's pull request there is not open" : undefined;
}
