import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
import { bundled } from "../support/bundled.mjs";
import { built } from "./engine/databases.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { expectClean } from "./support.ts";

const secret = "It's a Secret to Everybody";
const folder = mkdtempSync(join(tmpdir(), "gha2pulumi-serve-"));
const config = join(folder, "gha2pulumi-bot.yaml");
let github: GitHub;

beforeAll(async () => {
  github = await startGitHub();
  const { before } = fixture("repositories/rule-card");
  github.addRepository({ owner: "my-org", name: "my-project", files: before, collaborators: { migrator: "write" } });
  writeFileSync(config, "campaign: move\nrepositories: [{organization: my-org}]\nwaves: {risk: high, next: at-once}\n");
});
afterAll(async () => {
  await github.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

interface Served {
  readonly lines: () => string;
  /** Ends once it has printed that; throws when it ends before. */
  readonly printed: (text: string) => Promise<void>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** `gha2pulumi-bot serve`, as somebody starts it. */
function served(words: readonly string[], environment: Readonly<Record<string, string>>): Served {
  const args = [join(built, "serve/bin.js"), "serve", "--config", config, "--state", join(folder, "state"), ...words];
  const { PATH = "", XDG_CACHE_HOME = "" } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, XDG_CACHE_HOME, HOME: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (said += String(part)));
  const ended = once(child, "close").then(([code]) => code as number | null);
  const printed = async (text: string): Promise<void> => {
    while (!said.includes(text)) {
      if (child.exitCode !== null) throw new Error(`It ended before it printed ${text}:\n${said}`);
      await Promise.race([once(child.stderr, "data"), ended]);
    }
  };
  return { lines: () => said, printed, signal: (name) => void child.kill(name), ended };
}

test("a server that is stopped while it works finishes the request under way, and goes on where it was", async () => {
  await bundled({ bin: "packages/bot/src/bin.ts" }, join(built, "serve"), [
    "@dbos-inc/dbos-sdk",
    "@electric-sql/pglite",
    "@octokit/auth-app",
    "@octokit/core",
    "@octokit/webhooks-methods",
    "pg",
  ]);
  const gitHubs = { GITHUB_API_URL: github.url, GITHUB_SERVER_URL: github.gitUrl, GH_TOKEN: github.token };
  const without = served([], gitHubs);
  expect(await without.ended, without.lines()).toBe(2);
  expect(without.lines()).toContain("error: GITHUB_WEBHOOK_SECRET is not set\n");

  const environment = { ...gitHubs, GITHUB_WEBHOOK_SECRET: secret };
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const second = served(["--port", String(port)], environment);
  expect(await second.ended, second.lines()).toBe(2);
  expect(second.lines()).toMatch(
    new RegExp(`^error: 127\\.0\\.0\\.1:${port} cannot be listened on: .*EADDRINUSE.*\\n  = help: give another`),
  );
  other.close();

  const words = ["--port", "0", "--every", "1"];
  const branches = (): number =>
    github.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/git/refs")).length;
  const first = served(words, environment);
  const isBegun = new Promise<void>((resolve) => {
    github.trouble = ({ method, path }) => {
      if (method !== "POST" || !path.endsWith("/git/refs")) return undefined;
      resolve();
      return { slow: 1_000 };
    };
  });
  await Promise.race([isBegun, first.ended.then(() => expect.fail(first.lines()))]);
  const [, url = ""] = /listening on (\S+) for the campaign move\n/.exec(first.lines()) ?? [];
  expect(await (await fetch(`${url}/readyz`)).text()).toBe("ready\n");
  first.signal("SIGTERM");
  expect(await first.ended, first.lines()).toBe(0);
  expect(first.lines()).toContain("SIGTERM: stopping; what is not done is left to the next start\n");
  expect([branches(), github.pulls("my-org", "my-project").length]).toEqual([1, 0]);

  const third = served(words, environment);
  await third.printed("run 1 has ended: 1 repositories, 0 failed\n");
  expect([branches(), github.pulls("my-org", "my-project").length]).toEqual([1, 1]);
  const [, again = ""] = /listening on (\S+) for/.exec(third.lines()) ?? [];
  const ping = { zen: "Half measures are as bad as nothing at all." };
  expect(await github.deliver("ping", ping, `${again}/webhooks`, secret)).toBe(200);
  third.signal("SIGINT");
  expect(await third.ended, third.lines()).toBe(0);
  for (const { lines } of [without, first, second, third]) {
    expect(lines()).not.toContain(secret);
    expect(lines()).not.toContain(github.token);
  }
  expectClean(github);
});
