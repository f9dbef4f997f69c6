import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { keepInCache, takeFromCache } from "./cache.ts";
import { EmbeddedPool } from "./embedded-pool.ts";
import { lockFolder } from "./lock.ts";

export interface Embedded {
  readonly pool: EmbeddedPool;
  /** To be called once all tables are there, before anything else is written. */
  readonly made: () => Promise<void>;
  /** Lets the folder go, after the pool has ended. */
  readonly release: () => void;
}

/** Opens, or makes, the database of a state folder; throws `StateInUse` when another process has it. */
export async function openEmbedded(folder: string): Promise<Embedded> {
  const release = lockFolder(folder);
  try {
    const data = join(folder, "database");
    // What has no such mark was left behind half made, and holds nothing.
    const mark = join(folder, "made");
    if (existsSync(mark)) return { pool: new EmbeddedPool(await PGlite.create(data)), made: async () => {}, release };
    rmSync(data, { recursive: true, force: true });
    const cached = await openCached(data);
    const pool = new EmbeddedPool(cached ?? (await PGlite.create(data)));
    return {
      pool,
      made: async () => {
        if (cached === undefined) {
          const client = await pool.connect();
          await client.query("CHECKPOINT");
          keepInCache(data);
          client.release();
        }
        writeFileSync(mark, "");
      },
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The initialised and migrated database of an earlier first start; undefined if there is none that works. */
async function openCached(data: string): Promise<PGlite | undefined> {
  mkdirSync(data, { recursive: true });
  try {
    if (takeFromCache(data)) return await PGlite.create(data);
  } catch {
    // A broken cache costs time, never the start.
  }
  rmSync(data, { recursive: true, force: true });
  return undefined;
}
