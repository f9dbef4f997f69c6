import type { Clock } from "../../../packages/bot/src/engine/engine.ts";
import { sleepReal } from "../../../packages/bot/src/engine/clock.ts";

/** All processes of a test count from the same moment, so that they agree however often they are started. */
const origin = Date.UTC(2026, 0, 1);

/**
 * Time that runs so many times as fast. DBOS itself goes on in real time (how often it looks for work, what it keeps of
 * begin and end); whatever the engine waits for or compares is of this clock.
 */
export function quickClock(factor: number): Clock {
  return {
    now: () => Math.round(origin + (Date.now() - origin) * factor),
    sleep: (milliseconds, signal) => sleepReal(milliseconds / factor, signal),
  };
}
