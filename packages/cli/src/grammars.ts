import { readFileSync } from "node:fs";
import type { Grammars } from "@gha2pulumi/repo";

/** The grammars that lie beside the built program. */
export function readGrammars(): Grammars {
  const read = (name: string): Uint8Array => readFileSync(new URL(`../grammars/${name}.wasm`, import.meta.url));
  return { engine: read("engine"), python: read("python"), hcl: read("hcl") };
}
