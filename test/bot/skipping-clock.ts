import { performance, type EventLoopUtilization } from "node:perf_hooks";
import type { Clock } from "../../packages/bot/src/engine/engine.ts";

/** Time that is simulated; `stop` ends it. */
export interface SkippingClock extends Clock {
  readonly stop: () => void;
}

/** How often is looked whether everybody waits, in milliseconds, and after how many quiet looks they do. */
const every = 10;
const quietLooks = 3;
/** A share of a look's time. Where a look itself takes more, the process was busy. */
const busy = 0.5;

/**
 * A clock that stands still while this process works, and goes on to the end of the shortest sleep once all of it waits.
 * So hours of waiting take minutes, and a busy machine makes nothing late: what is measured are decisions, not the
 * machine. Server and client have to be in this process.
 */
export function skippingClock(): SkippingClock {
  let now = Date.UTC(2026, 0, 1);
  let quiet = 0;
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const look = (): void => {
    const total = performance.eventLoopUtilization();
    quiet = performance.eventLoopUtilization(total, last).utilization > busy ? 0 : quiet + 1;
    last = total;
    if (quiet < quietLooks || sleepers.size === 0) return;
    quiet = 0;
    now = Math.max(now, Math.min(...[...sleepers].map(({ until }) => until)));
    for (const one of sleepers) if (one.until <= now) one.wake();
  };
  const timer = setInterval(look, every);
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { until: now + Math.max(0, milliseconds), wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      }),
    stop: () => clearInterval(timer),
  };
}
