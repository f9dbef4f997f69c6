// `pnpm golden` writes the plug-in indexes and everything a fixture expects; with --check it writes nothing and fails
// where something differs.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

const { GOLDEN: _, ...environment } = process.env;
const env = values.check ? environment : { ...environment, GOLDEN: "write" };

function run(script, ...args) {
  const { status, error } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  if (error) throw error;
  return status === 0;
}

// The reporter is named, so that vitest.config.ts adds none: the result file of a whole test run is left alone.
const vitest = [
  "run",
  "test/fixtures.test.ts",
  "test/readme.test.ts",
  "test/explanations.test.ts",
  "test/help.test.ts",
  // Half a minute of commands; `pnpm test` compares them, so `pnpm check` does not again.
  ...(values.check ? [] : ["test/docs.test.ts"]),
  "--config",
  "vitest.config.ts",
  "--reporter=default",
];
const indexes = run("test/support/plug-in-index.mjs", ...(values.check ? ["--check"] : []));
const fixtures = (indexes || values.check) && run("node_modules/vitest/vitest.mjs", ...vitest);

process.exit(indexes && fixtures ? 0 : 1);
