import { afterEach, expect, test } from "vitest";
import type { Clock } from "../../packages/bot/src/engine/engine.ts";
import { systemClock } from "../../packages/bot/src/engine/clock.ts";
import { fixture } from "../support/fixture.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { campaign, expectClean, ran, stateFolder } from "./support.ts";

// `pnpm bot:pace` is GitHub's own limits, 300 repositories and a machine of its own: on a busy one, a turned clock makes
// hours of milliseconds. The test run has a smaller world, in which only what must never happen is looked for.
const full = process.env["REPOSITORIES"] !== undefined;
const repositories = Number(process.env["REPOSITORIES"] ?? 16);
const perMinute = full ? 80 : 10;
const perHour = full ? 500 : 1000;
const faster = full ? 40 : 200;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Time that runs faster, for the server and for the bot. */
function fastClock(): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * faster,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / faster, signal),
  };
}

async function organisation(clock: Clock, limits: { perMinute: number; perHour: number }): Promise<GitHub> {
  const github = await startGitHub({
    clock,
    limits: { contentPerMinute: limits.perMinute, contentPerHour: limits.perHour, primary: 1_000_000 },
  });
  endings.push(() => github.close());
  const { before } = fixture("repositories/rule-card");
  for (let i = 1; i <= repositories; i++) {
    const name = `project-${String(i).padStart(3, "0")}`;
    github.addRepository({ owner: "my-org", name, files: before, collaborators: { migrator: "write" } });
  }
  return github;
}

/** Milliseconds that so many requests take at the very least, when as many as may are made at once. */
function least(requests: number, limits: { perMinute: number; perHour: number }): number {
  const times: number[] = [];
  for (let i = 0; i < requests; i++) {
    const hour = times[i - limits.perHour];
    const minute = times[i - limits.perMinute];
    times.push(Math.max(0, hour === undefined ? 0 : hour + 3_600_000, minute === undefined ? 0 : minute + 60_000));
  }
  return times.at(-1) ?? 0;
}

const settings = (limits: { perMinute: number; perHour: number }): string =>
  `waves: {risk: high, next: at-once, sizes: []}\nlimits: {writes-per-minute: ${limits.perMinute}, writes-per-hour: ${limits.perHour}, concurrency: 20, per-owner: 20}`;

test.skipIf(!full)(
  "all pull requests are opened at the pace that the limits allow, and no answer is a limit",
  async () => {
    const clock = fastClock();
    const limits = { perMinute, perHour };
    const github = await organisation(clock, limits);
    const { state, remove } = stateFolder();
    endings.push(remove);
    // What the bot takes when its configuration says nothing.
    const own = { perMinute: 76, perHour: 490 };
    const { rows } = await ran({ github, configuration: campaign(settings(own)), state, clock });
    expect(rows.map(({ state: one, reason }) => `${one} ${reason}`.trim())).toEqual(rows.map(() => "pull"));
    const writes = github.requests.filter(({ content }) => content > 0);
    expect(
      writes.filter(({ status }) => status > 299).map(({ method, path, status }) => `${method} ${path} ${status}`),
    ).toEqual([]);
    expect(writes.length).toBe(3 * repositories);
    expect(github.requests.filter(({ limited }) => limited !== undefined)).toEqual([]);
    const took = (writes.at(-1)?.at ?? 0) - (writes[0]?.at ?? 0);
    const share = least(writes.length, limits) / took;
    process.stdout.write(
      `${writes.length} requests in ${Math.round(took / 60_000)} minutes, ${Math.round(share * 100)} % of the pace\n`,
    );
    expect(share).toBeGreaterThan(0.95);
    expectClean(github);
  },
);

test("a server that allows half of it is found out, and none is lost", async () => {
  const clock = fastClock();
  const github = await organisation(clock, { perMinute: perMinute / 2, perHour: perHour / 2 });
  const { state, remove } = stateFolder();
  endings.push(remove);
  const { rows } = await ran({ github, configuration: campaign(settings({ perMinute, perHour })), state, clock });
  expect(rows.map(({ state: one, reason }) => `${one} ${reason}`.trim())).toEqual(rows.map(() => "pull"));
  for (const { name } of rows) expect(github.pulls("my-org", name.split("/")[1] ?? "").length).toBe(1);
  expect(github.requests.some(({ limited }) => limited !== undefined)).toBe(true);
  expectClean(github);
});
