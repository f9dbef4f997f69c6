import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFolder } from "../../packages/cli/src/disk.ts";
import { folderOf, manyStacks } from "./generate.ts";
import { interleaved, median, program, ratio } from "./measure.ts";
import { measured, type Measurement } from "./row.ts";

const folders = 1000;
const filesEach = 100;

/** Finding and reading what matters in a large repository, against git's own list of all files. */
export const discovery: Measurement = {
  name: "discovery",
  slow: true,
  measure: async () => {
    const folder = folderOf(manyStacks(10));
    for (let at = 0; at < folders; at++) {
      const below = join(folder, `packages/group-${at % 20}/package-${at}/src`);
      mkdirSync(below, { recursive: true });
      for (let file = 0; file < filesEach; file++) writeFileSync(join(below, `module-${file}.ts`), "");
    }
    program("git", ["add", "-A"], folder);
    const list = (): void => program("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], folder);
    const [git, found] = await interleaved(5, [list, () => readFolder(folder)]);
    rmSync(folder, { recursive: true });
    const note = `${(folders * filesEach).toLocaleString("en")} files, ${median(git).toFixed(0)} ms for git`;
    return [measured("discovery ÷ git ls-files", ratio(found, git), "×", 1.5, note)];
  },
};
