import { isIP } from "node:net";

/** What a server answered to one request. */
export interface Answered {
  /** 0 when there is no answer, or only a part of one. */
  readonly status: number;
  readonly text: string;
  /** Seconds to wait, where the answer says so. */
  readonly wait: number | undefined;
  /** GitHub's count of what is left of a limit. */
  readonly remaining: string | null;
}

const limit = 30_000;
// The settings of one stack and the jobs of one run are a few kilobytes.
const mostBytes = 16 * 1024 * 1024;

/** One request. What went wrong with it is not told: such errors may hold the request. */
export async function answerOf(
  address: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | undefined;
  },
): Promise<Answered> {
  try {
    const response = await fetch(address, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      // A redirect would take the token, or the request, to another place.
      redirect: "manual",
      signal: AbortSignal.timeout(limit),
    });
    const wait = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
    const text = await textOf(response);
    const remaining = response.headers.get("x-ratelimit-remaining");
    return { status: response.status, text, wait: Number.isNaN(wait) ? undefined : wait, remaining };
  } catch {
    return { status: 0, text: "", wait: undefined, remaining: null };
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

/** An address as it may get a token: without a login, query or fragment, without a slash at its end; else `undefined`. */
export function plainAddress(text: string): URL | undefined {
  return /^(https?):\/\/([^/?#@\s]+)(\/[^?#@\s]*)?$/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

/** A token is sent over TLS alone, or within this machine. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return (
    protocol === "https:" ||
    hostname === "localhost" ||
    hostname === "[::1]" ||
    (isIP(hostname) === 4 && hostname.startsWith("127."))
  );
}

/** The address of an API that gets a token, or `undefined` where it must not. */
export function apiAddress(text: string): string | undefined {
  const url = plainAddress(text);
  return url !== undefined && isSafe(url) ? `${url.origin}${url.pathname}`.replace(/\/+$/, "") : undefined;
}
