import { spawn } from "node:child_process";
import { gitSettings, type GitSetting } from "@gha2pulumi/repo";
import { GitHubError, workflowsDenied } from "./github-error.ts";

/** One repository on this disk, without files of its own, and the token its server wants. */
export interface Clone {
  readonly folder: string;
  readonly url: string;
  readonly token: string;
}

// A repository may name programs in its configuration; what is cloned here has none, and hooks are never run.
const harmless: readonly GitSetting[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["gc.auto", "0"],
  ["credential.helper", ""],
  ["protocol.allow", "never"],
  ["protocol.http.allow", "always"],
  ["protocol.https.allow", "always"],
];

/** What one command of git printed. Throws what GitHub would have said: git tells little of why. */
export async function git(
  { folder, url, token }: Clone,
  args: readonly string[],
  input?: Buffer | string,
): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const child = spawn("git", [...args], {
      cwd: folder,
      env: environment(url, token),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4000)));
    child.on("error", (error) => reject(new GitHubError("denied", `git cannot be run: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(errorOf(`git ${args[0] ?? ""}`, said.trim()));
    });
    // Git may end before it has read everything; its exit code says so.
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
  });
}

/** The token goes by environment, scoped to its server: never in an address, an argument or a file. */
function environment(url: string, token: string): Readonly<Record<string, string | undefined>> {
  const login = Buffer.from(`x-access-token:${token}`).toString("base64");
  const header = [`http.${new URL(url).origin}/.extraheader`, `Authorization: Basic ${login}`] as const;
  const settings = [...harmless, header];
  return {
    PATH: process.env["PATH"],
    HOME: "/dev/null",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    ...gitSettings(settings),
    // A company's own certificates and proxy.
    ...kept(["GIT_SSL_CAINFO", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"]),
  };
}

function kept(names: readonly string[]): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function errorOf(what: string, said: string): GitHubError {
  const denied = workflowsDenied(said);
  if (denied !== undefined) return denied;
  const last = said.split("\n").slice(-3).join(" ");
  if (/Authentication failed|could not read Username|error: 403/i.test(said))
    return new GitHubError("denied", `${what}: ${last}`);
  if (/not found|error: 404/i.test(said)) return new GitHubError("missing", `${what}: ${last}`);
  if (/error: 429|rate limit/i.test(said)) return new GitHubError("limited", `${what}: ${last}`, 60_000);
  if (/stale info|rejected|fetch first|non-fast-forward/i.test(said))
    return new GitHubError("conflict", `${what}: ${last}`);
  return new GitHubError("unreachable", `${what}: ${last}`);
}
