import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openApiJudge, type Exchange } from "../support/openapi-judge.ts";
import { merged, type Mishap } from "../support/pulumi-cloud.ts";
import { isFields, textOf, type Fields, type Json } from "./settings-shape.ts";

export interface StoredSchedule {
  readonly id: string;
  readonly cron: string;
  /** A time instead of cron fields. */
  readonly once?: string;
  readonly paused?: boolean;
  readonly request: Fields;
}

/** What the service holds for one stack. */
export interface StoredStack {
  /** The body of the last write, as it was sent: with secrets in plain text. */
  settings: Fields | undefined;
  readonly schedules: StoredSchedule[];
}

/** A Pulumi Cloud on the loopback interface that keeps deployment settings and schedules in memory. */
export interface SettingsCloud {
  readonly url: string;
  readonly stacks: Map<string, StoredStack>;
  readonly mishaps: Mishap[];
  readonly exchanges: readonly Exchange[];
  /** What the OpenAPI description finds wrong with what was asked and answered. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: Json | undefined;
}

const ok = (body: Json | undefined): Reply => ({ status: 200, body });
const refusal = (status: number, message: string): Reply => ({ status, body: { code: status, message } });
const notFound = refusal(404, "Not Found: stack not found");

/** Starts one that has the given stacks, without settings, and refuses every token but the given one. */
export async function startSettingsCloud(token: string, names: readonly string[]): Promise<SettingsCloud> {
  const judge = openApiJudge();
  const stacks = new Map(names.map((name): [string, StoredStack] => [name, { settings: undefined, schedules: [] }]));
  const mishaps: Mishap[] = [];
  const exchanges: Exchange[] = [];
  const faults: string[] = [];
  const server = createServer((message, response) => {
    void read(message).then((text) => {
      const asked = {
        method: message.method ?? "",
        path: decodeURI(new URL(message.url ?? "", "http://cloud").pathname),
      };
      const request = text === "" ? undefined : (JSON.parse(text) as Json);
      const at = mishaps.findIndex(({ method, path }) => method === asked.method && path.test(asked.path));
      const mishap = at < 0 ? undefined : mishaps.splice(at, 1)[0];
      const known = message.headers.authorization === `token ${token}`;
      const normal = (): Reply => (known ? answer(stacks, asked, request) : refusal(401, "Unauthorized"));
      const reply = mishap === undefined || mishap.done ? normal() : refusal(500, "");
      const exchange = { ...asked, query: [], request, status: reply.status, answer: reply.body };
      exchanges.push(exchange);
      // An answer that a test has broken on purpose is not judged; the request is.
      faults.push(
        ...(judge?.(mishap === undefined ? exchange : { ...exchange, status: 500, answer: undefined }) ?? []),
      );
      if (mishap === undefined)
        send(response, reply.status, reply.body === undefined ? "" : JSON.stringify(reply.body));
      else if (mishap.answer === undefined) message.socket.destroy();
      else send(response, mishap.answer.status, mishap.answer.body, mishap.answer.retryAfter);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stacks,
    mishaps,
    exchanges,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

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
  stacks: ReadonlyMap<string, StoredStack>,
  asked: { readonly method: string; readonly path: string },
  request: Json | undefined,
): Reply {
  const parts = /^\/api\/stacks\/([^/]+\/[^/]+\/[^/]+)(?:\/deployments\/(.*))?$/.exec(asked.path);
  const stack = stacks.get(parts?.[1] ?? "");
  const body = isFields(request) ? request : {};
  if (stack === undefined) return notFound;
  const rest = parts?.[2];
  if (rest === undefined) return ok(stackReply(parts?.[1] ?? ""));
  return rest === "settings"
    ? settingsReply(stack, asked.method, body)
    : scheduleReply(stack, asked.method, rest.split("/"), body);
}

function stackReply(name: string): Fields {
  const [orgName = "", projectName = "", stackName = ""] = name.split("/");
  return { id: name, orgName, projectName, stackName, activeUpdate: "", version: 1 };
}

function settingsReply(stack: StoredStack, method: string, body: Fields): Reply {
  if (method === "POST") stack.settings = merged(stack.settings ?? {}, body) as Fields;
  if (method === "PUT") {
    const source = body["sourceContext"];
    const git = isFields(source) && isFields(source["git"]) ? source["git"] : {};
    if ((git["branch"] === undefined) === (git["commit"] === undefined))
      return refusal(400, "Bad Request: exactly one of commit and branch is required");
    stack.settings = body;
  }
  if (method === "DELETE" && stack.settings !== undefined) {
    stack.settings = undefined;
    return ok(true);
  }
  return stack.settings === undefined ? notFound : ok(shown(stack.settings));
}

/** Settings as they are given back: an image as an object, a secret as a ciphertext. */
function shown(settings: Fields): Fields {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]): readonly [string, Json] => {
      if (name === "executorContext" && isFields(value))
        return [name, { ...value, executorImage: imageOf(value["executorImage"]) }];
      if (name !== "operationContext" || !isFields(value)) return [name, value];
      const variables = value["environmentVariables"];
      return [name, isFields(variables) ? { ...value, environmentVariables: encrypted(variables) } : value];
    }),
  );
}

function imageOf(image: Json | undefined): Json {
  return isFields(image) ? image : { reference: image ?? "" };
}

function encrypted(variables: Fields): Fields {
  const ciphertext = (name: string, text: Json): string =>
    createHash("sha256")
      .update(`${name}=${textOf(text)}`)
      .digest("base64");
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      isFields(value) ? { ciphertext: ciphertext(name, value["secret"] ?? "") } : value,
    ]),
  );
}

function scheduleReply(stack: StoredStack, method: string, parts: readonly string[], body: Fields): Reply {
  const drift = parts[0] === "drift";
  const id = parts[drift ? 2 : 1];
  const at = stack.schedules.findIndex((one) => one.id === id);
  const cron = body["scheduleCron"];
  const once = body["scheduleOnce"];
  const made = (name: string): StoredSchedule => ({
    id: name,
    cron: typeof cron === "string" ? cron : "",
    ...(typeof once === "string" ? { once } : {}),
    request: drift ? driftRequest(body) : (body["request"] as Fields),
  });
  if (method === "GET" && id === undefined) return ok({ schedules: stack.schedules.map(action) });
  if (method === "POST" && parts[2] === "pause") {
    stack.schedules[at] = { ...(stack.schedules[at] as StoredSchedule), paused: true };
    return ok(undefined);
  }
  if (method === "POST" && stack.settings === undefined) return refusal(400, "Bad Request: no deployment settings");
  if (method === "POST" && typeof cron !== "string" && typeof once !== "string")
    return refusal(400, "Bad Request: scheduleCron is required");
  if (method === "POST" && id === undefined) {
    const used = stack.schedules.map((one) => Number(one.id.replace(/\D/g, "")));
    const one = made(`schedule-${Math.max(0, ...used) + 1}`);
    stack.schedules.push(one);
    return ok(action(one));
  }
  const found = stack.schedules[at];
  if (found === undefined) return notFound;
  if (method === "POST") stack.schedules[at] = made(found.id);
  if (method === "DELETE") {
    stack.schedules.splice(at, 1);
    return ok(undefined);
  }
  return ok(action(stack.schedules[at] ?? found));
}

function driftRequest(body: Fields): Fields {
  const options = body["autoRemediate"] === true ? { remediateIfDriftDetected: true } : {};
  return { operation: "detect-drift", operationContext: { options } };
}

function action({ id, cron, once, paused, request }: StoredSchedule): Fields {
  const time = "2026-08-21 12:00:00.000";
  return {
    id,
    orgID: "00000000-0000-4000-8000-000000000001",
    kind: "deployment",
    ...(once === undefined ? { scheduleCron: cron } : { scheduleOnce: once }),
    definition: { request },
    created: time,
    modified: time,
    lastExecuted: time,
    nextExecution: time,
    paused: paused === true,
  };
}
