// Builds the evaluator of ESC environments that `go/` pins, unless it is in the cache already, and prints where it is.
import { fileURLToPath } from "node:url";
import { buildProgram, builtProgram } from "../support/go-build.mjs";

const module = fileURLToPath(new URL("go/", import.meta.url));

/** Where the evaluator that is built from this tree lies, or will lie. */
export function builtEvaluator() {
  return builtProgram(module, "relay", "esc-evaluate", ["main.go"]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildProgram(module, builtEvaluator(), ".");
