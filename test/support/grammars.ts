import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Grammars } from "@gha2pulumi/repo";

const from = createRequire(fileURLToPath(new URL("../../packages/cli/package.json", import.meta.url)));

/** The grammars as the command line ships them. */
export const grammars: Grammars = {
  engine: readFileSync(from.resolve("web-tree-sitter/web-tree-sitter.wasm")),
  python: readFileSync(from.resolve("tree-sitter-python/tree-sitter-python.wasm")),
  hcl: readFileSync(from.resolve("@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm")),
};
