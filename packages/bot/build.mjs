// The published file set of the bot: `node packages/bot/build.mjs`. What it depends on is installed beside it.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../cli/bundle.mjs";
import { copyGrammars } from "../cli/grammars.mjs";
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

const grammars = copyGrammars(outdir);

copyFileSync(join(here, "../../LICENSE"), join(here, "LICENSE"));
const bundled = Object.values(outputs).flatMap(({ inputs }) =>
  Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [resolve(here, path.replace(/^lazy-commonjs:/, ""))] : [],
  ),
);
writeFileSync(join(here, "THIRD-PARTY-NOTICES.txt"), noticesOf([...bundled, ...page.modules, ...grammars]));
