import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSettingsCloud, type SettingsCloud } from "./engine/settings-cloud.ts";
import { folderOf, published, scratch } from "./support/command-line.ts";
import { canariesIn, filesBelow, type Canaries } from "./support/canaries.ts";
import { runWatched, type Watched } from "./support/watched-program.ts";

// Values that may be in no file, log, command line, plan or error. Each is in one place of one of the two worlds.
const token = "pul-cafe0123456789abcdef0123456789abcdef0123";
const canaries: Canaries = {
  "the token of Pulumi Cloud": token,
  "a secret variable": "canary-variable-7d1f",
  "a variable that nobody marked as a secret": "ghp_canary0123456789abcdef0123456789abcd",
  "the key of a repository": "canary-key-51aa",
  "the password of an image": "canary-image-90be",
  "a secret of a schedule": "canary-schedule-33c4",
  "the token of GitHub": "ghs_canary0123456789abcdef0123456789ab",
  "a secret in the environment": "canary-environment-2210",
  "what a failing server says": "canary-message-b7e5",
  "a value that an ESC environment holds": "canary-esc-0c9d",
};
const value = (name: string): string => canaries[name] ?? "";
const stack = "acme/network/prod";

let cloud: SettingsCloud;
let home: string;
let folder: string;
beforeEach(async () => {
  cloud = await startSettingsCloud(token, [stack]);
  putBack();
  folder = folderOf(program);
  home = folderOf({});
  mkdirSync(join(home, "tmp"));
});
afterEach(async () => await cloud.close());
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const program = {
  "deployment-settings/Pulumi.yaml": `name: deployment-settings
runtime: yaml
config:
  PASSWORD: { type: string, secret: true }
resources:
  prod:
    type: pulumiservice:DeploymentSettings
    properties:
      organization: acme
      project: network
      stack: prod
      sourceContext: { git: { branch: main } }
      github: { repository: acme/network, deployCommits: true, previewPullRequests: false, pullRequestTemplate: false }
      operationContext:
        environmentVariables: { PASSWORD: "\${PASSWORD}", REGION: eu-west-1 }
`,
};

/** Every kind of secret that settings and schedules can hold, two of them where the service shows them as they are. */
function putBack(): void {
  const settings = {
    sourceContext: {
      git: {
        branch: "main",
        repoUrl: "https://git.example.com/network",
        gitAuth: { sshAuth: { sshPrivateKey: { secret: value("the key of a repository") } } },
      },
    },
    operationContext: {
      environmentVariables: {
        PASSWORD: { secret: value("a secret variable") },
        REGION: value("a variable that nobody marked as a secret"),
      },
      preRunCommands: [`curl -H ${value("a variable that nobody marked as a secret")} https://example.com`],
    },
    executorContext: {
      executorImage: {
        reference: "acme/runner:1",
        credentials: { username: "acme", password: { secret: value("the password of an image") } },
      },
    },
  };
  const request = {
    operation: "update",
    operationContext: { environmentVariables: { X: { secret: value("a secret of a schedule") } } },
  };
  cloud.stacks.set(stack, {
    settings: settings as never,
    schedules: [{ id: "schedule-1", cron: "5 4 * * 1", request: request as never }],
  });
}

const environment = (): NodeJS.ProcessEnv => ({
  PULUMI_ACCESS_TOKEN: token,
  PULUMI_BACKEND_URL: cloud.url,
  GITHUB_TOKEN: value("the token of GitHub"),
  PASSWORD: value("a secret in the environment"),
  HOME: home,
  TMPDIR: join(home, "tmp"),
  DEBUG: "1",
});

async function run(args: readonly string[], more: Parameters<typeof runWatched>[4] = {}): Promise<Watched> {
  const ended = await runWatched(published, folder, args, environment(), more);
  expectNoCanary(ended);
  return ended;
}

function expectNoCanary({ out, err, argv }: Watched): void {
  const said = [
    ["standard output", out],
    ["standard error", err],
    ["a command line", argv],
  ] as const;
  expect(canariesIn(canaries, [...said, ...filesBelow(folder), ...filesBelow(home)])).toEqual([]);
}

const snapshot = ["settings", "snapshot", "--out", "before.json"];
const restore = ["settings", "restore", "before.json", "--yes"];

/** Takes a snapshot, and makes what is live something else, so that restoring has much to send. */
async function withSnapshot(): Promise<void> {
  expect((await run(snapshot)).code).toBe(0);
  cloud.stacks.set(stack, {
    settings: { sourceContext: { git: { branch: "next" } }, agentPoolID: "pool" },
    schedules: [],
  });
}

describe("no canary anywhere, in success", () => {
  test.each([
    [["settings", "diff"], 12],
    [["settings", "diff", "--format", "json"], 12],
    [["check"], 12],
    [["check", "--format", "json"], 12],
    [["check", "--format", "github"], 12],
    [["check", "--out", "check.sarif"], 12],
    [["settings", "snapshot"], 0],
  ] as const)("%j", async (args, code) => {
    expect((await run(args)).code).toBe(code);
    expect(cloud.exchanges.length).toBeGreaterThan(0);
  });

  test("a snapshot, the way back, and what is left to do by hand", async () => {
    await withSnapshot();
    const { code, out } = await run(restore);
    expect(code).toBe(11);
    for (const name of ["PASSWORD", "REGION", "sshPrivateKey", "password", "preRunCommands", "environmentVariables.X"])
      expect(out).toContain(`${name} `);
  });

  test("secrets --check", async () => {
    const key = "00112233";
    const one = value("a value that an ESC environment holds");
    const fingerprint = createHash("sha256").update(`${key}${one}\n`).digest("hex").slice(0, 16);
    writeFileSync(join(folder, "relay.log"), `A deployment-settings:A ${fingerprint}\n`);
    const opened = (text: string): string =>
      JSON.stringify({ relay: { key }, pulumiConfig: { "deployment-settings:A": text } });
    const args = ["secrets", "--check", "relay.log"];
    expect((await run(args, { input: opened(one) })).code).toBe(0);
    expect((await run(args, { input: opened(`${one}x`) })).code).toBe(12);
    expect((await run(args, { input: opened(one).slice(0, -2) })).code).toBe(2);
  });
});

// The server's own words, half of an answer that holds secrets, and none at all.
const message = JSON.stringify({ code: 0, message: `${value("what a failing server says")} ${token}` });
const failures: readonly (readonly [string, number | undefined, string, number, string])[] = [
  ["401", 401, message, 4, "GP646"],
  ["403", 403, message, 4, "GP647"],
  ["409", 409, message, 5, "GP652"],
  ["429", 429, message, 5, "GP648"],
  ["500", 500, message, 5, "GP649"],
  [
    "an answer that breaks off",
    200,
    `{"operationContext": {"environmentVariables": {"A": "${value("what a failing server says")}`,
    5,
    "GP649",
  ],
  ["a page for people", 200, `<html>${value("what a failing server says")}</html>`, 2, "GP650"],
  ["another shape", 200, JSON.stringify([value("what a failing server says")]), 2, "GP650"],
  ["a broken connection", undefined, "", 5, "GP649"],
];

describe("no canary anywhere, in failure", () => {
  const fail = (method: string, status: number | undefined, body: string): void => {
    const answer = status === undefined ? undefined : { status, body, retryAfter: "0" };
    for (let i = 0; i < 3; i += 1) cloud.mishaps.push({ method, path: /settings$/, done: false, answer });
  };

  test.each(failures)("of reading: %s", async (_, status, body, code, diagnostic) => {
    for (const args of [["check"], snapshot]) {
      fail("GET", status, body);
      const ended = await run(args);
      expect({ code: ended.code, err: ended.err }).toEqual({
        code,
        err: expect.stringContaining(`error[${diagnostic}]`),
      });
      cloud.mishaps.length = 0;
    }
    expect(readdirSync(folder)).toEqual(["deployment-settings"]);
  });

  // What was sent and is answered by nonsense may have been done: running it again looks.
  test.each(failures.filter(([name]) => name !== "another shape"))("of writing: %s", async (_, status, body, code) => {
    await withSnapshot();
    fail("POST", status, body);
    const ended = await run(restore);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain("0 changes of 2 made before that.");
    cloud.mishaps.length = 0;
    expect((await run(restore)).code).toBe(11);
    expect(cloud.stacks.get(stack)?.settings).toMatchObject({ sourceContext: { git: { branch: "main" } } });
  });

  test.each([1, 2, 3])("killed after %i requests", async (requests) => {
    await withSnapshot();
    rmSync(join(folder, "before.json"));
    const kill = async (args: readonly string[]): Promise<void> => {
      const before = cloud.exchanges.length;
      await run(args, { stop: () => cloud.exchanges.length >= before + requests });
    };
    putBack();
    await kill(snapshot);
    if (!readdirSync(folder).includes("before.json")) expect((await run(snapshot)).code).toBe(0);
    cloud.stacks.set(stack, { settings: { sourceContext: { git: { branch: "next" } } }, schedules: [] });
    await kill(restore);
    expect((await run(restore)).code).toBe(11);
    expect(cloud.stacks.get(stack)?.schedules).toHaveLength(1);
  });

  test("without a token, and with one that no header can hold", async () => {
    for (const other of ["", `${token}\nX: 1`]) {
      const ended = await runWatched(published, folder, ["check"], { ...environment(), PULUMI_ACCESS_TOKEN: other });
      expectNoCanary(ended);
      expect(ended).toMatchObject({ code: 4, err: expect.stringContaining("error[GP646]") });
    }
  });

  test("an address with a password in it is not repeated, and nobody else gets the token", async () => {
    const secret = value("a secret in the environment");
    for (const url of [`https://me:${secret}@example.com`, `s3://${secret}`, "http://pulumi.example.com"]) {
      const refused = await runWatched(published, folder, ["check"], { ...environment(), PULUMI_BACKEND_URL: url });
      expectNoCanary(refused);
      expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("error[GP651]") });
    }
  });

  test("a repository's own address gets no request", async () => {
    const other = await startSettingsCloud("another", []);
    writeFileSync(join(folder, "Pulumi.yaml"), `name: network\nruntime: nodejs\nbackend: { url: ${other.url} }\n`);
    expect((await run(["check"])).code).toBe(12);
    expect(other.exchanges).toEqual([]);
    await other.close();
  });
});
