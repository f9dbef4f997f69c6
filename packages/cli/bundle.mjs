// One program as ESM files that start at once: what is loaded later is a chunk of its own.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lazyCommonJs } from "./lazy-commonjs.mjs";
import { withoutLibFiles } from "./without-lib-files.mjs";

const here = dirname(fileURLToPath(import.meta.url));

// With `platform: "node"`, yaml resolves to its CommonJS build, which an ESM bundle cannot start.
const fromRepo = createRequire(join(here, "../repo/package.json"));
export const yaml = join(dirname(fromRepo.resolve("yaml/package.json")), "browser/index.js");

// CommonJS packages inside the bundle use names that ESM has not: TypeScript, inside ts-morph, all three.
const requireBanner =
  'import{createRequire as bannerRequire}from"node:module";const require=bannerRequire(import.meta.url);\n';
const placeBanner =
  'import{fileURLToPath as bannerPath}from"node:url";import{dirname as bannerFolder}from"node:path";' +
  "const __filename=bannerPath(import.meta.url),__dirname=bannerFolder(__filename);\n";

function bannerOf(text) {
  return `${/typeof require\s*[<!=]/.test(text) ? requireBanner : ""}${/\b__(file|dir)name\b/.test(text) ? placeBanner : ""}`;
}

/** Builds the entry points of a package into its folder, which is emptied first; `bin` may be run. Gives esbuild's metafile. */
export async function bundle({ folder, entryPoints, outdir, alias = {}, external = [] }) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["source"],
    alias: { yaml, ...alias },
    external,
    plugins: [lazyCommonJs, withoutLibFiles],
    chunkNames: "chunks/[name]-[hash]",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  rmSync(outdir, { recursive: true, force: true });
  for (const file of outputFiles) {
    const entry = file.path === join(outdir, "bin.js");
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, (entry ? "#!/usr/bin/env node\n" : "") + bannerOf(file.text) + file.text);
    if (entry) chmodSync(file.path, 0o755);
  }
  return metafile;
}
