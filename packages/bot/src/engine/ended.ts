import type { GetWorkflowsInput, WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { sleepReal } from "./clock.ts";
import type { Ended, Json } from "./engine.ts";
import { UnknownWork } from "./errors.ts";

/** How often the database is asked, in milliseconds, and about how many pieces of work at a time. */
const every = 200;
const atATime = 500;
const ends = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"] as const;

/** Gives each piece of work as it ends; throws the reason of the signal once there is nothing to wait for any more. */
export async function* endedOf<Output extends Json>(
  ids: readonly string[],
  list: (asked: GetWorkflowsInput) => Promise<readonly WorkflowStatus[]>,
  over: AbortSignal,
): AsyncGenerator<Ended<Output>> {
  const left = new Set(ids);
  const parts = (): readonly (readonly string[])[] => {
    const all = [...left];
    return Array.from({ length: Math.ceil(all.length / atATime) }, (_, i) => all.slice(i * atATime, (i + 1) * atATime));
  };

  const known = new Set<string>();
  for (const workflowIDs of parts())
    for (const one of await list({ workflowIDs: [...workflowIDs], loadInput: false, loadOutput: false }))
      known.add(one.workflowID);
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) throw new UnknownWork(unknown);

  while (left.size > 0) {
    for (const workflowIDs of parts()) {
      const asked = { workflowIDs: [...workflowIDs], status: [...ends], loadInput: false };
      for (const one of await list(asked)) {
        left.delete(one.workflowID);
        yield outcomeOf<Output>(one);
      }
    }
    if (left.size > 0) await sleepReal(every, over);
  }
}

function outcomeOf<Output extends Json>({ workflowID: id, status, output, error }: WorkflowStatus): Ended<Output> {
  if (status === "SUCCESS") return { id, output: output as Output };
  if (status === "CANCELLED") return { id, error: "cancelled" };
  if (status === "ERROR") return { id, error: error instanceof Error ? error.message : String(error) };
  return { id, error: "given up: it was started again and again and never ended" };
}
