import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rowsOf, wholeRun, type Bot } from "@gha2pulumi/bot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { logText } from "../../packages/bot/src/campaign/log.ts";
import type { CampaignDocument, CampaignRepository } from "../../packages/bot/src/report/campaign-document.ts";
import { dashboardText } from "../../packages/bot/src/report/dashboard-text.ts";
import { writeRepositories } from "../../packages/bot/src/report/repository-files.ts";
import { fixture } from "../support/fixture.ts";
import { quickClock } from "./engine/quick-clock.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { campaign, expectClean, openedBot, stateFolder } from "./support.ts";

const owner = "my-org";
const configuration = campaign(`waves: {risk: high, next: at-once}
dashboard: my-org/control
questions: issue
inactive-after: 365`);

const { state, remove } = stateFolder();
const folder = mkdtempSync(join(tmpdir(), "gha2pulumi-plans-"));
const clock = quickClock(20);
const day = 86_400_000;
const longAgo = clock.now() - 366 * day;
let github: GitHub;
let bot: Bot;

beforeAll(async () => {
  github = await startGitHub();
  for (const [name, from] of [
    ["asks", "rule-card-without-stack"],
    ["moves", "rule-card"],
    ["old", "rule-card"],
  ] as const) {
    const { before } = fixture(`repositories/${from}`);
    github.addRepository({ owner, name, files: before, collaborators: { migrator: "write" } });
  }
  const control = new Map([["README.md", "campaigns\n"]]);
  github.addRepository({ owner, name: "control", files: control, collaborators: { migrator: "write" } });
  Object.assign(github.repository(owner, "old"), { pushedAt: longAgo });
  for (const name of ["asks", "moves", "control"])
    Object.assign(github.repository(owner, name), { pushedAt: clock.now() - 360 * day });
  bot = await openedBot({ github, configuration, state, clock });
});
afterAll(async () => {
  await bot.engine.close();
  await github.close();
  remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A run: what became of each repository, and what was written meanwhile. */
async function run(): Promise<{ readonly told: readonly string[]; readonly writes: readonly string[] }> {
  const before = github.requests.length;
  const { services, works } = bot;
  const { rows, unshown } = await wholeRun({ services, works, configuration, progress: () => undefined });
  expect(unshown).toBe(undefined);
  const writes = github.requests.slice(before).filter(({ isWrite }) => isWrite);
  return {
    told: rows.map(({ name, state: one, reason }) => `${name.split("/")[1]} ${one} ${reason}`.trim()),
    writes: writes.filter(({ path }) => path.includes("/issues")).map(({ method, path }) => `${method} ${path}`),
  };
}

describe("a campaign with a dashboard", () => {
  test("opens one issue for itself and one where it has to ask, and leaves out who sleeps", async () => {
    const { told, writes } = await run();
    expect(told).toEqual([
      "asks held its questions are asked in an issue",
      "control nothing nothing runs Pulumi",
      "moves pull",
      `old skipped nobody has pushed to it since ${new Date(longAgo).toISOString().slice(0, 10)}`,
    ]);
    expect(writes).toEqual(["POST /repos/my-org/asks/issues", "POST /repos/my-org/control/issues"]);
    const [issue] = github.issues(owner, "control");
    expect(issue?.title).toBe("Campaign move of gha2pulumi");
    expect(issue?.body).toMatch(/\| `my-org\/moves` \| has a pull request \| wave 1 \| \w+ \| \[#1\]/);
    expect(github.issues(owner, "asks")[0]?.title).toMatch(/^A question before/);
  });

  test("writes nothing while nothing changes, and edits in place what does", async () => {
    expect((await run()).writes).toEqual([]);
    github.closePull(owner, "moves", 1);
    expect((await run()).writes).toEqual(["PATCH /repos/my-org/control/issues/1"]);
    expect(github.issues(owner, "control")[0]?.body).toContain("it was closed, which means no");
    expectClean(github);
  });

  test("has a log of who did what, and a file for each plan", async () => {
    const log = (await logText(bot.engine, "move"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Readonly<Record<string, string | null>>);
    const moves = log.filter(({ repository }) => repository === "my-org/moves");
    expect(moves.map(({ who, what }) => `${who} ${what}`)).toEqual([
      "migrator branch",
      "migrator commit",
      "migrator pull request",
    ]);
    expect(moves[0]?.["plan"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(log.every(({ at }) => !Number.isNaN(Date.parse(at ?? "")))).toBe(true);
    expect(log.filter(({ repository }) => repository === null).map(({ what }) => what)).toContain("run 3 ends");
    await writeRepositories(bot.engine.store, "move", await rowsOf(bot.engine, "move"), folder);
    const kept = JSON.parse(readFileSync(join(folder, "my-org/moves.json"), "utf8")) as {
      readonly pull: { readonly state: string };
      readonly plan: { readonly changes: readonly unknown[] };
    };
    expect([kept.pull.state, kept.plan.changes.length > 0]).toEqual(["closed", true]);
  });
});

test("a dashboard has room for what matters most, and says how much it leaves out", () => {
  const repositories = Array.from({ length: 1000 }, (_, i): CampaignRepository => ({
    name: `my-org/repository-${i}`,
    state: i === 999 ? "failed" : "skipped",
    reason: "@my-org/everyone closes #1 | <!-- gha2pulumi-dashboard other -->",
    wave: null,
    risk: null,
    riskReasons: [],
    shape: null,
    files: 0,
    openQuestions: 0,
    differences: 0,
    pull: null,
  }));
  const document: CampaignDocument = {
    schemaVersion: 1,
    campaign: "move",
    run: 1,
    paused: false,
    held: null,
    totals: {},
    repositories,
    central: [],
  };
  const { body } = dashboardText(document);
  expect(body.length).toBeLessThanOrEqual(60_000);
  const rows = body.match(/^\| `my-org\/repository-\d+`/gm) ?? [];
  expect(rows[0]).toBe("| `my-org/repository-999`");
  expect(body).toContain(`${1000 - rows.length} more are left out here`);
  expect(body).toContain("| is skipped | 999 |");
  expect(body).not.toMatch(/(?<![\\`])@my-org|<!-- gha2pulumi-dashboard other|closes #1/);
});
