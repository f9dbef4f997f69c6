import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { cacheKey, keepInCache, takeFromCache } from "../../../packages/bot/src/engine/cache.ts";
import { StateInUse } from "../../../packages/bot/src/engine/errors.ts";
import { lockFolder } from "../../../packages/bot/src/engine/lock.ts";
import { openEngine } from "../../../packages/bot/src/engine/open.ts";
import manifest from "../../../packages/bot/package.json" with { type: "json" };
import { effectServer, type EffectServer } from "./effect-server.ts";
import { workerProgram } from "./processes.ts";
import type { Config } from "./worker-program.ts";

const folder = mkdtempSync(join(tmpdir(), "gha2pulumi-folder-"));
let next = 0;
const fresh = (): string => join(folder, `state-${next++}`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the lock of a state folder", () => {
  test("keeps this process's other engine out, and lets it in after", () => {
    const state = fresh();
    const release = lockFolder(state);
    expect(() => lockFolder(state)).toThrow(StateInUse);
    release();
    lockFolder(state)();
    expect(readdirSync(state)).toEqual([]);
  });

  const dead = (): number => spawnSync(process.execPath, ["-e", "0"]).pid;
  const ours = { pid: process.pid, started: "another start", host: hostname() };
  test.each([
    ["a dead process", () => JSON.stringify({ pid: dead(), started: "", host: hostname() })],
    ["a process whose number another one has by now", () => JSON.stringify(ours)],
    ["nothing that can be read", () => '{"pid":'],
  ])("of %s is taken over", (_, content) => {
    const state = fresh();
    mkdirSync(state);
    writeFileSync(join(state, "lock"), content());
    const release = lockFolder(state);
    expect(JSON.parse(readFileSync(join(state, "lock"), "utf8"))).toMatchObject({ pid: process.pid });
    release();
    expect(readdirSync(state)).toEqual([]);
  });

  test("of another machine is left alone, and the message says what to do", () => {
    const state = fresh();
    mkdirSync(state);
    writeFileSync(join(state, "lock"), JSON.stringify({ pid: 7, started: "", host: "elsewhere" }));
    expect(() => lockFolder(state)).toThrow(/process 7 on elsewhere.*remove .*lock/);
  });

  test("goes to exactly one of many that find a dead one's", async () => {
    const state = fresh();
    mkdirSync(state);
    writeFileSync(join(state, "lock"), JSON.stringify({ pid: dead(), started: "", host: hostname() }));
    const server = await effectServer();
    const start = await workerProgram("lock-race");
    const workers = Array.from({ length: 3 }, (_, i) => start(config(server, state, `w${i}`)));
    server.hold = () => new Promise(() => undefined);
    // One has the state and waits for its effect, which nobody answers: the others end.
    await server.until((told) => told.length > 0);
    const one = server.told[0]?.worker;
    const others = workers.filter((_, i) => `w${i}` !== one);
    const holder = workers.find((_, i) => `w${i}` === one);
    for (const other of others) {
      expect(await other.ended).toBe(2);
      expect(other.lines).toEqual([`StateInUse: The state in ${state} is in use by process ${holder?.pid}.`]);
    }
    await holder?.kill();
    server.close();
  });
});

function config(server: EffectServer, state: string, worker: string): Config {
  return {
    server: server.url,
    state,
    worker,
    factor: 1,
    limits: { perMinute: 80, perHour: 500, apart: 0 },
    concurrency: 5,
    perPartition: 5,
    work: [{ id: "a", partition: "acme", actions: [{ step: "one" }] }],
  };
}

describe("the cache of the first start", () => {
  const before = process.env["XDG_CACHE_HOME"];
  const use = (cache: string): string => {
    process.env["XDG_CACHE_HOME"] = cache;
    return join(cache, "gha2pulumi", cacheKey);
  };
  afterEach(() => {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
  });
  const database = (): string => {
    const made = fresh();
    mkdirSync(join(made, "base/1"), { recursive: true });
    mkdirSync(join(made, "empty"));
    writeFileSync(join(made, "PG_VERSION"), "17");
    writeFileSync(join(made, "base/1/2"), Buffer.from([0, 255, 10]));
    return made;
  };

  test("gives back what was kept, byte for byte, and appears whole or not at all", () => {
    const kept = use(fresh());
    const into = fresh();
    expect(takeFromCache(into)).toBe(false);
    keepInCache(database());
    expect(readdirSync(dirname(kept))).toEqual([cacheKey]);
    expect(takeFromCache(into)).toBe(true);
    expect(readFileSync(join(into, "base/1/2"))).toEqual(Buffer.from([0, 255, 10]));
    expect(readdirSync(into).sort()).toEqual(["PG_VERSION", "base", "empty"]);
  });

  test.each([
    ["a byte", (kept: string) => writeFileSync(join(kept, "database/base/1/2"), Buffer.from([0, 254, 10]))],
    ["a file", (kept: string) => rmSync(join(kept, "database/PG_VERSION"))],
    ["its list", (kept: string) => writeFileSync(join(kept, "manifest.json"), "{")],
  ])("is not used without %s, and made anew", (_, spoil) => {
    const kept = use(fresh());
    keepInCache(database());
    spoil(kept);
    expect(takeFromCache(fresh())).toBe(false);
    keepInCache(database());
    expect(takeFromCache(fresh())).toBe(true);
  });

  test("is not needed where it cannot be written", () => {
    const file = fresh();
    writeFileSync(file, "");
    use(file);
    expect(() => keepInCache(database())).not.toThrow();
    expect(takeFromCache(fresh())).toBe(false);
  });

  test("is of the versions that the package depends on", () => {
    const { "@dbos-inc/dbos-sdk": dbos, "@electric-sql/pglite": pglite } = manifest.dependencies;
    expect(cacheKey).toMatch(`pglite-${pglite}-dbos-${dbos}-tables-`);
  });

  const works = async (state: string): Promise<void> => {
    const limits = { perMinute: 1, perHour: 1, apart: 0 };
    const engine = await openEngine({ state, works: [], limits, concurrency: 1, perPartition: 1 });
    await engine.store.put("table", "key", state);
    expect(await engine.store.entries("table")).toEqual([["key", state]]);
    await engine.close();
  };

  test("is replaced by a start that finds no database in it, and serves the next, even over what was left half made", async () => {
    const kept = use(fresh());
    keepInCache(database());
    await works(fresh());
    expect(readdirSync(join(kept, "database"))).toContain("pg_wal");
    const list = readFileSync(join(kept, "manifest.json"), "utf8");
    const state = fresh();
    mkdirSync(join(state, "database"), { recursive: true });
    writeFileSync(join(state, "database/PG_VERSION"), "17");
    writeFileSync(join(state, "database/left-over"), "");
    await works(state);
    expect(existsSync(join(state, "database/left-over"))).toBe(false);
    expect(readFileSync(join(kept, "manifest.json"), "utf8")).toBe(list);
  });
});
