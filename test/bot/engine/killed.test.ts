import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, tiers } from "./databases.ts";
import { effectServer, type EffectServer, type Told } from "./effect-server.ts";
import { workerProgram, type Worker } from "./processes.ts";
import type { Config } from "./worker-program.ts";

let start: (config: Config) => Worker;
let server: EffectServer;
const workers = new Set<Worker>();

beforeAll(async () => {
  const begin = await workerProgram("killed");
  start = (config) => {
    const worker = begin(config);
    workers.add(worker);
    return worker;
  };
});
beforeEach(async () => {
  server = await effectServer();
});
afterEach(async () => {
  for (const worker of workers) await worker.kill();
  workers.clear();
});

const base = (state: string): Omit<Config, "work"> => ({
  server: server.url,
  state,
  worker: "one",
  factor: 1,
  limits: { perMinute: 1_000, perHour: 10_000, apart: 0 },
  concurrency: 20,
  perPartition: 20,
});
const asleep = (worker: string, told = server.told): readonly Told[] =>
  told.filter((one) => one.kind === "asleep" && one.worker === worker);

for (const { title, skipped, state: fresh } of Object.values(tiers()))
  describe.skipIf(skipped !== undefined)(`kill -9 on ${title}`, () => {
    test("makes the step anew that it broke off, and none that was over", async () => {
      const config = { ...base(await fresh()), work: [work("a", { step: "one" }, { step: "two" }, { step: "three" })] };
      server.hold = (told) => (told.step === "two" && server.count("a", "two") === 1 ? never() : undefined);
      const first = start(config);
      await server.until(() => server.count("a", "two") === 1);
      await first.kill();
      const second = start(config);
      expect(await second.printed("{")).toBe('{"id":"a","output":["one","two","three"]}');
      expect(await second.ended).toBe(0);
      expect(["one", "two", "three"].map((step) => server.count("a", step))).toEqual([1, 2, 1]);
    });

    test("leaves a sleep its end", async () => {
      const config = {
        ...base(await fresh()),
        work: [work("a", { step: "one" }, { sleep: 200_000 }, { step: "two" })],
      };
      const ends: number[] = [];
      for (const worker of ["first", "second"]) {
        const one = start({ ...config, worker });
        await server.until(() => asleep(worker).length > 0);
        ends.push(asleep(worker)[0]?.until ?? 0);
        await one.kill();
      }
      // A sleep that began anew would end seconds later: so long does a process take to start. A busy machine tells a late one.
      expect(Math.abs((ends[1] ?? 0) - (ends[0] ?? 0))).toBeLessThan(1_000);
      // A clock that has gone on: the sleep is over at once.
      const last = start({ ...config, factor: 2 });
      expect(await last.printed("{")).toBe('{"id":"a","output":["one","two"]}');
      expect([server.count("a", "one"), server.count("a", "two")]).toEqual([1, 1]);
    });

    test("neither takes a second place in the line nor lets a request that is made twice count once", async () => {
      const state = await fresh();
      const limits = { perMinute: 1, perHour: 100, apart: 0 };
      const writes = (id: string): Config["work"][number] =>
        work(id, { step: "begin" }, { pace: "token" }, { step: "write" });
      const config = { ...base(state), limits, work: [writes("a"), writes("b")] };
      server.hold = (told) => (told.step === "write" ? never() : undefined);
      const first = start({ ...config, worker: "first" });
      // One of them writes and is never answered, the other one waits for its minute.
      await server.until(() => server.told.some((one) => one.step === "write") && asleep("first").length > 0);
      await first.kill();
      const minute = asleep("first").at(-1)?.until ?? 0;
      const second = start({ ...config, worker: "second" });
      // The one that wrote has to write again, and waits behind the other one.
      await server.until(() => new Set(asleep("second").map((one) => one.until)).size > 1);
      await second.kill();
      const ends = asleep("second").map((one) => (one.until ?? 0) - minute);
      expect(ends.every((end) => Math.abs(end) < 1_000 || Math.abs(end - 60_600) < 1_000)).toBe(true);
      const rows = await slots(state);
      expect(rows).toEqual({ counted: 1, waiting: 2 });
      expect(server.told.filter((one) => one.step === "begin")).toHaveLength(2);
    });
  });

async function slots(state: string): Promise<unknown> {
  const [row] = await ask(
    state,
    "SELECT count(used_at)::int AS counted, (count(*) - count(used_at))::int AS waiting FROM gha2pulumi.slot",
  );
  return row;
}

function work(id: string, ...actions: Config["work"][number]["actions"]): Config["work"][number] {
  return { id, partition: "acme", actions };
}

const never = (): Promise<void> => new Promise(() => undefined);
