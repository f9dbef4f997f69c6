import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Tree } from "@gha2pulumi/repo";
import { readFolder } from "../../packages/cli/src/disk.ts";
import { fixtures } from "../support/fixture.ts";
import { chanceOf, mutated } from "./mutations.ts";
import { plannedWrongly } from "./plan.ts";

/** A repository may take this long, in milliseconds; those of the corpus are larger than what is written for a test. */
const longest = { own: 2_000, corpus: 20_000 };

export interface Fuzzed {
  readonly inputs: number;
  readonly seconds: number;
  /** What was wrong, with the seed that shows it again. */
  readonly faults: readonly string[];
  readonly slowest: { readonly seed: number; readonly ms: number };
}

interface Basis {
  readonly name: string;
  readonly kind: "own" | "corpus";
  readonly tree: Tree;
  readonly surroundings: ReadonlyMap<string, string>;
}

/** Every fixture, and the repositories of the corpus where it is at hand. */
export async function bases(corpus: string | undefined): Promise<readonly Basis[]> {
  const own = fixtures().map(({ name, before, surroundings }) => ({
    name,
    kind: "own" as const,
    tree: before,
    surroundings,
  }));
  if (corpus === undefined || !existsSync(corpus)) return own;
  const others: Basis[] = [];
  for (const name of readdirSync(corpus)) {
    const { tree } = await readFolder(join(corpus, name));
    if (tree.size > 0) others.push({ name, kind: "corpus", tree, surroundings: new Map() });
  }
  return [...own, ...others];
}

/** Plans mutated repositories, one for each seed from the first on, until all are done or the time is up. */
export async function fuzz(
  all: readonly Basis[],
  options: { readonly first: number; readonly inputs: number; readonly seconds: number },
  tell: (fault: string) => void = () => undefined,
): Promise<Fuzzed> {
  const start = performance.now();
  const faults: string[] = [];
  let slowest = { seed: options.first, ms: 0 };
  let done = 0;
  for (; done < options.inputs && performance.now() - start < options.seconds * 1000; done++) {
    const seed = options.first + done;
    const began = performance.now();
    const fault = await faultOf(all, seed);
    const ms = performance.now() - began;
    if (ms > slowest.ms) slowest = { seed, ms: Math.round(ms) };
    const most = longest[caseOf(all, seed).kind];
    const late = ms > most && (await tookAgain(all, seed)) > most ? `it took ${Math.round(ms)} ms` : "";
    if (fault === "" && late === "") continue;
    const line = `seed ${seed} (${caseOf(all, seed).name}): ${fault || late}`;
    faults.push(line);
    tell(line);
  }
  return { inputs: done, seconds: Math.round((performance.now() - start) / 1000), faults, slowest };
}

/** Milliseconds of the processor for the same again: on a busy machine anything may take long by the clock. */
async function tookAgain(all: readonly Basis[], seed: number): Promise<number> {
  const began = process.cpuUsage();
  await faultOf(all, seed);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

async function faultOf(all: readonly Basis[], seed: number): Promise<string> {
  const { tree, surroundings } = caseOf(all, seed);
  try {
    return await plannedWrongly(tree, surroundings);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" ") : String(error);
  }
}

/** The repository of a seed: the same for the same seed and fixtures. */
export function caseOf(all: readonly Basis[], seed: number): Basis {
  const chance = chanceOf(seed);
  const { name, kind, tree, surroundings } = chance.of(all);
  return { name, kind, tree: mutated(tree, chance.of(all).tree, chance), surroundings };
}
