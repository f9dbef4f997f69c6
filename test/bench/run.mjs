// `pnpm bench [--quick] [--only TEXT] [--write-baseline]`: builds the command line and the bench, and runs it.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lazyCommonJs } from "../../packages/cli/lazy-commonjs.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const outdir = join(root, ".bench/built");

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run("packages/cli/build.mjs");
const fromRepo = createRequire(join(root, "packages/repo/package.json"));
await build({
  absWorkingDir: root,
  entryPoints: { main: "test/bench/main.ts", decide: "test/bench/decide-folder.ts" },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  conditions: ["source"],
  // As in the published command line; not minified, so that a profile can tell the modules apart.
  alias: { yaml: join(dirname(fromRepo.resolve("yaml/package.json")), "browser/index.js") },
  plugins: [lazyCommonJs],
  banner: {
    js:
      'import{createRequire as bannerRequire}from"node:module";import{fileURLToPath as bannerPath}from"node:url";' +
      "const require=bannerRequire(import.meta.url),__filename=bannerPath(import.meta.url),__dirname=bannerPath(new URL('.',import.meta.url));",
  },
  logLevel: "warning",
});
run(join(outdir, "main.js"), ...process.argv.slice(2).filter((arg) => arg !== "--"));
