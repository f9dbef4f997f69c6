import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, tiers } from "./databases.ts";
import { effectServer, type EffectServer } from "./effect-server.ts";
import { workerProgram, type Worker } from "./processes.ts";
import type { Config } from "./worker-program.ts";

let begin: (config: Config) => Worker;
let server: EffectServer;
const workers = new Set<Worker>();

beforeAll(async () => {
  begin = await workerProgram("workers");
});
beforeEach(async () => {
  server = await effectServer();
});
afterEach(async () => {
  for (const worker of workers) await worker.kill();
  workers.clear();
  server.close();
});

function start(state: string, worker: string, work: Config["work"], more: Partial<Config> = {}): Worker {
  const limits = { perMinute: 1_000, perHour: 10_000, apart: 0 };
  const base = { server: server.url, state, worker, factor: 1, limits, concurrency: 20, perPartition: 20 };
  const one = begin({ ...base, work, ...more });
  workers.add(one);
  return one;
}

const never = (): Promise<void> => new Promise(() => undefined);

const {
  postgres: { title, skipped, state: fresh },
} = tiers();

describe.skipIf(skipped !== undefined)(`several workers on ${title}`, () => {
  test("keep the limits of a credential and of a partition together", async () => {
    const state = await fresh();
    const limits = { perMinute: 20, perHour: 45, apart: 200 };
    const work = Array.from({ length: 50 }, (_, i) => ({
      id: `w${i}`,
      partition: i % 2 === 0 ? "even" : "odd",
      actions: [{ step: i % 2 === 0 ? "even" : "odd" }, { pace: "token" }, { step: "write" }],
    }));
    const inFlight = new Map<string, number>();
    let most = 0;
    // What is older than two hours of this quick clock is thrown away: looked at whenever something is written.
    const slots = new Set<number>();
    const look = async (): Promise<void> => {
      for (const row of await ask(state, "SELECT used_at FROM gha2pulumi.slot")) slots.add(Number(row["used_at"]));
    };
    server.hold = async ({ kind, step }) => {
      if (kind !== "effect") return;
      if (step === "write") return await look();
      const now = (inFlight.get(step) ?? 0) + 1;
      inFlight.set(step, now);
      most = Math.max(most, now);
      // Each has room for a third of what may run: the first ones wait until all three are there.
      await server.until((told) => new Set(told.map((one) => one.worker)).size === 3);
      // Long enough for more to come, if they were let.
      await new Promise((resolve) => setTimeout(resolve, 30));
      inFlight.set(step, (inFlight.get(step) ?? 0) - 1);
    };
    const three = ["one", "two", "three"].map((name) =>
      start(state, name, work, { limits, factor: 2_000, concurrency: 6, perPartition: 9 }),
    );
    for (const worker of three) expect(await worker.ended).toBe(0);
    expect(most).toBeLessThanOrEqual(9);
    expect(server.told.filter((one) => one.step === "write")).toHaveLength(50);
    expect(new Set(server.told.map((one) => one.worker)).size).toBe(3);
    await look();
    const used = [...slots].sort((a, b) => a - b);
    expect(used.length).toBeGreaterThan(30);
    const since = (i: number, many: number): number => (used[i] ?? 0) - (used[i - many] ?? -Infinity);
    const tooSoon = used.filter((_, i) => since(i, 1) < 200 || since(i, 20) < 60_000 || since(i, 45) < 3_600_000);
    expect(tooSoon).toEqual([]);
  });

  test("do not share a name", async () => {
    const state = await fresh();
    server.hold = never;
    const work = [{ id: "a", partition: "acme", actions: [{ step: "one" }] }];
    const first = start(state, "one", work);
    await first.printed("ready");
    const second = start(state, "one", work);
    expect(await second.ended).toBe(2);
    expect(second.lines).toEqual(["WorkerInUse: A worker named one runs already: give this one another name."]);
  });

  test("stop when they count as dead, and another one goes on with their work", async () => {
    const state = await fresh();
    const work = [{ id: "a", partition: "acme", actions: [{ step: "one" }, { step: "two" }, { step: "three" }] }];
    server.hold = ({ step, worker }) => (step === "two" && worker === "one" ? never() : undefined);
    const first = start(state, "one", work);
    await server.until(() => server.count("a", "two") === 1);
    await ask(state, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
    // What it waits for is not answered; it ends all the same, and takes nothing more up.
    const second = start(state, "two", work);
    expect(await second.printed("{")).toBe('{"id":"a","output":["one","two","three"]}');
    expect(await first.ended).toBe(4);
    expect(first.lines.at(-1)).toMatch(/^SessionLost: /);
    expect(["one", "two", "three"].map((step) => server.count("a", step))).toEqual([1, 2, 1]);
  });
});
