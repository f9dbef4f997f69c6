import type { Tree } from "@gha2pulumi/repo";
import { migrate } from "@gha2pulumi/migrate";
import { jobsInWorkflows, manyEvents, manyJobs, manyStacks } from "./generate.ts";
import { interleaved, median, ratio } from "./measure.ts";
import { measured, type Measurement, type Row } from "./row.ts";
import { analyse, proofTimes } from "./stages.ts";

const kinds: readonly (readonly [string, (size: number) => Tree])[] = [
  ["jobs", manyJobs],
  ["stacks", manyStacks],
  ["events", manyEvents],
];

/** What one costs among many, by what it costs among few: 1 is linear, 10 is quadratic from each size to the next. */
function growth(
  sizes: readonly [number, number],
  steps: string,
  work: (tree: Tree) => unknown,
  slow: boolean,
): Measurement {
  const [few, many] = sizes;
  return {
    name: `growth ${steps} ${many}`,
    slow,
    measure: async () => {
      const rows: Row[] = [];
      for (const [kind, make] of kinds) {
        const trees = [make(few), make(many)];
        const [small, large] = await interleaved(
          many >= 1000 ? 1 : 3,
          trees.map((tree) => () => work(tree)),
        );
        const note = `${(median(small) / few).toFixed(2)} ms → ${(median(large) / many).toFixed(2)} ms each`;
        rows.push(
          measured(`growth of ${steps}, ${few} → ${many} ${kind}`, (ratio(large, small) * few) / many, "×", 1.5, note),
        );
      }
      return rows;
    },
  };
}

const whole = (tree: Tree): Promise<unknown> => migrate({ tree, surroundings: new Map() }, undefined);

/** The proof alone, by the jobs of the workflows that it is about. */
const proofs: Measurement = {
  name: "growth the proof 1000",
  slow: true,
  measure: async () => {
    const sizes = [10, 100, 1000];
    const times = await proofTimes(3, sizes.map(jobsInWorkflows));
    return sizes.slice(1).map((many, at) => {
      const few = sizes[at] ?? Number.NaN;
      const [small, large] = [times[at], times[at + 1]];
      const note = `${(median(small) / few).toFixed(2)} ms → ${(median(large) / many).toFixed(2)} ms each`;
      return measured(`growth of the proof, ${few} → ${many} jobs`, (ratio(large, small) * few) / many, "×", 1.5, note);
    });
  },
};

export const growths: readonly Measurement[] = [
  growth([10, 100], "deciding", analyse, false),
  growth([100, 1000], "deciding", analyse, true),
  growth([10, 100], "the whole plan", whole, false),
  proofs,
];
