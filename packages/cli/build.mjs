// The published file set: `node build.mjs [--outdir DIR] [--engine FILE]`.
// `--engine` puts another module in the place of `@gha2pulumi/migrate`, for tests of the command line alone.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundle, yaml } from "./bundle.mjs";
import { copyGrammars } from "./grammars.mjs";
import { noticesOf, packageOf } from "./notices.mjs";
import { buildPage } from "../bot/page/build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { outdir: { type: "string" }, engine: { type: "string" } } });
const outdir = resolve(values.outdir ?? join(here, "dist"));

const metafile = await bundle({
  folder: here,
  entryPoints: { bin: "src/main.ts" },
  outdir,
  alias: values.engine === undefined ? {} : { "@gha2pulumi/migrate": resolve(values.engine) },
  // Published beside this package, and loaded only when it is asked for.
  external: ["@gha2pulumi/bot"],
});

// Transforms that people run by themselves, with their own jscodeshift: one file each, which its runner can require.
const codemods = await build({
  absWorkingDir: here,
  stdin: {
    contents: 'export { transform as default } from "./src/codemods/pulumi-trust.ts";',
    resolveDir: join(here, "../trust"),
  },
  outfile: join(outdir, "codemods/pulumi-trust.cjs"),
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  conditions: ["source"],
  alias: { yaml },
  minify: true,
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
});
mkdirSync(join(outdir, "codemods"), { recursive: true });
for (const { path, text } of codemods.outputFiles) writeFileSync(path, text);

const grammars = copyGrammars(outdir);

// The page that `audit --format html` puts an audit into, beside the code that reads it.
const page = await buildPage();
writeFileSync(join(outdir, "report.html"), page.html);

// What other programs compile against. These modules hold types and nothing else, so they are declarations as they stand.
const types = ["plan-document", "audit-document"];
mkdirSync(join(outdir, "types"), { recursive: true });
for (const name of types) {
  const text = readFileSync(join(here, `../migrate/src/report/${name}.ts`), "utf8");
  writeFileSync(join(outdir, `types/${name}.d.ts`), text.replaceAll('.ts";', '.js";'));
}
writeFileSync(join(outdir, "types/index.d.ts"), types.map((name) => `export type * from "./${name}.js";\n`).join(""));

// Which packages each chunk holds: a test reads it to see what `--version` loads.
const chunks = Object.entries(metafile.outputs).map(([output, { inputs }]) => {
  const names = Object.keys(inputs).map(
    (input) => packageOf(resolve(here, input.replace(/^lazy-commonjs:/, "")))?.name ?? "gha2pulumi",
  );
  return [relative(outdir, resolve(here, output)), [...new Set(names)].sort()];
});
writeFileSync(join(outdir, "meta.json"), `${JSON.stringify(Object.fromEntries(chunks.sort()), null, 2)}\n`);

if (values.outdir === undefined) {
  copyFileSync(join(here, "../../LICENSE"), join(here, "LICENSE"));
  const outputs = [metafile, codemods.metafile].flatMap((one) => Object.values(one.outputs));
  const bundled = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [resolve(here, path.replace(/^lazy-commonjs:/, ""))] : [],
    ),
  );
  writeFileSync(join(here, "THIRD-PARTY-NOTICES.txt"), noticesOf([...bundled, ...page.modules, ...grammars]));
}
