import { apply, type Tree } from "@gha2pulumi/repo";
import { decide } from "../../packages/migrate/src/decide.ts";
import type { Held, Plan } from "../../packages/migrate/src/decision.ts";
import { readProven } from "../../packages/migrate/src/effects.ts";
import { findIntents } from "../../packages/migrate/src/intents.ts";
import { prove } from "../../packages/migrate/src/prove.ts";
import { mayRunPulumi } from "../../packages/migrate/src/stories.ts";
import { readWorld } from "../../packages/migrate/src/world.ts";
import { write } from "../../packages/migrate/src/write.ts";
import { timed } from "./measure.ts";

const nothingHeld: Held = {
  all: undefined,
  stacks: new Map(),
  operations: new Map(),
  refused: new Map(),
  calls: new Map(),
};

/** Reads, recognises and decides. */
export function analyse(tree: Tree): Plan {
  const world = { ...readWorld({ tree, surroundings: new Map() }), declared: [] };
  return decide(findIntents(world), world, nothingHeld);
}

/** The proof of a tree's own plan as work of its own, and how many workflows it is about: all is read before. */
async function proving(tree: Tree): Promise<{ readonly work: () => unknown; readonly workflows: number }> {
  const before = await readProven({ tree, surroundings: new Map() }, undefined);
  const { changes } = await write(decide(findIntents(before), before, nothingHeld), before, undefined);
  const workflows = changes.filter(({ path }) => path.startsWith(".github/workflows/")).length;
  const after = await readProven({ tree: apply(tree, changes), surroundings: new Map() }, undefined);
  return { work: () => prove(before, after), workflows };
}

/** Milliseconds of the proof alone, and how many workflows it is about. */
export async function proofOf(tree: Tree): Promise<{ readonly time: number; readonly workflows: number }> {
  const { work, workflows } = await proving(tree);
  work();
  return { time: workflows === 0 ? 0 : await timed(work), workflows };
}

/** Milliseconds of the proof of each tree, read anew for every round: what one round has found out serves no other. */
export async function proofTimes(rounds: number, trees: readonly Tree[]): Promise<readonly (readonly number[])[]> {
  const times = trees.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, tree] of trees.entries()) {
      const { work } = await proving(new Map(tree));
      const time = await timed(work);
      if (round > 0) times[at]?.push(time);
    }
  }
  return times;
}

/** A tree without the workflows that cannot run Pulumi: they are sifted out by a look at their text. */
export function prefiltered(tree: Tree): Tree {
  const world = { ...readWorld({ tree, surroundings: new Map() }), declared: [] };
  const { workflows } = world.repository;
  return new Map(
    [...tree].filter(([path]) => {
      const workflow = workflows.get(path);
      return workflow === undefined ? !path.startsWith(".github/workflows/") : mayRunPulumi(workflow, world);
    }),
  );
}
