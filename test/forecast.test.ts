import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { rmSync } from "node:fs";
import { historyForecast, migrate, priced, type JobTime } from "@gha2pulumi/migrate";
import { canariesIn, filesBelow } from "./support/canaries.ts";
import { published, repositoryOf, scratch } from "./support/command-line.ts";
import { openBench, type Bench } from "./bot/rig/judge.ts";
import { runWatched, type Watched } from "./support/watched-program.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const files = {
  "Pulumi.yaml": "name: network\nruntime: nodejs\n",
  "Pulumi.prod.yaml": "config: {}\n",
  ".github/workflows/deploy.yml": `on: { push: { branches: [main] } }
jobs:
  lint: { runs-on: ubuntu-24.04, steps: [{ run: "true" }] }
  deploy:
    name: Deploy it
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: acme/network/prod }
        env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}" }
`,
};
const workflow = ".github/workflows/deploy.yml";

describe("past runs", () => {
  const minute = 60_000;
  const job = (start: number, end: number, name = "Deploy it", path = workflow): JobTime => ({
    workflow: path,
    name,
    start: start * minute,
    end: end * minute,
  });
  const forecastOf = async (jobs: readonly JobTime[], total: number, read: number) => {
    const tree = new Map(Object.entries(files));
    const { operations } = (await migrate({ tree, surroundings: new Map() }, undefined)).document;
    return historyForecast(operations, tree, new Map(), {
      days: 30,
      runs: new Map([[workflow, { total, read }]]),
      jobs,
    });
  };

  test("the jobs that move count, with their time, for all runs there were", async () => {
    const jobs = [job(0, 3), job(10, 12), job(20, 29, "lint"), job(40, 40), job(50, 59, "Deploy it", "other.yml")];
    // Five minutes in two of four runs are ten in thirty days.
    expect(await forecastOf(jobs, 4, 2)).toEqual({ days: 30, runs: 4, read: 2, jobs: 2, minutes: 10.1, atOnce: 1 });
  });

  test.each([
    [[job(0, 3), job(3, 5)], 1],
    [[job(0, 3), job(2, 5), job(4, 6)], 2],
    [[job(0, 9), job(1, 8), job(2, 3), job(4, 5)], 3],
    [[], 0],
  ])("at the same time: %#", async (jobs, most) => {
    expect((await forecastOf(jobs, 1, 1)).atOnce).toBe(most);
  });

  test("each list has its own price, and what an edition lacks is said", () => {
    const load = { minutes: 4200, atOnce: 7, scheduled: true };
    expect(priced("v6", load).map(({ edition, minutesCost }) => [edition, minutesCost])).toEqual([
      ["Free", null],
      ["Essentials", 42],
      ["Pro", 42],
      ["Enterprise", 42],
    ]);
    expect(priced("v5", load)).toEqual([
      {
        edition: "Individual",
        minutesCost: null,
        notes: ["holds 500 minutes, and no more", "1 at the same time, the others wait", "has no schedules"],
      },
      { edition: "Team", minutesCost: 12, notes: ["5 at the same time, the others wait", "has no schedules"] },
      { edition: "Enterprise", minutesCost: 12, notes: [] },
      { edition: "Business Critical", minutesCost: 12, notes: [] },
    ]);
    const unknown = priced("v6", { minutes: null, atOnce: null, scheduled: false });
    expect(unknown.map(({ minutesCost, notes }) => [minutesCost, notes])).toEqual(unknown.map(() => [null, []]));
  });
});

// A GitHub that knows two questions. What it is asked and answers is judged by GitHub's own description, where that is.
const runsRoute = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
const jobsRoute = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs";
const token = "ghp_canary0123456789abcdef0123456789abcd";
const canaries = { "the token": token, "what the server says": "canary-message-b7e5", "a step": "canary-step-11" };

describe("forecast --history", () => {
  let server: Server;
  let url: string;
  let asked: string[];
  let faults: string[];
  let answer:
    { readonly status: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> } | undefined;
  let bench: Bench;
  const started = Date.UTC(2026, 10, 3, 10);

  beforeEach(async () => {
    asked = [];
    faults = [];
    answer = undefined;
    bench = await openBench([runsRoute, jobsRoute]);
    server = createServer((message, response) => {
      const at = new URL(message.url ?? "", "http://github");
      asked.push(`${message.method} ${at.pathname}`);
      if (message.headers.authorization !== `Bearer ${token}`) faults.push("no token");
      const run = /^\/repos\/acme\/network\/actions\/runs\/(\d+)\/jobs$/.exec(at.pathname)?.[1];
      const isRuns = at.pathname === "/repos/acme/network/actions/workflows/deploy.yml/runs";
      if (run === undefined && !isRuns) faults.push(`unknown: ${at.pathname}`);
      if ("judge" in bench)
        faults.push(
          ...bench.judge
            .request({
              method: "GET",
              template: (run === undefined ? runsRoute : jobsRoute).slice(4),
              params: {
                owner: "acme",
                repo: "network",
                ...(run === undefined ? { workflow_id: "deploy.yml" } : { run_id: run }),
              },
              query: at.searchParams,
              body: undefined,
            })
            // A range of dates as in a search, its text says, and its type that it is one time.
            .filter((fault) => !fault.includes("/query/created must match format")),
        );
      const time = (minutes: number): string => new Date(started + minutes * 60_000).toISOString();
      const jobs = [
        {
          name: "Deploy it",
          started_at: time(Number(run ?? 0)),
          completed_at: time(Number(run ?? 0) + 3),
          steps: [{ name: "canary-step-11" }],
        },
        { name: "lint", started_at: time(0), completed_at: time(50) },
        { name: "Deploy it", started_at: null, completed_at: null },
      ];
      const normal = isRuns ? { total_count: 4, workflow_runs: [{ id: 1 }, { id: 2 }] } : { total_count: 3, jobs };
      const { status, text, headers } = answer ?? { status: 200, text: JSON.stringify(normal), headers: {} };
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  async function run(words: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Promise<Watched> {
    const folder = repositoryOf(files);
    const all = ["forecast", "--history", "--answer", "repository=acme/network", ...words];
    const env = { GH_TOKEN: token, GITHUB_API_URL: url, GITHUB_TOKEN: "", ...more };
    const ended = await runWatched(published, folder, all, env);
    const { out, err, argv } = ended;
    const said = [
      ["standard output", out],
      ["standard error", err],
      ["a command line", argv],
    ] as const;
    expect(canariesIn(canaries, [...said, ...filesBelow(folder)])).toEqual([]);
    expect(faults).toEqual([]);
    return ended;
  }

  test("asks for the runs of what moves and the times of their jobs, and for nothing else", async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(asked.sort()).toEqual([
      "GET /repos/acme/network/actions/runs/1/jobs",
      "GET /repos/acme/network/actions/runs/2/jobs",
      "GET /repos/acme/network/actions/workflows/deploy.yml/runs",
    ]);
    expect(out).toContain("4 runs in 30 days, of which the latest 2 were read; 2 jobs with an");
    expect(out).toMatch(/minutes +up to 12\.2\n +at once +up to 2\n/);
    expect(out).toMatch(/Essentials +\$0\.12 +within its credits of \$40\n/);
    const json = JSON.parse((await run(["--format", "json", "--prices", "v5"])).out) as { readonly load: object };
    expect(json.load).toEqual({ minutes: 12.2, atOnce: 2, scheduled: false });
  });

  test.each([
    [401, "{}", {}, 4, "GP751"],
    [403, "{}", {}, 4, "GP751"],
    [403, "{}", { "x-ratelimit-remaining": "0" }, 5, "GP753"],
    [404, "{}", {}, 4, "GP751"],
    [429, "{}", { "retry-after": "7" }, 5, "GP753"],
    [500, "{}", {}, 5, "GP754"],
    [302, "", { location: "http://127.0.0.1:1/" }, 5, "GP754"],
    [200, '{"total_count": 1, "workflow_runs": [{"id":', {}, 5, "GP754"],
    [200, "[]", {}, 5, "GP754"],
    [200, '{"total_count": 1, "workflow_runs": [{"id": "../x"}]}', {}, 5, "GP754"],
  ])("an answer of %i %s %j is told by its status alone", async (status, text, headers, code, diagnostic) => {
    const body = text === "{}" ? JSON.stringify({ message: `canary-message-b7e5 ${token}` }) : text;
    answer = { status, text: body, headers: headers as Readonly<Record<string, string>> };
    const ended = await run();
    expect({ code: ended.code, err: ended.err }).toEqual({
      code,
      err: expect.stringContaining(`error[${diagnostic}]`) as string,
    });
    expect(asked).toHaveLength(1);
  });

  test("without a token, or at an address that must not get it, nobody is asked", async () => {
    expect(await run([], { GH_TOKEN: "" })).toMatchObject({ code: 4, err: expect.stringContaining("GP751") as string });
    for (const other of ["http://example.com", "https://me:pass@example.com", "ftp://example.com"])
      expect(await run([], { GITHUB_API_URL: other })).toMatchObject({
        code: 2,
        err: expect.stringContaining("GP752") as string,
      });
    expect(asked).toEqual([]);
  });
});
