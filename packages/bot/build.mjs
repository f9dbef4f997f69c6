// The published file set of the bot: `node packages/bot/build.mjs`. What it depends on is installed beside it.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../cli/bundle.mjs";
import { noticesOf } from "../cli/notices.mjs";
import { buildPage } from "./page/build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "dist");
const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

const { outputs } = await bundle({
  folder: here,
  entryPoints: { bin: "src/bin.ts", index: "src/index.ts" },
  outdir,
  external: Object.keys(dependencies),
});

const page = await buildPage();
writeFileSync(join(outdir, "report.html"), page.html);

const wasm = {
  engine: "web-tree-sitter/web-tree-sitter.wasm",
  python: "tree-sitter-python/tree-sitter-python.wasm",
  hcl: "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm",
};
const fromCli = createRequire(join(here, "../cli/package.json"));
const grammars = Object.entries(wasm).map(([name, path]) => [name, fromCli.resolve(path)]);
mkdirSync(join(outdir, "grammars"), { recursive: true });
for (const [name, path] of grammars) copyFileSync(path, join(outdir, "grammars", `${name}.wasm`));

copyFileSync(join(here, "../../LICENSE"), join(here, "LICENSE"));
const bundled = Object.values(outputs).flatMap(({ inputs }) =>
  Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [resolve(here, path.replace(/^lazy-commonjs:/, ""))] : [],
  ),
);
writeFileSync(
  join(here, "THIRD-PARTY-NOTICES.txt"),
  noticesOf([...bundled, ...page.modules, ...grammars.map(([, path]) => path)]),
);
