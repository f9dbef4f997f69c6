import type { IncomingMessage } from "node:http";

/** The bytes of a request, or why they are not kept. */
export type Body = Buffer | "too large" | "too many" | "broken";

/** GitHub sends no more: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
export const largestBody = 25 * 1024 * 1024;
/** Of all requests together: whoever cannot sign can still send. */
const mostKept = 4 * largestBody;

let kept = 0;

/** Reads a request's body as far as it may be kept in memory. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers["content-length"] ?? 0) > largestBody) return "too large";
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Breaking out must not destroy the connection, since the answer still has to go over it.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      kept += chunk.length;
      if (size > largestBody) return "too large";
      if (kept > mostKept) return "too many";
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch {
    return "broken";
  } finally {
    kept -= size;
  }
}
