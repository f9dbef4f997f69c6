import { DBOS } from "@dbos-inc/dbos-sdk";
import { contextOf, never, type Surroundings } from "./context.ts";
import type { Json, Work } from "./engine.ts";
import { checkedJson } from "./json.ts";

/** After so many starts without an end DBOS gives work up; long work in short-lived processes may well need many. */
const maxRecoveryAttempts = 1_000;

export interface Shared extends Surroundings {
  /** What ends the waits of each piece of work that runs here. */
  readonly running: Map<string, AbortController>;
}

/** Makes a piece of work known to DBOS, which has to happen before it is launched. */
export function workflowOf(work: Work<Json, Json>, shared: Shared): (input: Json) => Promise<Json> {
  const run = async (input: Json): Promise<Json> => {
    const id = DBOS.workflowID ?? "";
    const stop = new AbortController();
    shared.running.set(id, stop);
    if (shared.halted()) stop.abort();
    const context = contextOf(id, shared, stop.signal);
    try {
      return checkedJson(`What ${work.name} gives for ${id}`, await work.run(input, context));
    } catch (error) {
      if (shared.halted()) return await never;
      // Those of DBOS say that this run is over (cancelled, or gone on elsewhere), and are not its outcome.
      if (error instanceof Error && "dbosErrorCode" in error) throw error;
      throw new Error(error instanceof Error ? error.message : String(error));
    } finally {
      await context.leave();
      if (shared.running.get(id) === stop) shared.running.delete(id);
    }
  };
  return DBOS.registerWorkflow(run, { name: work.name, maxRecoveryAttempts });
}
