// One process with an engine: `node worker-program.js CONFIG`. It asks for all work of its configuration, prints how it
// ended, and ends; the tests kill it before. What it waits for, it tells the effect server.
import type { Clock, EngineOptions, Json, Work } from "../../../packages/bot/src/engine/engine.ts";
import { SessionLost, StateInUse, WorkerInUse } from "../../../packages/bot/src/engine/errors.ts";
import { openEngine } from "../../../packages/bot/src/engine/open.ts";
import { quickClock } from "./quick-clock.ts";
import { scripted, tell, type Action, type Script } from "./works.ts";

export interface Config extends Omit<EngineOptions, "works" | "clock"> {
  readonly server: string;
  readonly worker: string;
  readonly factor: number;
  readonly work: readonly { readonly id: string; readonly partition: string; readonly actions: readonly Action[] }[];
}

const { server, factor, work: asked, ...options } = JSON.parse(process.argv[2] ?? "{}") as Config;
const plain = quickClock(factor);
const clock: Clock = {
  now: plain.now,
  sleep: async (milliseconds, signal) => {
    const at = plain.now();
    await tell(server, { kind: "asleep", worker: options.worker, work: "", step: "", at, until: at + milliseconds });
    await plain.sleep(milliseconds, signal);
  },
};

try {
  const work = scripted(clock, options.worker);
  const engine = await openEngine({ ...options, works: [work], clock });
  for (const { id, partition, actions } of asked)
    await engine.enqueue(work as unknown as Work<Script, Json>, id, { server, id, actions }, { partition });
  console.log("ready");
  for await (const ended of engine.ended(asked.map(({ id }) => id))) console.log(JSON.stringify(ended));
  await engine.close();
} catch (error) {
  if (!(error instanceof StateInUse || error instanceof WorkerInUse || error instanceof SessionLost)) throw error;
  console.log(`${error.name}: ${error.message}`);
  process.exitCode = error instanceof SessionLost ? 4 : 2;
}
