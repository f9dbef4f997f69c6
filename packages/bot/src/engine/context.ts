import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Clock, Context, Json } from "./engine.ts";
import { checkedJson } from "./json.ts";
import type { Pacer } from "./pace.ts";

/** The pause after a first failure, in milliseconds; it doubles each time. */
const firstPause = 1_000;
const longestPause = 5 * 60_000;
/** A sleep looks this often, in milliseconds of the engine's clock, whether another process has cancelled its work. */
const longestSleep = 5 * 60_000;

/** What all work of one engine shares. */
export interface Surroundings {
  readonly clock: Clock;
  readonly pacer: Pacer;
  /** True once the engine is closed or lost: nothing goes on any more. */
  readonly halted: () => boolean;
  readonly cancelled: (id: string) => Promise<boolean>;
  /** The steps whose effects are being made or remembered. */
  readonly steps: Set<symbol>;
}

/** Waits for ever: what is halted neither goes on nor fails, since a failure would be remembered as the outcome. */
export const never = new Promise<never>(() => undefined);

type Outcome = { readonly output: Json } | { readonly failed: Failure };

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly fields: { readonly [key: string]: Json };
}

interface Paced {
  readonly credential: string;
  readonly fresh: boolean;
}

interface Made {
  readonly name: string;
  readonly effect: () => Promise<Json>;
  readonly attempts: number;
  readonly by: Paced | undefined;
  readonly step: symbol;
}

/** The context of one run of one piece of work. `signal` ends its waits, when it is cancelled or the engine halts. */
export function contextOf(
  id: string,
  shared: Surroundings,
  signal: AbortSignal,
): Context & { readonly leave: () => Promise<void> } {
  const { clock, pacer } = shared;
  let turns = 0;
  let inLine = 0;
  /** The credential the next step writes with, and whether its turn was counted in this run and is still to be used. */
  let paced: Paced | undefined;

  const going = async <T>(work: () => Promise<T>): Promise<T> => {
    if (shared.halted()) return never;
    try {
      const result = await work();
      return shared.halted() ? await never : result;
    } catch (error) {
      if (shared.halted()) return never;
      throw error;
    }
  };

  /** A pause within a step: it is no effect that closing would have to wait for. */
  const aside = async (step: symbol, wait: () => Promise<unknown>): Promise<void> => {
    shared.steps.delete(step);
    await wait();
    if (shared.halted()) await never;
    shared.steps.add(step);
  };

  const attempt = async (made: Made): Promise<Outcome> => {
    for (let failed = 0; ;) {
      if (made.by !== undefined && (failed > 0 || !made.by.fresh)) {
        const { credential } = made.by;
        const key = `${id} again ${crypto.randomUUID()}`;
        await pacer.line(key, id, credential);
        await aside(made.step, () => pacer.turn(key, credential, signal));
      }
      if (signal.aborted) return { failed: { name: "Error", message: "cancelled", fields: {} } };
      try {
        return { output: checkedJson(`What the step ${made.name} gives`, await made.effect()) };
      } catch (error) {
        if (++failed >= made.attempts) return { failed: failureOf(error) };
      }
      const pause = Math.min(longestPause, firstPause * 2 ** (failed - 1));
      await aside(made.step, () => clock.sleep(pause, signal));
    }
  };

  return {
    step: (name, effect, attempts = 1) => {
      const by = paced;
      paced = undefined;
      return going(async () => {
        const step = Symbol(name);
        shared.steps.add(step);
        const made = { name, effect, attempts, by, step };
        const outcome = await DBOS.runStep(() => attempt(made), { name }).finally(() => shared.steps.delete(step));
        if ("failed" in outcome) throw errorOf(outcome.failed);
        return outcome.output as Awaited<ReturnType<typeof effect>>;
      });
    },
    sleep: (milliseconds) =>
      going(async () => {
        // The moment is remembered and not the duration, so that a crash does not begin the sleep anew.
        const until = await DBOS.runStep(async () => clock.now() + milliseconds, { name: "sleep" });
        while (clock.now() < until && !signal.aborted) {
          await clock.sleep(Math.min(until - clock.now(), longestSleep), signal);
          if (clock.now() < until && !signal.aborted && (await shared.cancelled(id))) return;
        }
      }),
    pace: (credential) => {
      const key = `${id} ${turns++}`;
      return going(async () => {
        inLine++;
        await DBOS.runStep(() => pacer.line(key, id, credential), { name: `pace ${credential}` });
        const turn = await pacer.turn(key, credential, signal);
        inLine--;
        paced = { credential, fresh: turn === "now" };
      });
    },
    /** What a piece of work leaves waiting when it ends would hold up the others. */
    leave: async () => {
      if (inLine > 0) await pacer.leave([id]);
    },
  };
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), fields: {} };
  const fields = Object.entries(error).filter(
    (entry): entry is [string, string | number | boolean] =>
      !["name", "message", "stack"].includes(entry[0]) &&
      (["string", "boolean"].includes(typeof entry[1]) || Number.isFinite(entry[1])),
  );
  return { name: error.name, message: error.message, fields: Object.fromEntries(fields) };
}

function errorOf({ name, message, fields }: Failure): Error {
  return Object.assign(new Error(message), fields, { name });
}
