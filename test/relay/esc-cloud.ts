import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { openApiJudge } from "../support/openapi-judge.ts";

/** What happens to one request instead of, or after, what the stand-in would do; each is used once, in order. */
export interface Mishap {
  readonly method: string;
  /** Whether the request has its effect all the same. */
  readonly done: boolean;
  /** The status of the answer; 0 breaks the connection. */
  readonly status: number;
}

/** The ESC environments of a Pulumi Cloud on the loopback interface, in memory. */
export interface EscCloud {
  readonly url: string;
  /** Definitions as they were sent, by `organization/project/name`. */
  readonly environments: Map<string, string>;
  readonly mishaps: Mishap[];
  readonly requests: readonly string[];
  readonly faults: readonly string[];
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly etag?: string;
}

/** Starts the stand-in. Every token but the given one is refused. */
export async function startEscCloud(token: string): Promise<EscCloud> {
  const judge = openApiJudge();
  const environments = new Map<string, string>();
  const mishaps: Mishap[] = [];
  const requests: string[] = [];
  const faults: string[] = [];
  const server = createServer((message, response) => {
    void read(message).then((text) => {
      const { method = "", url = "" } = message;
      requests.push(`${method} ${url}`);
      const at = mishaps.findIndex((one) => one.method === method);
      const mishap = at < 0 ? undefined : mishaps.splice(at, 1)[0];
      const isKnown = message.headers.authorization === `token ${token}`;
      const normal = (): Reply =>
        isKnown ? answer(environments, method, url, text, message.headers["if-match"]) : json(401, { code: 401 });
      const reply = mishap === undefined || mishap.done ? normal() : json(mishap.status, { code: mishap.status });
      if (mishap === undefined && judge) {
        const body = (type: string | undefined, text: string): never =>
          (type === "application/json" && text !== "" ? JSON.parse(text) : text) as never;
        faults.push(
          ...judge({
            method,
            path: url,
            query: [],
            request: text === "" ? undefined : body(message.headers["content-type"], text),
            status: reply.status,
            answer: body(reply.type, reply.body),
          }),
        );
      }
      if (mishap?.status === 0) return void message.socket.destroy();
      response.writeHead(mishap?.status ?? reply.status, {
        "content-type": reply.type,
        ...(reply.etag === undefined ? {} : { ETag: reply.etag }),
      });
      response.end(mishap === undefined ? reply.body : "{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    environments,
    mishaps,
    requests,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function read(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function json(status: number, body: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(body) };
}

function answer(
  environments: Map<string, string>,
  method: string,
  url: string,
  text: string,
  ifMatch: string | undefined,
): Reply {
  const [, , , , organization = "", project, name] = url.split("/");
  if (method === "POST" && project === undefined) {
    const asked = JSON.parse(text) as { readonly project: string; readonly name: string };
    const full = `${organization}/${asked.project}/${asked.name}`;
    if (environments.has(full)) return json(409, { code: 409, message: "Conflict: environment already exists" });
    environments.set(full, "");
    return { status: 200, type: "text/plain", body: "" };
  }
  const full = `${organization}/${project}/${name}`;
  const held = environments.get(full);
  if (held === undefined) return json(404, { code: 404, message: "Not Found: environment" });
  // Long enough to tell one state from another, and never a part of what the environment holds.
  const etag = String(held.length);
  if (method === "GET") return { status: 200, type: "application/x-yaml", body: held, etag };
  if (method !== "PATCH") return json(404, { code: 404 });
  if (ifMatch !== undefined && ifMatch !== etag) return json(409, { code: 409, message: "Conflict" });
  environments.set(full, text);
  return json(200, { diagnostics: [] });
}
