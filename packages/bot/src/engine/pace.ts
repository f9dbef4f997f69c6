import type { Clock, Limits } from "./engine.ts";
import { transaction, type Pool, type Query } from "./database.ts";

const minute = 60_000;
const hour = 3_600_000;
/** Windows are kept longer than the server's: what is sent within one may arrive within a shorter one. */
const minuteWindow = minute + 600;
const hourWindow = hour + 10_000;
/** However often a server refuses, the pace does not fall below this. */
const leastPace = 1 / 16;
/** Places in the line may come free without a word (work is cancelled), so a long wait looks again now and then. */
const longestWait = 5 * minute;

/** What is known of one credential's past. */
export interface Past {
  /** When its requests of the last hour were sent, in order. */
  readonly used: readonly number[];
  readonly notBefore: number;
  /** The share of the limits that may be used. */
  readonly pace: number;
}

/**
 * When the request with so many before it in the line may be sent, at the earliest. Exact over sliding windows: bursts up
 * to a window's limit are allowed, since the limits of GitHub are counts in windows and not intervals.
 */
export function turnOf(past: Past, limits: Limits, ahead: number, now: number): number {
  const perMinute = Math.max(1, Math.floor(limits.perMinute * past.pace));
  const perHour = Math.max(1, Math.floor(limits.perHour * past.pace));
  const times = [...past.used];
  const after = (back: number, pause: number): number => (times.at(-back) ?? Number.NEGATIVE_INFINITY) + pause;
  for (let i = 0; i <= ahead; i++) {
    const windows = [after(1, limits.apart / past.pace), after(perMinute, minuteWindow), after(perHour, hourWindow)];
    times.push(Math.ceil(Math.max(now, past.notBefore, ...windows)));
  }
  return times.at(-1) ?? now;
}

/**
 * How a pace that was halved comes back: not at all for an hour, then by an eighth of the full pace each hour without a
 * refusal. An hour is the longest window GitHub counts in, so each pace is proved by a whole window before a faster one
 * is tried, and trying too fast a one costs one refusal an hour at most.
 */
export function paceAt(pace: number, slowedAt: number, now: number): number {
  return Math.min(1, pace + Math.floor(Math.max(0, now - slowedAt) / hour) / 8);
}

export interface Pacer {
  /** Takes a place in the line; once for each key. */
  readonly line: (key: string, work: string, credential: string) => Promise<void>;
  /**
   * Waits for the turn of a key. "now": the request counts from now on. "before": it was counted in an earlier run, or its
   * work was cancelled.
   */
  readonly turn: (key: string, credential: string, signal: AbortSignal) => Promise<"now" | "before">;
  readonly slowDown: (credential: string, milliseconds: number) => Promise<void>;
  /** Takes cancelled work out of the line. */
  readonly leave: (works: readonly string[]) => Promise<void>;
}

/**
 * The line before each credential, in the database. A place is taken once and remembered, but counts only when its turn
 * has come: so a late, crashed or cancelled one never makes the windows wrong, and a pause for all moves whoever waits.
 */
export function pacerOf(pool: Pool, clock: Clock, limits: Limits): Pacer {
  const past = async (query: Query, credential: string, now: number): Promise<Past & { readonly slowedAt: number }> => {
    const { rows } = await query("SELECT not_before, pace, slowed_at FROM gha2pulumi.credential WHERE name = $1", [
      credential,
    ]);
    const { rows: slots } = await query(
      "SELECT used_at FROM gha2pulumi.slot WHERE credential = $1 AND used_at > $2 ORDER BY used_at",
      [credential, now - hourWindow],
    );
    const slowedAt = Number(rows[0]?.["slowed_at"] ?? Number.NEGATIVE_INFINITY);
    return {
      used: slots.map((row) => Number(row["used_at"])),
      notBefore: Number(rows[0]?.["not_before"] ?? 0),
      pace: paceAt(Number(rows[0]?.["pace"] ?? 1), slowedAt, now),
      slowedAt,
    };
  };

  /** Counts the request if it may be sent now; otherwise when to ask again. */
  const take = (key: string, credential: string): Promise<"now" | "before" | number> =>
    locked(pool, credential, async (query) => {
      const { rows } = await query("SELECT place, used_at FROM gha2pulumi.slot WHERE key = $1", [key]);
      const own = rows[0];
      if (own === undefined || own["used_at"] !== null) return "before";
      const now = clock.now();
      const known = await past(query, credential, now);
      if (turnOf(known, limits, 0, now) <= now) {
        await query("UPDATE gha2pulumi.slot SET used_at = $2 WHERE key = $1", [key, now]);
        return "now";
      }
      const { rows: before } = await query(
        "SELECT count(*) AS ahead FROM gha2pulumi.slot WHERE credential = $1 AND used_at IS NULL AND place < $2",
        [credential, own["place"]],
      );
      return turnOf(known, limits, Number(before[0]?.["ahead"] ?? 0), now);
    });

  return {
    line: async (key, work, credential) => {
      // Twice the longest window: what is still counted is never thrown away, whichever way the clocks differ.
      const old = Math.floor(clock.now() - 2 * hour);
      await pool.query("DELETE FROM gha2pulumi.slot WHERE credential = $1 AND used_at < $2", [credential, old]);
      await pool.query(
        "INSERT INTO gha2pulumi.slot (key, work, credential) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING",
        [key, work, credential],
      );
    },
    turn: async (key, credential, signal) => {
      for (;;) {
        const answer = await take(key, credential);
        if (typeof answer === "string") return answer;
        await clock.sleep(Math.min(answer - clock.now(), longestWait), signal);
        if (signal.aborted) return "before";
      }
    },
    slowDown: (credential, milliseconds) =>
      locked(pool, credential, async (query) => {
        const now = clock.now();
        const known = await past(query, credential, now);
        const until = Math.max(known.notBefore, Math.ceil(now + Math.max(0, milliseconds)));
        // Requests in flight are refused together: what is refused in a pause or right after it belongs to that pause.
        const same = now < known.slowedAt + minute;
        await query(
          `INSERT INTO gha2pulumi.credential (name, not_before, pace, slowed_at) VALUES ($1, $2, $3, $2)
           ON CONFLICT (name) DO UPDATE SET not_before = excluded.not_before,
             pace = CASE WHEN $4 THEN credential.pace ELSE excluded.pace END,
             slowed_at = CASE WHEN $4 THEN credential.slowed_at ELSE excluded.slowed_at END`,
          [credential, until, Math.max(leastPace, known.pace / 2), same],
        );
      }),
    leave: async (works) => {
      await pool.query("DELETE FROM gha2pulumi.slot WHERE work = ANY($1) AND used_at IS NULL", [[...works]]);
    },
  };
}

function locked<T>(pool: Pool, credential: string, work: (query: Query) => Promise<T>): Promise<T> {
  return transaction(pool, async (query) => {
    await query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`gha2pulumi pace ${credential}`]);
    return work(query);
  });
}
