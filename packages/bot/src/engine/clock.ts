import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "./engine.ts";

/** Longer waits overflow the timer of Node, which then fires at once. */
const longest = 2 ** 31 - 1;

/** Sleeps so many milliseconds of this machine, or until the signal; both just end. */
export async function sleepReal(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  const wait = Math.min(Math.max(0, milliseconds), longest);
  await pause(wait, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
}

export const systemClock: Clock = { now: () => Date.now(), sleep: sleepReal };
