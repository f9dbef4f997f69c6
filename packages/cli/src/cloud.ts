import { setTimeout as sleep } from "node:timers/promises";
import { jsonField, printable, type Json } from "@gha2pulumi/repo";
import { cloudFault, strange } from "./cloud-fault.ts";
import { Fault } from "./fault.ts";
import { answerOf, isSafe, plainAddress, type Answered } from "./http-json.ts";

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
  const parsed = plainAddress(text);
  if (parsed === undefined)
    throw new Fault(
      "GP651",
      "the address of Pulumi Cloud is none of its API; state kept elsewhere has no deployments",
      help,
    );
  if (!isSafe(parsed))
    throw new Fault(
      "GP651",
      `${parsed.origin} would get the token unencrypted`,
      "give an address that begins with https://",
    );
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, "").replace(/^https:\/\/app\./, "https://api.");
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
    const found = await answerOf(`${url}/api/stacks/${path}`, {
      method,
      headers: {
        accept: "application/vnd.pulumi+8",
        authorization: `token ${token}`,
        "content-type": "application/json",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
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
