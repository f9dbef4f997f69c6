import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lazyCommonJs } from "../../packages/cli/lazy-commonjs.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * Builds programs of the tests that Node runs by itself, as the command line is built, but not minified. What is external
 * is found from `outdir`.
 */
export async function bundled(entryPoints, outdir, external = []) {
  const fromRepo = createRequire(join(root, "packages/repo/package.json"));
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    external,
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
}
