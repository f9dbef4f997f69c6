import type { Clock, Json, Work } from "../../../packages/bot/src/engine/engine.ts";
import type { Told } from "./effect-server.ts";

/** What one piece of work of these tests does, in turn. */
export type Action =
  { readonly step: string; readonly attempts?: number } | { readonly sleep: number } | { readonly pace: string };

export type Script = { readonly server: string; readonly id: string; readonly actions: readonly Action[] };

export async function tell(server: string, told: Told): Promise<void> {
  const response = await fetch(server, { method: "POST", body: JSON.stringify(told) });
  if (!response.ok) throw new Error(`The effect server answered ${response.status}.`);
  await response.text();
}

/** A piece of work that is told what to do, and tells the effect server what it does. */
export function scripted(clock: Clock, worker: string): Work<never, Json> {
  return {
    name: "scripted",
    run: async ({ server, id, actions }: Script, context) => {
      const made: string[] = [];
      for (const action of actions) {
        if ("sleep" in action) await context.sleep(action.sleep);
        else if ("pace" in action) await context.pace(action.pace);
        else {
          const effect = async (): Promise<string> => {
            await tell(server, { kind: "effect", worker, work: id, step: action.step, at: clock.now() });
            return action.step;
          };
          made.push(await context.step(action.step, effect, action.attempts));
        }
      }
      return made;
    },
  } as Work<never, Json>;
}
