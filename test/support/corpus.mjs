// `pnpm corpus` scores the command line against repositories that were labelled by hand. The corpus is other people's
// code and lies beside this repository, not in it; without it there is nothing to do.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const score = "../shared/tools/score-corpus.mjs";
const program = "packages/cli/dist/bin.js";

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(root, score))) {
  console.log(`The labelled corpus is not here (${score}), so nothing was scored.`);
  process.exit(0);
}
if (!existsSync(join(root, program))) run("packages/cli/build.mjs");

const extra = process.argv.slice(2).filter((arg) => arg !== "--");
run(score, "--verbose", ...extra, "--", "node", program, "plan", "--format", "json");
