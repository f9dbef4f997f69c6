import type { Tree } from "@gha2pulumi/repo";
import { migrate } from "@gha2pulumi/migrate";
import { manyEvents, manyJobs, manyStacks } from "./generate.ts";
import { interleaved, median, ratio } from "./measure.ts";
import { measured, type Measurement, type Row } from "./row.ts";
import { analyse } from "./stages.ts";

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

export const growths: readonly Measurement[] = [
  growth([10, 100], "deciding", analyse, false),
  growth([100, 1000], "deciding", analyse, true),
  growth([10, 100], "the whole plan", whole, false),
];
