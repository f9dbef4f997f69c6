// `pnpm golden` writes everything that a fixture or a page expects; `pnpm test` compares it.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const tests = ["fixtures", "readme", "explanations", "help", "docs"].map((name) => `test/${name}.test.ts`);
// The reporter is named, so that vitest.config.ts adds none: the result file of a whole test run is left alone.
const vitest = ["run", ...tests, "--config", "vitest.config.ts", "--reporter=default"];
const { status, error } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...vitest], {
  cwd: root,
  env: { ...process.env, GOLDEN: "write" },
  stdio: "inherit",
});
if (error) throw error;
process.exit(status ?? 1);
