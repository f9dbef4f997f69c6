import { byText, type Tree } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { Intent } from "../intents.ts";
import { expressionsOf, usesOf } from "../step-uses.ts";
import type { Host } from "./call-group.ts";

/**
 * The stack outputs that later steps or jobs read from a step, by the names they use; or why they cannot be given.
 * `pulumi/actions` gives every output of the stack under its own name, and what Pulumi printed as `output`:
 * https://github.com/pulumi/actions#stack-outputs
 */
export function outputsRead(
  host: Host,
  step: Step,
  intents: readonly Intent[],
  tree: Tree,
): readonly string[] | string {
  const uses = expressionsOf(host, tree).map(({ source }) => usesOf(source));
  const all = uses.flatMap((one) => one ?? []);
  // How a step ends, whichever it is, the call gives under its name.
  if (uses.includes(undefined) || all.some(({ step: name, output }) => name === undefined && output !== ""))
    return "which outputs of its job are read cannot be told";
  const own = all.filter((use) => use.step === step.id?.toLowerCase());
  if (own.some(({ output }) => output === undefined)) return "its outputs are read as a whole";
  const names = [...new Set(own.flatMap(({ output = "" }) => (output === "" ? [] : [output])))].sort(byText);
  if (names.includes("output")) return "what Pulumi prints is read by a later step";
  if (names.length > 0 && step.uses === undefined) return "outputs of its script are read by a later step";
  const operations = intents.map(({ occurrences: [{ operates }] }) => operates.operation);
  if (names.length > 0 && operations.includes("destroy")) return "outputs of it are read by a later step";
  return names;
}
