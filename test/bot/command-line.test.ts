// The bot as a person starts it: the built command line, in processes of its own, against the loopback GitHub.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ended } from "../support/command-line.ts";
import { fixture } from "../support/fixture.ts";
import { startBot } from "./bot-process.ts";
import { useCache } from "./engine/databases.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { expectClean, filesAt, gitIn, planned, stateFolder } from "./support.ts";

const owner = "my-org";
const branch = "gha2pulumi/move";
const from = "repositories/rule-card";
const names = ["api", "web"];

let github: GitHub;
let folder: string;
let remove: () => void;

beforeAll(async () => {
  useCache();
  github = await startGitHub();
  ({ state: folder, remove } = stateFolder());
  for (const name of names)
    github.addRepository({ owner, name, files: fixture(from).before, collaborators: { migrator: "write" } });
  github.addRepository({ owner, name: "docs", files: new Map([["README.md", "Nothing.\n"]]), archived: true });
  writeFileSync(
    join(folder, "gha2pulumi-bot.yaml"),
    `campaign: move\nrepositories: [{organization: ${owner}}]\nwaves: {risk: high, next: at-once}\n`,
  );
});
afterAll(async () => {
  await github.close();
  remove();
});

/** `gha2pulumi bot …` in the campaign's folder. */
const bot = (...words: readonly string[]): Promise<Ended> =>
  startBot(github, folder, [...words, "--state", "state"]).ended;

/** What was asked while something was done. */
async function asking<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly asked: GitHub["requests"] }> {
  const before = github.requests.length;
  const result = await work();
  return { result, asked: github.requests.slice(before) };
}

const pulls = (): readonly (readonly [name: string, open: boolean])[] =>
  names.flatMap((name) => github.pulls(owner, name).map(({ open }) => [name, open] as const));

test("plan writes nothing", async () => {
  const { result, asked } = await asking(() => bot("plan"));
  expect(result.err).not.toContain("error");
  expect(result.code).toBe(0);
  expect(result.out).toContain("campaign move, run 1: 3 repositories");
  expect(result.out).toMatch(/^my-org\/api +waits for its wave/m);
  expect(result.out).toMatch(/^my-org\/docs +is skipped .*it is archived$/m);
  expect(asked.filter(({ isWrite }) => isWrite)).toEqual([]);
  expect(asked.length).toBeGreaterThan(0);
});

test("run ends with 20 and the list when a repository failed, and opens the others", async () => {
  github.trouble = ({ method, path }) =>
    method === "POST" && path === `/repos/${owner}/web/pulls`
      ? { answer: { status: 422, body: { message: "Validation Failed" } } }
      : undefined;
  const { code, out } = await bot("run", "--yes");
  github.trouble = () => undefined;
  expect(code).toBe(20);
  expect(out).toContain("      1  failed\n");
  expect(out).toMatch(/^my-org\/web +failed .*Validation Failed/m);
  expect(pulls()).toEqual([["api", true]]);
});

test("a second process on a state in use says so and ends with 2; the first one heeds that it is to pause", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => {
    github.trouble = () => {
      resolve();
      return { until: released };
    };
  });
  const first = asking(() => bot("run", "--yes"));
  await reached;
  const [second, pause] = await Promise.all([bot("status"), bot("pause")]);
  release();
  github.trouble = () => undefined;
  expect(second).toMatchObject({ code: 2, out: "" });
  expect(second.err).toMatch(/^error: .*process \d+.*\n {2}= help: /);
  expect(pause).toMatchObject({ code: 0, err: "" });
  expect(pause.out).toMatch(
    /^The campaign move is paused: process \d+, which works for it, heeds that before its next/,
  );
  const { result, asked } = await first;
  expect(result).toMatchObject({ code: 0, out: expect.stringContaining("my-org/web   waits for its wave") as string });
  expect(result.out).toContain("The campaign is paused: nothing is written to GitHub until `bot resume`.\n");
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ isWrite }) => isWrite)).toEqual([]);
});

test("what is paused does not begin, until it is resumed", async () => {
  const { result, asked } = await asking(() => bot("run", "--yes"));
  expect([result.code, result.err]).toEqual([2, expect.stringContaining("the campaign move is paused")]);
  expect(asked).toEqual([]);
  expect(await bot("resume")).toMatchObject({ code: 0, out: "The campaign move goes on with its next run.\n" });
});

test("the next run mends what failed; every branch is the plan applied", async () => {
  const { result, asked } = await asking(() => bot("run", "--yes"));
  expect([result.code, result.err]).toEqual([0, expect.not.stringContaining("error")]);
  expect(asked.filter(({ isWrite }) => isWrite).map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /repos/my-org/web/pulls",
  ]);
  for (const name of names) {
    expect(github.pulls(owner, name)).toHaveLength(1);
    expect(filesAt(github, owner, name, branch)).toEqual(await planned(from, `${owner}/${name}`));
    expect(gitIn(github, owner, name, "fsck", "--strict", "--no-dangling")).toBe("");
  }
});

test("run on what has not changed writes nothing, and nearly every read is answered with 304", async () => {
  const { result, asked } = await asking(() => bot("run", "--yes"));
  expect(result.code).toBe(0);
  expect(asked.filter(({ isWrite }) => isWrite)).toEqual([]);
  // What is new of the other one since its run began is read once.
  const quiet = asked.filter(({ path }) => path.startsWith(`/repos/${owner}/api`));
  expect(quiet.length).toBeGreaterThan(5);
  expect(quiet.filter(({ notModified }) => notModified).length / quiet.length).toBeGreaterThanOrEqual(0.95);
});

test("status and report ask nobody", async () => {
  // At the same time: each on a state of its own.
  cpSync(join(folder, "state"), join(folder, "copy"), { recursive: true });
  const { result, asked } = await asking(() =>
    Promise.all([bot("status"), startBot(github, folder, ["report", "--out", "x.html", "--state", "copy"]).ended]),
  );
  const [status, report] = result;
  expect([status.code, report.code]).toEqual([0, 0]);
  expect(status.out).toMatch(/^my-org\/api +is left as it is +wave \d .*\/pull\/1 up to date$/m);
  const page = readFileSync(join(folder, "x.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>/i);
  expect(page).toContain("my-org/web");
  expect(asked).toEqual([]);
});

test("close closes the pull requests and deletes the branches", async () => {
  const { code, err } = await bot("close", "--yes");
  expect([code, err]).toEqual([0, expect.not.stringContaining("error")]);
  expect(pulls()).toEqual([
    ["api", false],
    ["web", false],
  ]);
  for (const name of names) expect(gitIn(github, owner, name, "branch", "--list", branch)).toBe("");
  expectClean(github);
});

test("the token is in no file of the state", () => {
  const { status, stdout } = spawnSync("grep", ["-rlF", github.token, folder], { encoding: "utf8" });
  expect([status, stdout]).toEqual([1, ""]);
  expect(existsSync(join(folder, "state"))).toBe(true);
});
