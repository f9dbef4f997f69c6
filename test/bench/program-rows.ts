import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { folderOf, manyStacks } from "./generate.ts";
import { excess, interleaved, median, peakMemory, program } from "./measure.ts";
import { measured, type Measurement } from "./row.ts";

/** The top of the repository: the bench runs from `.bench/built`. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "packages/cli/dist/bin.js");

/** Whole programs, as a person starts them, each against one that does less. */
export const programs: Measurement = {
  name: "programs",
  slow: false,
  measure: async () => {
    const folder = folderOf(manyStacks(10));
    const node =
      (...args: readonly string[]) =>
      (): void =>
        program(process.execPath, args, folder);
    const works = [
      node("-e", "0"),
      node(bin, "--version"),
      node(join(root, ".bench/built/decide.js"), folder),
      node(bin, "plan", folder),
    ];
    const [bare, version, decided, plan] = await interleaved(7, works);
    const memory = peakMemory([bin, "plan", folder], folder);
    rmSync(folder, { recursive: true });
    return [
      measured(
        "start: --version over node -e 0",
        excess(version, bare),
        "ms",
        25,
        `${median(bare).toFixed(0)} ms for node itself`,
      ),
      measured(
        "ten workflows: read and decide, over start",
        excess(decided, version),
        "ms",
        150,
        "a program of its own",
      ),
      measured(
        "ten workflows: whole plan, over start",
        excess(plan, version),
        "ms",
        900,
        "settings program, diff, proof",
      ),
      measured("ten workflows: memory of the plan", memory, "MB", undefined, "peak resident set"),
    ];
  },
};
