// `pnpm bot:kill`: whole campaigns of the built command line, killed at random points. The test run kills once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
import { startBot, type BotProcess } from "./bot-process.ts";
import { chance } from "./chance.ts";
import { tiers } from "./engine/databases.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { expectClean, filesAt, gitIn, planned, stateFolder } from "./support.ts";

const full = process.env["KILLS"] !== undefined;
const kills = Number(process.env["KILLS"] ?? 1);
/** Printed with a failure; `SEED=…` repeats the choice of the moments, not the order of what runs at the same time. */
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
/** Requests between two kills, at most. A repository takes about twenty, and each start a few. */
const mostApart = 20;
const names = Array.from({ length: Math.max(2, kills) }, (_, i) => `project-${String(i + 1).padStart(3, "0")}`);

const owner = "my-org";
const branch = "gha2pulumi/move";
const from = "repositories/rule-card";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Organisation {
  readonly github: GitHub;
  readonly folder: string;
}

async function organisation(): Promise<Organisation> {
  const github = await startGitHub();
  endings.push(() => github.close());
  for (const name of names)
    github.addRepository({ owner, name, files: fixture(from).before, collaborators: { migrator: "write" } });
  const { state: folder, remove } = stateFolder();
  endings.push(remove);
  const text = `campaign: move\nrepositories: [{organization: ${owner}}]\nwaves: {risk: high, next: at-once, sizes: []}\n`;
  writeFileSync(join(folder, "gha2pulumi-bot.yaml"), text);
  return { github, folder };
}

/** Ends at a random request from now on, whose answer nobody gets: it had no effect, or all of it. */
function randomMoment(github: GitHub, among: (bound: number) => number): Promise<void> {
  let left = 1 + among(mostApart);
  const drop = among(2) === 0 ? ("before" as const) : ("after" as const);
  return new Promise((resolve) => {
    github.trouble = () => {
      if (--left > 0) return undefined;
      github.trouble = () => undefined;
      resolve();
      return { drop };
    };
  });
}

/** Waits for the moment, or fails with what a process said that ended before. */
async function untilKilled(moment: Promise<void>, running: ReadonlyMap<string, BotProcess>): Promise<void> {
  const early = [...running].map(async ([name, { ended }]) => {
    const { code, out, err } = await ended;
    throw new Error(`${name} ended with ${code} before it was killed (SEED=${seed}):\n${out}${err}`);
  });
  await Promise.race([moment, ...early]);
}

async function expectEachOnce({ github }: Organisation): Promise<void> {
  for (const name of names) {
    const found = github.pulls(owner, name).map(({ number, open }) => ({ number, open }));
    expect(found, `${name}, SEED=${seed}`).toEqual([{ number: 1, open: true }]);
    expect(filesAt(github, owner, name, branch)).toEqual(await planned(from, `${owner}/${name}`));
    expect(gitIn(github, owner, name, "branch", "--format", "%(refname:short)").split("\n").sort()).toEqual(
      ["", branch, "main"].sort(),
    );
    expect(gitIn(github, owner, name, "rev-list", "--count", `main..${branch}`).trim()).toBe("1");
    expect(gitIn(github, owner, name, "fsck", "--strict", "--no-dangling")).toBe("");
  }
  expectClean(github);
}

function told({ github }: Organisation, what: string): void {
  const made = github.requests.reduce((sum, { content }) => sum + content, 0);
  process.stdout.write(
    `${what}: ${kills} kills, ${names.length} repositories, ${github.requests.length} requests, ${made} of content\n`,
  );
}

const { embedded, postgres } = tiers();
const limit = 120_000 + kills * 60_000;

describe(`a campaign that is killed ${kills} times (SEED=${seed})`, () => {
  test(
    "by one process after the other, on PGlite: every repository has its one pull request",
    async () => {
      const one = await organisation();
      const state = await embedded.state();
      const among = chance(seed);
      const start = (): BotProcess => startBot(one.github, one.folder, ["run", "--yes", "--state", state]);
      let running = start();
      for (let i = 0; i < kills; i++) {
        await untilKilled(randomMoment(one.github, among), new Map([["the bot", running]]));
        await running.kill();
        running = start();
      }
      const { code, out, err } = await running.ended;
      expect(code, `SEED=${seed}\n${out}${err}`).toBe(0);
      await expectEachOnce(one);
      told(one, "PGlite");
    },
    limit,
  );

  test.skipIf(!full || postgres.skipped !== undefined)(
    `by three workers on ${postgres.title}, two of which never come back: every repository has its one pull request`,
    async () => {
      const one = await organisation();
      const state = await postgres.state();
      const among = chance(seed);
      const running = new Map<string, BotProcess>();
      const start = (name: string): void => {
        const words = name === "one" ? ["run", "--yes", "--worker", name] : ["worker", "--name", name];
        running.set(name, startBot(one.github, one.folder, [...words, "--state", state]));
        endings.push(() => running.get(name)?.kill());
      };
      for (const name of ["one", "two", "three"]) start(name);
      for (let i = 0; i < kills; i++) {
        await untilKilled(randomMoment(one.github, among), running);
        const mortal = i < kills - 2 ? [...running.keys()] : ["two", "three"].filter((name) => running.has(name));
        const victim = mortal[among(mortal.length)] ?? "";
        await running.get(victim)?.kill();
        running.delete(victim);
        if (i < kills - 2) start(victim);
      }
      const last = running.get("one") as BotProcess;
      expect(running.size).toBe(1);
      const { code, out, err } = await last.ended;
      expect(code, `SEED=${seed}\n${out}${err}`).toBe(0);
      await expectEachOnce(one);
      told(one, "PostgreSQL");
    },
    limit,
  );
});
