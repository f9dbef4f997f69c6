import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { jsonField, printable, type Json } from "@gha2pulumi/repo";
import { cloudFault, strange } from "./cloud-fault.ts";
import { Fault } from "./fault.ts";

/** Pulumi Cloud's API, as the token of the environment may use it. Paths are those below `/api/stacks/`. */
export interface Cloud {
  /** Where it is, without anything that could be a credential. */
  readonly url: string;
  /** `undefined`: there is no such thing, or the token may not see it. */
  readonly get: (path: string) => Promise<Json | undefined>;
  readonly send: (method: "POST" | "PUT" | "DELETE", path: string, body: Json | undefined) => Promise<Json | undefined>;
}

const usual = "https://api.pulumi.com";
// One request of the CLI itself is tried as often; what is read may be asked again, what is written may not.
const tries = 3;
const longestWait = 20;
const limit = 30_000;
// The settings of one stack are a few kilobytes.
const mostBytes = 16 * 1024 * 1024;

/**
 * Pulumi Cloud at `--backend-url`, else at PULUMI_BACKEND_URL, else where it usually is. The address never comes from the
 * repository: its `backend.url` could send the token to anybody.
 */
export function cloudOf(backendUrl: string | undefined, environment = process.env): Cloud {
  const url = addressOf(backendUrl ?? (environment["PULUMI_BACKEND_URL"] || usual));
  const token = environment["PULUMI_ACCESS_TOKEN"] ?? "";
  if (token === "")
    throw new Fault("GP646", "there is no token for Pulumi Cloud", "set PULUMI_ACCESS_TOKEN in the environment", 4);
  // What could not stand in a header would be shown by the error about it.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Fault("GP646", "PULUMI_ACCESS_TOKEN holds what is in no token", "set it anew, without line ends", 4);
  return {
    url,
    get: async (path) => await asked(url, token, "GET", path, undefined),
    send: async (method, path, body) => await asked(url, token, method, path, body),
  };
}

/** The address of the API: that of the console leads to it, as in the Pulumi CLI. A token is sent over TLS alone. */
function addressOf(text: string): string {
  const help = "give an address such as https://api.pulumi.com, without a name or a password in it";
  const shape = /^(https?):\/\/([^/?#@\s]+)(\/[^?#@\s]*)?$/i.exec(text);
  const parsed = shape === null || !URL.canParse(text) ? undefined : new URL(text);
  if (parsed === undefined)
    throw new Fault(
      "GP651",
      "the address of Pulumi Cloud is none of its API; state kept elsewhere has no deployments",
      help,
    );
  if (parsed.protocol !== "https:" && !isLoopback(parsed.hostname))
    throw new Fault(
      "GP651",
      `${parsed.origin} would get the token unencrypted`,
      "give an address that begins with https://",
    );
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, "").replace(/^https:\/\/app\./, "https://api.");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}

/** One request and its answer. Reading is tried again when the service asks for time, fails, or the network does. */
async function asked(
  url: string,
  token: string,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body: Json | undefined,
): Promise<Json | undefined> {
  const what = `${method} ${path}`;
  for (let attempt = 1; ; attempt += 1) {
    const found = await answerOf(`${url}/api/stacks/${path}`, token, method, body);
    const isDone = found.status >= 200 && found.status < 300;
    const read = isDone ? parsedAnswer(found.text, what) : undefined;
    if (read !== undefined && read !== "torn") return read.value;
    if (found.status === 404 && method === "GET") return undefined;
    // Half an answer is none.
    const status = isDone ? 0 : found.status;
    const isPassing = status === 0 || status === 429 || status >= 500;
    const wait = found.wait ?? 0.2 * 2 ** attempt;
    if (method === "GET" && isPassing && attempt < tries && wait <= longestWait) await sleep(wait * 1000);
    else throw cloudFault({ ...found, status, asked: what, said: said(found) });
  }
}

interface Answered {
  /** 0 when there is no answer, or only a part of one. */
  readonly status: number;
  readonly text: string;
  readonly wait: number | undefined;
}

async function answerOf(address: string, token: string, method: string, body: Json | undefined): Promise<Answered> {
  try {
    const response = await fetch(address, {
      method,
      headers: {
        accept: "application/vnd.pulumi+8",
        authorization: `token ${token}`,
        "content-type": "application/json",
      },
      body: body === undefined ? null : JSON.stringify(body),
      // A redirect would take the token, or the request, to another place.
      redirect: "manual",
      signal: AbortSignal.timeout(limit),
    });
    const wait = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
    const text = await textOf(response);
    return { status: response.status, text, wait: Number.isNaN(wait) ? undefined : wait };
  } catch {
    // What went wrong is not told: such errors may hold the request.
    return { status: 0, text: "", wait: undefined };
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > mostBytes) throw new Error("too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** Some requests are answered with nothing. What breaks off in the middle is `torn`; a page for people is no answer. */
function parsedAnswer(text: string, what: string): { readonly value: Json | undefined } | "torn" {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    if (/^\s*</.test(text)) throw strange(what, "it is a page for people");
    return "torn";
  }
}

/** What the service says is wrong with a request of ours: one line of a few words. */
function said({ status, text }: Answered): string {
  if (status !== 400 && status !== 422) return "";
  try {
    const message = jsonField(JSON.parse(text) as Json, "message");
    return typeof message === "string" ? printable(message).slice(0, 200) : "";
  } catch {
    return "";
  }
}
