// `pnpm bench [--quick] [--only TEXT] [--write-baseline]`: builds the command line and the bench, and runs it.
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundled } from "../support/bundled.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const outdir = join(root, ".bench/built");

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run("packages/cli/build.mjs");
run("packages/bot/build.mjs");
await bundled({ main: "test/bench/main.ts", decide: "test/bench/decide-folder.ts" }, outdir);
copyFileSync(join(root, "test/bot/rig/description.json"), join(outdir, "description.json"));
// Its libraries are those of the tests.
await bundled({ github: "test/bench/github-program.ts" }, outdir, [
  "@octokit/core",
  "@octokit/graphql-schema",
  "graphql",
  "openapi-backend",
]);
// From this folder the libraries of the bot are found, which are not bundled.
await bundled({ engine: "test/bench/engine-start.ts" }, join(root, "packages/bot/node_modules/.bench"), [
  "@dbos-inc/dbos-sdk",
  "@electric-sql/pglite",
  "pg",
]);
run(join(outdir, "main.js"), ...process.argv.slice(2).filter((arg) => arg !== "--"));
