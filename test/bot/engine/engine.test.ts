import { afterEach, describe, expect, test } from "vitest";
import { openEngine } from "../../../packages/bot/src/engine/open.ts";
import type {
  Clock,
  Context,
  Ended,
  Engine,
  EngineOptions,
  Json,
  Work,
} from "../../../packages/bot/src/engine/engine.ts";
import { EngineClosed, EngineOpen, UnknownWork } from "../../../packages/bot/src/engine/errors.ts";
import { ask, tiers } from "./databases.ts";
import { quickClock } from "./quick-clock.ts";

type Run = (input: Json, context: Context) => Promise<Json>;

const limits = { perMinute: 1_000, perHour: 10_000, apart: 0 };
const patient = { timeout: 120_000 };
/** All at once: DBOS looks for work in real time, which would be minutes of a quick clock. */
const many = { concurrency: 100, perPartition: 100 };
let engine: Engine | undefined;
const close = async (): Promise<void> => {
  await engine?.close();
  engine = undefined;
};
afterEach(close);

const workOf = (name: string, run: Run): Work<never, Json> => ({ name, run: run as Work<never, Json>["run"] });

async function opened(
  state: string,
  works: readonly Work<never, Json>[],
  more: Partial<EngineOptions> = {},
): Promise<Engine> {
  engine = await openEngine({
    state,
    works,
    limits,
    concurrency: 20,
    perPartition: 20,
    clock: quickClock(100),
    ...more,
  });
  return engine;
}

async function outcomes(from: Engine, ids: readonly string[]): Promise<Readonly<Record<string, Json>>> {
  const all: Record<string, Json> = {};
  for await (const one of from.ended<Json>(ids)) all[one.id] = "error" in one ? `error: ${one.error}` : one.output;
  return all;
}

const put = (
  to: Engine,
  work: Work<never, Json>,
  id: string,
  input: Json = null,
  partition = "acme",
  priority = 0,
): Promise<void> => to.enqueue(work as unknown as Work<Json, Json>, id, input, { partition, priority });

function noted(list: string[], what: string): null {
  list.push(what);
  return null;
}

/** A promise that the test settles. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

for (const { title, skipped, state: fresh } of Object.values(tiers()))
  describe.skipIf(skipped !== undefined)(`the engine on ${title}`, () => {
    test("makes each step once, and gives its result to what follows", async () => {
      const seen: string[] = [];
      const work = workOf("work", async (input, context) => {
        const one = await context.step("one", async () => {
          seen.push("one");
          return { of: input };
        });
        return context.step("two", async () => {
          seen.push("two");
          return [one, null, "ä\u0000\ud800", 1.5];
        });
      });
      const open = await opened(await fresh(), [work]);
      await put(open, work, "a", { repo: "acme/shop" });
      expect(await outcomes(open, ["a"])).toEqual({ a: [{ of: { repo: "acme/shop" } }, null, "ä\u0000\ud800", 1.5] });
      expect(seen).toEqual(["one", "two"]);
    });

    test("asks for work once under an id, and tells how work ended before", async () => {
      let runs = 0;
      const work = workOf("work", async (input) => {
        runs++;
        return input;
      });
      const state = await fresh();
      const first = await opened(state, [work]);
      await Promise.all([put(first, work, "a", 1), put(first, work, "a", 2), put(first, work, "a", 3)]);
      const [one] = Object.values(await outcomes(first, ["a"]));
      await put(first, work, "a", 4);
      expect(await outcomes(first, ["a", "a"])).toEqual({ a: one });
      await close();
      const second = await opened(state, [work]);
      await put(second, work, "a", 5);
      expect(await outcomes(second, ["a"])).toEqual({ a: one });
      expect(runs).toBe(1);
      await expect(outcomes(second, ["a", "b"])).rejects.toThrow(UnknownWork);
    });

    test("tries a step again with growing pauses, and remembers its error", async () => {
      const quick = quickClock(1_000);
      const pauses: number[] = [];
      const clock: Clock = {
        now: () => quick.now(),
        sleep: (milliseconds, signal) => {
          pauses.push(milliseconds);
          return quick.sleep(milliseconds, signal);
        },
      };
      let tries = 0;
      const flaky = workOf("flaky", (_, context) =>
        context.step(
          "flaky",
          async () => {
            if (++tries < 4) throw new Error("not yet");
            return tries;
          },
          4,
        ),
      );
      const failing = workOf("failing", async (_, context) => {
        try {
          return await context.step("fails", async () => {
            throw Object.assign(new TypeError("refused"), { status: 403, headers: { authorization: "secret" } });
          });
        } catch (error) {
          const { name, message, status, headers } = error as Error & { status?: number; headers?: unknown };
          await context.step("caught", async () => `${name} ${message} ${status} ${String(headers)}`);
          throw error;
        }
      });
      const open = await opened(await fresh(), [flaky, failing], { clock });
      await put(open, flaky, "a");
      await put(open, failing, "b");
      expect(await outcomes(open, ["a", "b"])).toEqual({ a: 4, b: "error: refused" });
      expect(pauses).toEqual([1_000, 2_000, 4_000]);
    });

    test("takes nothing for JSON that would come back as something else", async () => {
      const odd = [new Date(0), undefined, Number.NaN, () => 1, new Map(), { a: [undefined] }];
      const work = workOf("work", async (input, context) =>
        context.step("odd", async () => odd[Number(input)] as Json),
      );
      const open = await opened(await fresh(), [work]);
      for (const i of odd.keys()) await put(open, work, `w${i}`, i);
      const all = await outcomes(
        open,
        [...odd.keys()].map((i) => `w${i}`),
      );
      expect(
        Object.values(all).filter(
          (one) => !JSON.stringify(one).startsWith('"error: What the step odd gives has to be JSON'),
        ),
      ).toEqual([]);
      await expect(put(open, work, "x", { at: new Date() } as unknown as Json)).rejects.toThrow(
        "has to be JSON: it.at is of the class Date",
      );
    });

    test("takes smaller priorities first, and only so many of a partition at a time", async () => {
      const first = gate();
      const order: string[] = [];
      let now = 0;
      let most = 0;
      const work = workOf("work", (input, context) =>
        context.step("one", async () => {
          most = Math.max(most, ++now);
          order.push(input as string);
          if (input === "first") await first.opened;
          now--;
          return input;
        }),
      );
      const open = await opened(await fresh(), [work], { perPartition: 1 });
      await put(open, work, "first", "first", "acme", 0);
      await expect.poll(() => order, patient).toEqual(["first"]);
      for (const [id, priority] of [
        ["c", 9],
        ["b", 5],
        ["a", 1],
      ] as const)
        await put(open, work, id, id, "acme", priority);
      await put(open, work, "elsewhere", "elsewhere", "other", 9);
      expect(await outcomes(open, ["elsewhere"])).toEqual({ elsewhere: "elsewhere" });
      expect(order).toEqual(["first", "elsewhere"]);
      first.open();
      await outcomes(open, ["first", "a", "b", "c"]);
      expect(order).toEqual(["first", "elsewhere", "a", "b", "c"]);
      expect(most).toBe(2);
    });

    test("cancels what waits, what sleeps and what stands in a line", async () => {
      const steps: string[] = [];
      const sleeper = workOf("sleeper", async (_, context) => {
        await context.step("before", async () => noted(steps, "before"));
        await context.sleep(1e9);
        return context.step("after", async () => noted(steps, "after"));
      });
      const writer = workOf("writer", async (_, context) => {
        await context.pace("token");
        return context.step("write", async () => noted(steps, "write"));
      });
      const open = await opened(await fresh(), [sleeper, writer], {
        perPartition: 2,
        limits: { ...limits, perMinute: 1 },
      });
      await put(open, writer, "w1");
      expect(await outcomes(open, ["w1"])).toEqual({ w1: null });
      await put(open, sleeper, "asleep");
      await put(open, writer, "in line");
      await expect.poll(() => steps, patient).toEqual(["write", "before"]);
      await put(open, sleeper, "never begun", null, "acme", 9);
      await open.cancel(["asleep", "in line", "never begun", "w1"]);
      const ids = ["asleep", "in line", "never begun"];
      expect(await outcomes(open, ids)).toEqual(Object.fromEntries(ids.map((id) => [id, "error: cancelled"])));
      // Their places are free: in the queue and in the line.
      await put(open, writer, "w2");
      expect(await outcomes(open, ["w1", "w2"])).toEqual({ w1: null, w2: null });
      expect(steps).toEqual(["write", "before", "write"]);
    });

    test("lets writing burst up to each window, and never beyond", async () => {
      const state = await fresh();
      const bounds = { perMinute: 20, perHour: 50, apart: 500 };
      const work = workOf("work", async (_, context) => {
        await context.pace("token");
        return null;
      });
      const open = await opened(state, [work], { limits: bounds, clock: quickClock(1_000), ...many });
      const ids = Array.from({ length: 60 }, (_, i) => `w${i}`);
      for (const id of ids) await put(open, work, id);
      await outcomes(open, ids);
      await close();
      const used = await sentAt(state);
      expect(used).toHaveLength(60);
      expect(faultsOf(used, bounds)).toEqual([]);
    });

    test("stops writing for a pause, halves the pace after it, and counts refusals that come together once", async () => {
      const state = await fresh();
      const work = workOf("work", async (_, context) => {
        await context.pace("token");
        return null;
      });
      const bounds = { perMinute: 20, perHour: 1_000, apart: 0 };
      const open = await opened(state, [work], { limits: bounds, clock: quickClock(1_000), ...many });
      await put(open, work, "first");
      await outcomes(open, ["first"]);
      const ids = Array.from({ length: 25 }, (_, i) => `w${i}`);
      const before = open.clock.now();
      await Promise.all([1, 2, 3].map(() => open.slowDown("token", 600_000)));
      await open.slowDown("other", 1e9);
      for (const id of ids) await put(open, work, id);
      await outcomes(open, ids);
      await close();
      const used = (await sentAt(state)).slice(1);
      expect(used[0]).toBeGreaterThanOrEqual(before + 600_000);
      const rows = await ask(state, "SELECT pace FROM gha2pulumi.credential WHERE name = 'token'");
      expect(rows).toEqual([{ pace: 0.5 }]);
      expect(faultsOf(used, { ...bounds, perMinute: 10 })).toEqual([]);
    });

    test("keeps tables of JSON, and a log that is only added to", async () => {
      const state = await fresh();
      const { store } = await opened(state, []);
      await store.put("repositories", "acme/shop", { z: 1, a: [null] });
      await store.put("repositories", "acme/shop", { z: 2, a: [null] });
      await store.put("repositories", "acme/Zoo", "x");
      await store.put("repositories", "acme/äon", "x");
      await store.put("repositories", "a%c", "x");
      await store.put("elsewhere", "acme/shop", 1);
      await store.delete("elsewhere", "nothing");
      await Promise.all([1, 2, 3].map((n) => store.append("campaign", { n })));
      await store.append("other", "x");
      await close();
      const again = (await opened(state, [])).store;
      expect(JSON.stringify(await again.get("repositories", "acme/shop"))).toBe('{"z":2,"a":[null]}');
      expect(await again.get("repositories", "nothing")).toBeUndefined();
      expect((await again.entries("repositories", "acme/")).map(([key]) => key)).toEqual([
        "acme/Zoo",
        "acme/shop",
        "acme/äon",
      ]);
      expect(await again.entries("repositories", "a%")).toEqual([["a%c", "x"]]);
      await again.delete("repositories", "a%c");
      expect(await again.entries("repositories", "a%")).toEqual([]);
      expect(await again.log("campaign")).toHaveLength(3);
      await again.append("campaign", { n: 4 });
      expect((await again.log("campaign")).at(-1)).toEqual({ n: 4 });
      expect(Object.keys(again).sort()).toEqual(["append", "claim", "delete", "entries", "get", "log", "put"]);
    });

    test("leaves what runs to the next start when it is closed, without beginning it anew", async () => {
      const state = await fresh();
      const seen: string[] = [];
      const held = gate();
      const begun = gate();
      const work = workOf("work", async (_, context) => {
        await context.step("one", async () => noted(seen, "one"));
        await context.step("two", async () => {
          seen.push("two");
          begun.open();
          await held.opened;
          return null;
        });
        await context.step("three", async () => noted(seen, "three"));
        return "done";
      });
      const sleeper = workOf("sleeper", async (_, context) => {
        await context.sleep(1e9);
        return null;
      });
      const first = await opened(state, [work, sleeper]);
      await put(first, work, "a");
      await put(first, sleeper, "b");
      await begun.opened;
      const closed = close();
      await expect(openEngine({ state, works: [], limits, concurrency: 1, perPartition: 1 })).rejects.toThrow(
        EngineOpen,
      );
      held.open();
      await closed;
      expect(seen).toEqual(["one", "two"]);
      await expect(first.ended(["a"])[Symbol.asyncIterator]().next()).rejects.toThrow(EngineClosed);
      const second = await opened(state, [work, sleeper]);
      expect(await outcomes(second, ["a"])).toEqual({ a: "done" });
      expect(seen).toEqual(["one", "two", "three"]);
    });

    test("runs nothing when it is idle", async () => {
      const state = await fresh();
      const ran: string[] = [];
      const work = workOf("work", async (input) => {
        ran.push(input as string);
        return input;
      });
      const idle = await opened(state, [work], { idle: true });
      await put(idle, work, "a", "a");
      const waited = idle.ended<Json>(["a"])[Symbol.asyncIterator]().next();
      const outcome: Promise<IteratorResult<Ended<Json>> | string> = waited.catch((error: Error) => error.name);
      await close();
      expect(await outcome).toBe("EngineClosed");
      expect(ran).toEqual([]);
      const working = await opened(state, [work]);
      expect(await outcomes(working, ["a"])).toEqual({ a: "a" });
      expect(ran).toEqual(["a"]);
    });
  });

async function sentAt(state: string): Promise<readonly number[]> {
  const rows = await ask(
    state,
    "SELECT used_at FROM gha2pulumi.slot WHERE credential = 'token' AND used_at IS NOT NULL ORDER BY used_at",
  );
  return rows.map((row) => Number(row["used_at"]));
}

/** Where more was sent within a window, or sooner after another, than may be. */
function faultsOf(used: readonly number[], { perMinute, perHour, apart }: EngineOptions["limits"]): readonly string[] {
  return used.flatMap((at, i) => [
    ...(i >= perMinute && at - (used[i - perMinute] ?? 0) < 60_000 ? [`${i}: minute`] : []),
    ...(i >= perHour && at - (used[i - perHour] ?? 0) < 3_600_000 ? [`${i}: hour`] : []),
    ...(i >= 1 && at - (used[i - 1] ?? 0) < apart ? [`${i}: apart`] : []),
  ]);
}
