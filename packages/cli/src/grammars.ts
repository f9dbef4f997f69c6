import { readFileSync } from "node:fs";
import { grammarsFrom, type Grammars } from "@gha2pulumi/repo";

/** The grammars that lie beside the built program. */
export function readGrammars(): Grammars {
  return grammarsFrom((name) => readFileSync(new URL(`../grammars/${name}.wasm`, import.meta.url)));
}
