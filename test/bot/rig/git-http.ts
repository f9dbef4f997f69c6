// Smart HTTP for bare repositories: every request is one run of `git http-backend`, spoken to by CGI (RFC 3875).
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Credential } from "./world.ts";

/** Refuses a push that changes workflows; a new branch is compared with the default one. */
const refuseWorkflows = `#!/bin/sh
while read -r old new ref; do
  case $new in *[!0]*) ;; *) continue ;; esac
  case $old in *[!0]*) ;; *) old=HEAD ;; esac
  if [ "$(git rev-parse -q --verify "$old:.github/workflows")" != "$(git rev-parse -q --verify "$new:.github/workflows")" ]; then
    echo 'refusing to allow a Personal Access Token to create or update workflow without \`workflow\` scope' >&2
    exit 1
  fi
done
`;

/** The settings of a push by a token that may not change workflows. */
function hooked(root: string): Readonly<Record<string, string>> {
  const folder = join(root, ".hooks");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pre-receive"), refuseWorkflows, { mode: 0o755 });
  return { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.hooksPath", GIT_CONFIG_VALUE_0: folder };
}

/** Answers one request; `path` begins with a slash, below `root`. Resolves once git is done; without a `response` its answer goes nowhere. */
export function gitBackend(
  root: string,
  path: string,
  query: string,
  by: Credential,
  request: IncomingMessage,
  response: ServerResponse | undefined,
): Promise<void> {
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      HOME: root,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: request.method,
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      // Without a length the body is read to its end: it comes in chunks.
      CONTENT_LENGTH: request.headers["content-length"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: by.actor.login,
      ...(by.workflows ? {} : hooked(root)),
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  return new Promise((resolve) => {
    let head: Buffer | undefined = Buffer.alloc(0);
    child.stdout.on("data", (part: Buffer) => {
      if (head === undefined) {
        response?.write(part);
        return;
      }
      head = Buffer.concat([head, part]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const lines = head.toString("latin1", 0, end).split("\r\n");
      const fields = lines.map((line): [string, string] => [
        line.slice(0, line.indexOf(":")).toLowerCase(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]);
      const status = Number(fields.find(([name]) => name === "status")?.[1].split(" ")[0] ?? 200);
      response?.writeHead(status, Object.fromEntries(fields.filter(([name]) => name !== "status")));
      response?.write(head.subarray(end + 4));
      head = undefined;
    });
    child.on("error", () => response?.destroy());
    child.on("close", () => {
      if (response?.headersSent === false) response.writeHead(500);
      response?.end();
      resolve();
    });
  });
}
