// The grammars that a published package has beside its code: read when a file needs them.
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const wasm = {
  engine: "web-tree-sitter/web-tree-sitter.wasm",
  python: "tree-sitter-python/tree-sitter-python.wasm",
  hcl: "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm",
};
const fromHere = createRequire(join(dirname(fileURLToPath(import.meta.url)), "package.json"));

/** Copies them to `grammars/` of a folder. Gives the files they are copies of, whose licences go with them. */
export function copyGrammars(outdir) {
  mkdirSync(join(outdir, "grammars"), { recursive: true });
  return Object.entries(wasm).map(([name, path]) => {
    const file = fromHere.resolve(path);
    copyFileSync(file, join(outdir, "grammars", `${name}.wasm`));
    return file;
  });
}
