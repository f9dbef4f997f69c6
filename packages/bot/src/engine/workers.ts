import pg from "pg";
import { sleepReal } from "./clock.ts";
import { SessionLost, WorkerInUse } from "./errors.ts";

/** How often dead workers are looked for, and how long the database may take to answer, in milliseconds. */
const round = 2_000;
const patience = 10_000;
/** A starting worker of the same name may be kept out for a moment by one that takes its old work over. */
const startPatience = 5_000;

const key = "hashtextextended('gha2pulumi worker ' || $1, 0)";

/** A name no worker can have, for what only one may do at a time. */
const starting = "";

/** The work that runs, as DBOS knows it. */
export interface Running {
  readonly id: string;
  readonly worker: string;
  readonly queue: string;
}

export interface TakeOver {
  readonly running: (worker?: string) => Promise<readonly Running[]>;
  /** Puts work back into its queue, from where whoever has room takes it. */
  readonly resume: (ids: readonly string[], queue: string) => Promise<void>;
}

export interface Place {
  /** Runs what only one worker may do at a time. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly watch: (others: TakeOver) => void;
  readonly close: () => Promise<void>;
}

/**
 * Takes the place of a worker: an advisory lock of a session that PostgreSQL gives up the moment the process or its
 * connection ends. So a lock that can be had belongs to a dead worker. `lost` is called once if this session ends.
 */
export async function takePlace(url: string, worker: string, lost: (error: SessionLost) => void): Promise<Place> {
  const session = new pg.Client({ connectionString: url, keepAlive: true, application_name: `gha2pulumi ${worker}` });
  let over = false;
  let watching: Promise<void> | undefined;
  const stop = new AbortController();
  const end = (cause: unknown): void => {
    if (over) return;
    over = true;
    stop.abort();
    lost(new SessionLost(cause));
  };
  session.on("error", end);
  session.on("end", () => end(new Error("The connection ended.")));
  await session.connect();
  const ask = async (sql: string, name: string): Promise<boolean> => {
    const { rows } = await session.query<{ got: boolean }>(sql, [name]);
    return rows[0]?.got === true;
  };
  const tryLock = (name: string): Promise<boolean> => ask(`SELECT pg_try_advisory_lock(${key}) AS got`, name);
  const unlock = (name: string): Promise<boolean> => ask(`SELECT pg_advisory_unlock(${key}) AS got`, name);

  try {
    // Without these, PostgreSQL takes two hours to notice that a machine has gone; they do nothing on a local socket.
    await session.query("SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3");
    const until = Date.now() + startPatience;
    while (!(await tryLock(worker))) {
      if (Date.now() > until) throw new WorkerInUse(worker);
      await sleepReal(200);
    }
  } catch (error) {
    over = true;
    await session.end();
    throw error;
  }

  const lookAround = async ({ running, resume }: TakeOver): Promise<void> => {
    const others = new Set((await running()).map((one) => one.worker).filter((one) => one !== worker));
    for (const other of others) {
      if (!(await tryLock(other))) continue;
      try {
        // Again, under the lock: another one may have been here since.
        const left = await running(other);
        for (const queue of new Set(left.map((one) => one.queue))) {
          const ids = left.filter((one) => one.queue === queue).map((one) => one.id);
          await resume(ids, queue);
        }
      } finally {
        await unlock(other);
      }
    }
  };

  return {
    alone: async (work) => {
      // Asked for again and again instead of waited for: DBOS makes indexes concurrently, which waits for every statement.
      while (!(await tryLock(starting))) await sleepReal(100);
      try {
        return await work();
      } finally {
        await unlock(starting);
      }
    },
    watch: (others) => {
      watching = (async () => {
        while (!over) {
          await answered(session.query("SELECT 1")).catch(end);
          if (over) return;
          // Whatever fails here and leaves the session alive is tried again in the next round.
          await lookAround(others).catch(() => undefined);
          await sleepReal(round, stop.signal);
        }
      })();
    },
    close: async () => {
      over = true;
      stop.abort();
      await watching;
      await session.end();
    },
  };
}

async function answered(question: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  try {
    await Promise.race([
      question,
      sleepReal(patience, late.signal).then(() => {
        if (!late.signal.aborted) throw new Error(`The database has not answered for ${patience} ms.`);
      }),
    ]);
  } finally {
    late.abort();
  }
}
