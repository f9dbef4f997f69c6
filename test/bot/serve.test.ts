import { spawnSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { startServer, type Bot, type CampaignServer, type Row } from "@gha2pulumi/bot";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { quickClock } from "./engine/quick-clock.ts";
import { fixture } from "../support/fixture.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { campaign, expectClean, openedBot, ran, stateFolder, type BotSetting } from "./support.ts";

const owner = "my-org";
const name = "my-project";
const branch = "gha2pulumi/move";
const secret = "It's a Secret to Everybody";
const patient = { timeout: 300_000, interval: 50 };
const before = fixture("repositories/rule-card").before;

/** An organisation whose one repository has its pull request, a bot, and its server: one after the other, as GitHub tells. */
let github: GitHub;
let setting: BotSetting;
let bot: Bot;
let server: CampaignServer;
const lines: string[] = [];

const { state, remove } = stateFolder();

async function start(): Promise<void> {
  bot = await openedBot(setting);
  const log = (line: string): void => void lines.push(line);
  const { configuration } = setting;
  server = await startServer({ bot, configuration, secret, host: "127.0.0.1", port: 0, log });
}

async function stop(): Promise<void> {
  await server.stop();
  await bot.engine.close();
}

beforeAll(async () => {
  github = await startGitHub();
  const collaborators = { migrator: "write", wren: "write", rita: "read" } as const;
  github.addRepository({ owner, name, files: before, collaborators });
  setting = { github, configuration: campaign("waves: {risk: high, next: at-once}"), state, clock: quickClock(20) };
  await ran(setting);
  await start();
});
afterAll(async () => {
  await stop();
  await github.close();
  remove();
});

interface Sent {
  readonly body?: string;
  readonly signature?: string | null;
  readonly id?: string;
  readonly type?: string;
  readonly method?: string;
}

/** Sends what GitHub would, or what somebody else sends; gives status and text. */
async function send(event: string, payload: object, sent: Sent = {}): Promise<string> {
  const body = sent.body ?? JSON.stringify(payload);
  const signature = sent.signature ?? `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const response = await fetch(`${server.url}/webhooks`, {
    method: sent.method ?? "POST",
    body,
    headers: {
      "content-type": sent.type ?? "application/json",
      "x-github-event": event,
      "x-github-delivery": sent.id ?? randomUUID(),
      ...(sent.signature === null ? {} : { "x-hub-signature-256": signature }),
    },
  });
  return `${response.status} ${(await response.text()).trim()}`;
}

const repository = { full_name: `${owner}/${name}`, default_branch: "main" };
const comment = (body: string): object => ({
  action: "created",
  repository,
  issue: { pull_request: {} },
  comment: { body },
});
const closed = { action: "closed", repository, pull_request: { head: { ref: branch, repo: repository } } };
const push = { ref: "refs/heads/main", repository };
const taken = "202 the repository is looked at";

async function settled(): Promise<void> {
  await vi.waitUntil(async () => Object.values(await bot.engine.load()).every((many) => many === 0), patient);
}

async function row(): Promise<string> {
  await settled();
  const found = (await bot.engine.store.get("rows/move", `${owner}/${name}`)) as unknown as Row;
  return `${found.state} ${found.reason} ${found.pull?.state}`;
}

async function read(path: string): Promise<string> {
  const response = await fetch(`${server.url}${path}`);
  return `${response.status} ${await response.text()}`;
}

const pulls = (): readonly string[] =>
  github.pulls(owner, name).map(({ number, open }) => `${number} ${open ? "open" : "closed"}`);

describe("bot serve", () => {
  test("takes only what GitHub has signed, and nothing that is too large or about something else", async () => {
    const asked = github.requests.length;
    const other = `sha256=${createHmac("sha256", "guessed").update(JSON.stringify(push)).digest("hex")}`;
    const unsigned = [
      await send("push", push, { signature: null }),
      await send("push", push, { signature: "sha1=00" }),
      await send("push", push, { signature: other }),
      await send("push", push, { body: "", signature: other }),
    ];
    const [missing, wrong] = [
      "401 there is no signature in X-Hub-Signature-256",
      "401 the signature is not made with our secret",
    ];
    expect(unsigned).toEqual([missing, missing, wrong, wrong]);
    expect(await send("push", {}, { body: " ".repeat(25 * 1024 * 1024 + 1) })).toMatch(/^413 /);
    expect(await send("push", push, { body: "{" })).toBe("400 the body is no JSON");
    expect(await send("push", push, { id: "a b" })).toMatch(/^400 /);
    expect(await send("push", push, { type: "application/x-www-form-urlencoded" })).toMatch(/^415 /);
    expect(await send("ping", { zen: "Keep it logically awesome." })).toBe("200 pong");
    const foreign: readonly (readonly [string, object])[] = [
      ["star", { action: "created", repository }],
      ["push", { ...push, ref: "refs/heads/topic" }],
      ["push", { ...push, repository: { ...repository, full_name: `${owner}/another` } }],
      ["push", []],
      ["pull_request", { ...closed, pull_request: { head: { ref: "topic", repo: repository } } }],
      ["pull_request", { ...closed, pull_request: { head: { ref: branch, repo: { full_name: "mallory/fork" } } } }],
      ["issue_comment", comment("I would like `/gha2pulumi rebase` to exist")],
      ["issue_comment", { ...comment("/gha2pulumi rebase"), issue: {} }],
    ];
    for (const [event, payload] of foreign) expect(await send(event, payload)).toMatch(/^202 (?!the repository is)/);
    expect((await read("/webhooks")).slice(0, 3)).toBe("405");
    expect((await read("/")).slice(0, 3)).toBe("404");
    // Of all that nothing was done, and nobody was told the secret.
    expect(await bot.engine.load()).toEqual({ waiting: 0, running: 0 });
    expect(github.requests.length).toBe(asked);
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.join("\n")).not.toContain(secret);
  });

  test("tells how it is, and how the campaign stands, without names", async () => {
    expect(await read("/healthz")).toBe("200 ok\n");
    expect(await read("/readyz")).toBe("200 ready\n");
    const metrics = await read("/metrics");
    const told = (line: string): string | undefined =>
      metrics
        .split("\n")
        .find((one) => one.startsWith(`gha2pulumi_${line.replace("}", ',campaign="move"}')} `))
        ?.split(" ")
        .at(-1);
    expect(told('repositories{state="pull"}')).toBe("1");
    expect(told('pull_requests{state="open"}')).toBe("1");
    expect(told('work{state="waiting"}')).toBe("0");
    expect(told('campaign{fact="run"}')).toBe("0");
    expect(told('github_requests_total{kind="limited"}')).toBe("0");
    expect(told('webhooks_total{event="other",outcome="unsigned"}')).toBe("4");
    expect(told('webhooks_total{event="other",outcome="too-large"}')).toBe("1");
    expect(told('webhooks_total{event="push",outcome="malformed"}')).toBe("3");
    expect(told('webhooks_total{event="push",outcome="ignored"}')).toBe("3");
    expect(told('webhooks_total{event="other",outcome="ignored"}')).toBe("1");
    expect(metrics).not.toContain(name);
  });

  test("does once what a comment asks for, if who asks may write", async () => {
    const answers = (): readonly string[] =>
      (github.pulls(owner, name)[0]?.comments ?? [])
        .filter(({ author }) => author.login === "migrator")
        .map(({ body }) => body);
    github.comment(owner, name, 1, "rita", "/gha2pulumi stop");
    expect(await send("issue_comment", comment("/gha2pulumi stop"))).toBe(taken);
    expect([await row(), answers()]).toEqual(["left same-already open", []]);
    // Two in a row: the second is told while the first is being answered.
    const ids = { GP601: randomUUID(), GP402: randomUUID() };
    for (const [code, id] of Object.entries(ids)) {
      github.comment(owner, name, 1, "wren", `/gha2pulumi explain ${code}`);
      expect(await send("issue_comment", comment(`/gha2pulumi explain ${code}`), { id })).toBe(taken);
    }
    await settled();
    expect(answers().map((one) => /GP\d+/.exec(one)?.[0])).toEqual(["GP601", "GP402"]);
    for (const id of Object.values(ids))
      expect(await send("issue_comment", comment("/gha2pulumi explain GP601"), { id })).toBe("202 it was taken before");
    await settled();
    expect(answers().length).toBe(2);
  });

  test("brings a pull request up to date when the default branch moves, once for many pushes", async () => {
    const [path = "", text = ""] = [...before].find(([one]) => one.startsWith(".github/workflows")) ?? [];
    github.commit(owner, name, "main", new Map([[path, text.replace("main", "release")]]));
    const looks = (): number =>
      github.requests.filter(({ path: at }) => at.startsWith(`/repos/${owner}/${name}/compare/`)).length;
    const before6 = looks();
    const told = await Promise.all(Array.from({ length: 6 }, () => send("push", push)));
    expect(told).toEqual(Array.from({ length: 6 }, () => taken));
    expect(await row()).toMatch(/^(pull |left same-already) open$/);
    // The first, and one more for those that were told after it had begun.
    expect(looks() - before6).toBeLessThanOrEqual(2);
    expect(pulls()).toEqual(["1 open"]);
    const shown = spawnSync("git", ["show", `${branch}:deployment-settings/index.ts`], {
      cwd: github.folderOf(owner, name),
      encoding: "utf8",
    });
    expect(shown.stdout).toContain('"release"');
  });

  test("takes a closed pull request for a no, and remembers what it has done when it comes again", async () => {
    const id = randomUUID();
    github.closePull(owner, name, 1);
    expect(await send("pull_request", closed, { id })).toBe(taken);
    // Stopped at once: what was taken is done by the next one.
    await stop();
    await start();
    expect(await row()).toBe("left closed-means-no closed");
    expect(await send("pull_request", closed, { id })).toBe("202 it was taken before");
    expect(await send("push", push)).toBe("202 the campaign's pull request there is not open");
    github.comment(owner, name, 1, "wren", "/gha2pulumi recreate");
    expect(await send("issue_comment", comment("/gha2pulumi recreate"))).toBe(taken);
    expect(await row()).toBe("pull  open");
    expect(pulls()).toEqual(["1 closed", "2 open"]);
    expectClean(github);
  });

  test("says so when it has lost its state", async () => {
    await bot.engine.close();
    expect(await read("/healthz")).toBe("200 ok\n");
    expect(await read("/readyz")).toMatch(/^503 /);
    expect(await read("/metrics")).toMatch(/^503 /);
    expect(await send("push", push)).toBe("503 the state cannot be reached");
  });
});
