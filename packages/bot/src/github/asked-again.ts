import type { Clock } from "../engine/engine.ts";
import { isTrouble } from "./github-error.ts";

const mostAttempts = 4;
/** Milliseconds before the second attempt; each later pause is twice the one before. */
const firstPause = 2000;

/** What a read gives that is no step of durable work, which would wait longer: a connection that breaks is not the end. */
export async function askedAgain<T>(clock: Clock, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!isTrouble(error, "unreachable") || attempt === mostAttempts) throw error;
    }
    await clock.sleep(firstPause * 2 ** (attempt - 1));
  }
}
