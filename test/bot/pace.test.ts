import { afterAll, afterEach, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { skippingClock, type SkippingClock } from "./skipping-clock.ts";
import { campaign, expectClean, ran, stateFolder } from "./support.ts";

// `pnpm bot:pace`: GitHub's own limits and 300 repositories, which take minutes. The test run skips it.
const isAsked = process.env["REPOSITORIES"] !== undefined;
const repositories = Number(process.env["REPOSITORIES"]);
/** The server's limits, and below them the bot's: those it takes when its configuration says nothing. */
const limits: Pace = { perMinute: 80, perHour: 500 };
const own: Pace = { perMinute: 76, perHour: 490 };
const half: Pace = { perMinute: limits.perMinute / 2, perHour: limits.perHour / 2 };

interface Pace {
  readonly perMinute: number;
  readonly perHour: number;
}

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const table: (readonly string[])[] = [
  [
    "server allows",
    "repositories",
    "opened",
    "content requests",
    "most for one",
    "refused",
    "took",
    "least",
    "pace",
    "machine",
  ],
];
afterAll(() => {
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => (row[i] ?? "").length))) ?? [];
  const lines = table.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  "));
  if (table.length > 1) process.stdout.write(`\n${lines.join("\n")}\n\n`);
});

function clock(): SkippingClock {
  const made = skippingClock();
  endings.push(made.stop);
  return made;
}

async function organisation(time: SkippingClock, { perMinute, perHour }: Pace): Promise<GitHub> {
  const github = await startGitHub({
    clock: time,
    limits: { contentPerMinute: perMinute, contentPerHour: perHour, primary: 1_000_000 },
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
function least(requests: number, { perMinute, perHour }: Pace): number {
  const times: number[] = [];
  for (let i = 0; i < requests; i++) {
    const hour = times[i - perHour];
    const minute = times[i - perMinute];
    times.push(Math.max(0, hour === undefined ? 0 : hour + 3_600_000, minute === undefined ? 0 : minute + 60_000));
  }
  return times.at(-1) ?? 0;
}

interface Figures {
  readonly requests: number;
  /** The most content requests that any repository took. */
  readonly most: number;
  readonly refused: number;
  /** The share of the pace that the server allows. */
  readonly share: number;
}

/** Runs a campaign over all repositories against a server of such limits; every repository gets its pull request. */
async function figuresOf(allowed: Pace): Promise<Figures> {
  const began = Date.now();
  const time = clock();
  const github = await organisation(time, allowed);
  const { state, remove } = stateFolder();
  endings.push(remove);
  const text = [
    "waves: {risk: high, next: at-once, sizes: []}",
    `limits: {writes-per-minute: ${own.perMinute}, writes-per-hour: ${own.perHour}, concurrency: 20, per-owner: 20}`,
  ].join("\n");
  const { rows } = await ran({ github, configuration: campaign(text), state, clock: time });
  expect(rows.map(({ state: one, reason }) => `${one} ${reason}`.trim())).toEqual(rows.map(() => "pull"));
  expect(rows).toHaveLength(repositories);
  for (const { name } of rows) expect(github.pulls("my-org", name.split("/")[1] ?? "")).toHaveLength(1);
  expectClean(github);
  const refused = github.requests.filter(({ limited }) => limited !== undefined);
  const made = github.requests.filter(({ content, limited }) => content > 0 && limited === undefined);
  expect(made.filter(({ status }) => status > 299).map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  const requests = made.reduce((sum, { content }) => sum + content, 0);
  const each = new Map<string, number>();
  for (const { repository = "", body, content } of made) {
    const name = repository || repositoryIn(body);
    each.set(name, (each.get(name) ?? 0) + content);
  }
  expect(each.size).toBe(repositories);
  const took = (made.at(-1)?.at ?? 0) - (made[0]?.at ?? 0);
  const share = least(requests, allowed) / took;
  const most = Math.max(...each.values());
  table.push([
    `${allowed.perMinute}/min ${allowed.perHour}/h`,
    String(repositories),
    String(rows.length),
    String(requests),
    String(most),
    String(refused.length),
    `${(took / 60_000).toFixed(1)} min`,
    `${(least(requests, allowed) / 60_000).toFixed(1)} min`,
    `${(100 * share).toFixed(1)} %`,
    `${((Date.now() - began) / 1000).toFixed(0)} s`,
  ]);
  return { requests, most, refused: refused.length, share };
}

/** The repository of a mutation that commits. */
function repositoryIn(body: unknown): string {
  const { variables } = body as {
    readonly variables: { readonly input: { readonly branch: { readonly repositoryNameWithOwner: string } } };
  };
  return variables.input.branch.repositoryNameWithOwner;
}

test.skipIf(!isAsked)(
  "all pull requests are opened at the pace that the limits allow, and no answer is a limit",
  async () => {
    const { most, refused, share } = await figuresOf(limits);
    expect(most).toBeLessThanOrEqual(3);
    expect(refused).toBe(0);
    expect(share).toBeGreaterThanOrEqual(0.95);
  },
);

test.skipIf(!isAsked)("a server that allows half of it is found out, and none is lost", async () => {
  const { most, refused } = await figuresOf(half);
  expect(most).toBeLessThanOrEqual(3);
  expect(refused).toBeGreaterThan(0);
});
