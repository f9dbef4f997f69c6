import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

type Work = () => unknown;

/** Milliseconds a piece of work takes. */
export async function timed(work: Work): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/**
 * Each piece of work several times, in turn (A B A B …), after one round that does not count: when the machine slows
 * down it does so for all of them, so what is compared round by round holds where single times do not.
 */
export async function interleaved(runs: number, works: readonly Work[]): Promise<readonly (readonly number[])[]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round <= runs; round++) {
    for (const [at, work] of works.entries()) {
      const time = await timed(work);
      if (round > 0) times[at]?.push(time);
    }
  }
  return times;
}

/** How many times as long one takes as another, round by round; the median of the rounds. */
export function ratio(of: readonly number[] = [], to: readonly number[] = []): number {
  return median(of.map((time, round) => time / (to[round] ?? Number.NaN)));
}

/** How much longer one takes than another, round by round; the median of the rounds. */
export function excess(of: readonly number[] = [], over: readonly number[] = []): number {
  return median(of.map((time, round) => time - (over[round] ?? Number.NaN)));
}

export function median(values: readonly number[] = []): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? middle : (middle + (sorted[sorted.length / 2 - 1] ?? middle)) / 2;
}

/** Runs a program to its end, its output thrown away; an exit code that no plan has is an error. */
export function program(command: string, args: readonly string[], cwd: string): void {
  const { status, error, stderr } = spawnSync(command, args, { cwd, maxBuffer: 512 * 1024 * 1024 });
  if (error) throw error;
  if (status === null || ![0, 10, 11, 12].includes(status))
    throw new Error(`${command} ${args.join(" ")}: ${String(stderr)}`);
}

const tellsPeak =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('peak='+process.resourceUsage().maxRSS))";

/** The most memory that a Node program has held, in MB. */
export function peakMemory(args: readonly string[], cwd: string): number {
  const { stderr } = spawnSync(process.execPath, ["--import", tellsPeak, ...args], {
    cwd,
    maxBuffer: 512 * 1024 * 1024,
  });
  return Number(/peak=(\d+)$/.exec(String(stderr))?.[1]) / 1024;
}

/** The same of a program that this process has to serve meanwhile, with what it printed; a failure is an error. */
export async function peakOf(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly memory: number; readonly out: string }> {
  const child = spawn(process.execPath, ["--import", tellsPeak, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (part) => (out += String(part)));
  child.stderr.on("data", (part) => (err += String(part)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
  return { memory: Number(/peak=(\d+)$/.exec(err)?.[1]) / 1024, out };
}
