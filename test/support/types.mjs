// Type-checks every package and then the tests: `pnpm types`.
// Each package is checked with its own tsconfig.json, because the pure ones must not even know the names of Node.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const packages = ["repo", "workflow", "deployments", "trust", "migrate", "core", "cli", "bot"];

const hasSources = (name) => {
  const src = join(root, "packages", name, "src");
  return existsSync(src) && readdirSync(src, { recursive: true }).some((file) => file.endsWith(".ts"));
};

const projects = [
  ...packages.filter(hasSources).map((name) => `packages/${name}/tsconfig.json`),
  "packages/bot/page/tsconfig.json",
  "test/tsconfig.json",
];
const seen = new Set();
let failed = false;

for (const project of projects) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const run = spawnSync(process.execPath, [tsc, "--project", project, "--pretty", "false"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.error) throw run.error;
  if (run.status === 0) continue;
  failed = true;
  // A package is read again by those that import it: each diagnostic, with its indented lines, is shown once.
  const fresh = `${run.stdout}${run.stderr}`.split(/\n(?=\S)/).filter((one) => !seen.has(one.trim()));
  fresh.forEach((one) => seen.add(one.trim()));
  process.stdout.write(`${project}\n${fresh.map((one) => `${one.trimEnd()}\n`).join("")}\n`);
}

process.stdout.write(`types: ${projects.length} projects checked, ${failed ? "with errors" : "no errors"}\n`);
process.exit(failed ? 1 : 0);
