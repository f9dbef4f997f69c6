// `pnpm fuzz [--inputs N] [--seconds N] [--first SEED] [--corpus FOLDER]`: plans mutated repositories until all are done.
// With `--show SEED` it prints the repository of one seed instead.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundled } from "../support/bundled.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const outdir = join(root, ".bench/fuzz");

await bundled({ main: "test/fuzz/main.ts" }, outdir);
const args = process.argv.slice(2).filter((arg) => arg !== "--");
process.exit(
  spawnSync(process.execPath, [join(outdir, "main.js"), ...args], { cwd: root, stdio: "inherit" }).status ?? 1,
);
