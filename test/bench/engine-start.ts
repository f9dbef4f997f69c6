// One start of the bot's engine: `node engine-start.js FOLDER COUNT`, with so many pieces of work. Prints how long the
// start and the work took, in milliseconds, and the memory it has held, in MB.
import type { Json, Work } from "../../packages/bot/src/engine/engine.ts";
import { openEngine } from "../../packages/bot/src/engine/open.ts";

const [state = "", count = "0"] = process.argv.slice(2);
const work: Work<null, Json> = {
  name: "three steps",
  run: async (_, context) => {
    for (const step of ["read", "plan", "write"]) await context.step(step, async () => step);
    return null;
  },
};
const limits = { perMinute: 80, perHour: 500, apart: 1_000 };
const works = [work as unknown as Work<never, Json>];
const engine = await openEngine({ state, works, limits, concurrency: 20, perPartition: 20 });
const start = performance.now();
const ids = Array.from({ length: Number(count) }, (_, i) => `${i}`);
for (const id of ids) await engine.enqueue(work, id, null, { partition: "acme" });
for await (const ended of engine.ended(ids)) if ("error" in ended) throw new Error(ended.error);
const end = performance.now();
await engine.close();
// `performance.now()` counts from the start of the process: loading the libraries is part of the start.
console.log(JSON.stringify({ start, work: end - start, memory: process.resourceUsage().maxRSS / 1024 }));
