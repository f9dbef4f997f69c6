import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import pg from "pg";
import type { Pool } from "./database.ts";
import { openEmbedded } from "./embedded.ts";
import type { EngineOptions } from "./engine.ts";
import type { SessionLost } from "./errors.ts";
import { takePlace, type Place } from "./workers.ts";

/** Where an engine keeps everything. */
export interface State {
  /** Of DBOS and of our own tables: two, so that a line before a credential keeps nobody from taking work. */
  readonly pools: readonly [dbos: Pool, own: Pool];
  /** What DBOS is told; it makes its connections from the pool. */
  readonly url: string;
  readonly worker: string;
  /** Only of a database that others work on too. */
  readonly place: Place | undefined;
  /** To be called once all tables are there. */
  readonly made: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Whether a state is a database that several processes may reach, and no folder. */
export function isDatabase(state: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(state);
}

/** Throws `StateInUse`, `WorkerInUse`, or what the database says. */
export async function openState(options: EngineOptions, lost: (error: SessionLost) => void): Promise<State> {
  return isDatabase(options.state) ? distributed(options, lost) : embedded(options.state);
}

async function embedded(folder: string): Promise<State> {
  const { pool, made, release } = await openEmbedded(folder);
  return {
    pools: [pool, pool],
    url: "postgresql://embedded@localhost/postgres",
    worker: "embedded",
    place: undefined,
    made,
    close: async () => {
      await pool.end();
      release();
    },
  };
}

async function distributed(options: EngineOptions, lost: (error: SessionLost) => void): Promise<State> {
  const url = options.state;
  const worker =
    options.idle === true ? `idle ${randomUUID()}` : (options.worker ?? `${hostname()} ${process.pid} ${randomUUID()}`);
  const place = await takePlace(url, worker, lost);
  const poolOf = (max: number): pg.Pool => {
    const pool = new pg.Pool({ connectionString: url, max, keepAlive: true, application_name: `gha2pulumi ${worker}` });
    // A connection that breaks while nobody uses it; whoever uses one is told by the query.
    pool.on("error", () => undefined);
    return pool;
  };
  const pools = [poolOf(10), poolOf(4)] as const;
  return {
    pools,
    url,
    worker,
    place,
    made: async () => {},
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      // Last of all: from then on others take over what this worker has left.
      await place.close();
    },
  };
}
