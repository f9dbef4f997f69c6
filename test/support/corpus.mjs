// `pnpm corpus` scores the command line against repositories that were labelled by hand; `--dispositions` counts what
// becomes of all operations instead. The corpus is other people's code and lies beside this repository, not in it;
// without it there is nothing to do.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundled.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const score = "../shared/tools/score-corpus.mjs";
const repositories = "../shared/corpus/repos";
const program = "packages/cli/dist/bin.js";

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const extra = process.argv.slice(2).filter((arg) => arg !== "--");
const counts = extra.includes("--dispositions");
const needed = counts ? repositories : score;
if (!existsSync(join(root, needed))) {
  console.log(`The corpus is not here (${needed}), so nothing was measured.`);
  process.exit(0);
}
if (counts) {
  await bundled({ dispositions: "test/corpus/dispositions.ts" }, join(root, ".bench/corpus"));
  const options = extra.filter((arg) => arg !== "--dispositions");
  run(".bench/corpus/dispositions.js", "--repos", repositories, ...options);
} else {
  if (!existsSync(join(root, program))) run("packages/cli/build.mjs");
  run(score, "--verbose", ...extra, "--", "node", program, "plan", "--format", "json");
}
