import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chance } from "../chance.ts";
import { ask, tiers } from "./databases.ts";
import { effectServer, type EffectServer, type Told } from "./effect-server.ts";
import { workerProgram, type Worker } from "./processes.ts";
import type { Config } from "./worker-program.ts";

/** How many times a process is killed: `pnpm bot:kill` does it more often. */
const kills = Number(process.env["KILLS"] ?? 3);
/** Printed with a failure; `SEED=…` repeats the choice of the moments, not the order of what runs at the same time. */
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);

const steps = ["read", "plan", "push", "open"];
const work: Config["work"] = Array.from({ length: Math.max(24, 3 * kills) }, (_, i) => ({
  id: `acme/repo-${i}`,
  partition: `org-${i % 3}`,
  actions: [
    { step: "read" },
    { step: "plan" },
    { sleep: 2_000 },
    { pace: "token" },
    { step: "push" },
    { step: "open" },
  ],
}));

let begin: (config: Config) => Worker;
let server: EffectServer;
const workers = new Map<string, Worker>();

beforeAll(async () => {
  begin = await workerProgram("campaign");
});
beforeEach(async () => {
  server = await effectServer();
});
afterEach(async () => {
  for (const worker of workers.values()) await worker.kill();
  workers.clear();
  server.close();
});

function start(state: string, worker: string): void {
  const limits = { perMinute: 1_000, perHour: 10_000, apart: 100 };
  const base = { server: server.url, state, worker, factor: 100, limits, concurrency: 8, perPartition: 6 };
  workers.set(worker, begin({ ...base, work }));
}

/** Kills the process that makes some effect, just before or just after it is told that the effect is made. */
function killNext(among: (bound: number) => number): Promise<string> {
  const total = work.length * steps.length;
  let left = 1 + among(Math.floor(total / (kills + 1)));
  const before = among(2) === 0;
  return new Promise((resolve, reject) => {
    server.hold = ({ kind, worker }) => {
      if (kind !== "effect" || --left !== 0) return undefined;
      const kill = (): void => {
        const victim = workers.get(worker);
        victim?.kill().then(() => resolve(worker), reject);
      };
      if (before) kill();
      else setImmediate(kill);
      return before ? new Promise(() => undefined) : undefined;
    };
  });
}

/** Effects of steps that were over, since a later one of the same work had been begun. */
function madeAgain(told: readonly Told[]): readonly string[] {
  const furthest = new Map<string, number>();
  return told.flatMap(({ kind, work: id, step }) => {
    if (kind !== "effect") return [];
    const at = steps.indexOf(step);
    const before = furthest.get(id) ?? -1;
    furthest.set(id, Math.max(at, before));
    return at < before ? [`${id} ${step}`] : [];
  });
}

async function expectAllDone(state: string, last: Worker): Promise<void> {
  server.hold = () => undefined;
  expect(await last.ended, last.lines.join("\n")).toBe(0);
  const ended = last.lines.slice(1).map((line) => JSON.parse(line) as { id: string; output: unknown });
  expect(ended.map(({ id }) => id).sort()).toEqual(work.map(({ id }) => id).sort());
  expect(ended.filter(({ output }) => JSON.stringify(output) !== JSON.stringify(steps))).toEqual([]);
  expect(madeAgain(server.told), `SEED=${seed}`).toEqual([]);
  const missing = work.flatMap(({ id }) =>
    steps.filter((step) => server.count(id, step) === 0).map((step) => `${id} ${step}`),
  );
  expect(missing).toEqual([]);
  const states = await ask(state, "SELECT DISTINCT status FROM dbos.workflow_status");
  expect(states).toEqual([{ status: "SUCCESS" }]);
}

const { embedded, postgres } = tiers();

describe(`${kills} times kill -9 (SEED=${seed})`, () => {
  test(
    "of the one process, on PGlite: all work ends once",
    async () => {
      const state = await embedded.state();
      const among = chance(seed);
      start(state, "one");
      for (let i = 0; i < kills; i++) {
        await killNext(among);
        start(state, "one");
      }
      await expectAllDone(state, workers.get("one") as Worker);
    },
    600_000 + kills * 60_000,
  );

  test.skipIf(postgres.skipped !== undefined)(
    `of three workers on ${postgres.title}, two of which never come back: all work ends once`,
    async () => {
      const state = await postgres.state();
      const among = chance(seed);
      for (const worker of ["one", "two", "three"]) start(state, worker);
      for (let i = 0; i < kills; i++) {
        const victim = await killNext(among);
        workers.delete(victim);
        if (i < kills - 2) start(state, victim);
      }
      const [last, ...others] = workers.values();
      expect(others).toEqual([]);
      await expectAllDone(state, last as Worker);
    },
    600_000 + kills * 60_000,
  );
});
