import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { bases, caseOf, fuzz } from "./run.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    seconds: { type: "string", default: "86400" },
    first: { type: "string", default: "1" },
    corpus: { type: "string" },
    show: { type: "string" },
  },
});

// The work is done in a thread, and this one looks whether it goes on: what never ends is found too.
const silence = 30_000;

if (!isMainThread) await work();
else if (values.show === undefined) watch();
else await show(Number(values.show));

async function show(seed: number): Promise<void> {
  const { name, tree, surroundings } = caseOf(await bases(values.corpus), seed);
  console.log(`# ${name}`, Object.fromEntries(surroundings));
  for (const [path, text] of tree) console.log(`\n## ${path}\n${text}`);
}

async function work(): Promise<void> {
  const all = await bases(values.corpus);
  const batch = 100;
  const [first, inputs, seconds] = [Number(values.first), Number(values.inputs), Number(values.seconds)];
  const end = performance.now() + seconds * 1000;
  let found = 0;
  let slowest = { seed: first, ms: 0 };
  let done = 0;
  while (done < inputs && performance.now() < end) {
    const options = { first: first + done, inputs: Math.min(batch, inputs - done), seconds };
    const part = await fuzz(all, options, (fault) => console.log(fault));
    done += part.inputs;
    found += part.faults.length;
    if (part.slowest.ms > slowest.ms) slowest = part.slowest;
    parentPort?.postMessage(first + done);
  }
  console.log(
    `${done} inputs from ${all.length} repositories: ${found} faults; slowest ${slowest.ms} ms (seed ${slowest.seed})`,
  );
  process.exitCode = found > 0 ? 1 : 0;
}

function watch(): void {
  const worker = new Worker(fileURLToPath(import.meta.url), { argv: process.argv.slice(2) });
  let next = Number(values.first);
  const stop = (): void => {
    console.log(`no end: one of the 100 seeds from ${next} on runs for more than ${silence / 1000} s`);
    process.exit(1);
  };
  // The first part reads the corpus too.
  let timer = setTimeout(stop, 10 * silence);
  worker.on("message", (seed: number) => {
    next = seed;
    clearTimeout(timer);
    timer = setTimeout(stop, 4 * silence);
  });
  // A run that is broken off says how far it came.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      console.log(`broken off after ${next - Number(values.first)} inputs`);
      process.exit(130);
    });
  worker.on("exit", (code) => {
    clearTimeout(timer);
    process.exitCode = code;
  });
}
