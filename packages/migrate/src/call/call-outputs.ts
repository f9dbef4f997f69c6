import type { Step } from "@gha2pulumi/workflow";
import type { Intent } from "../intents.ts";

/**
 * The stack outputs that later steps or jobs read from a step, by the names they use; or why they cannot be given.
 * `pulumi/actions` gives every output of the stack under its own name, and what Pulumi printed as `output`:
 * https://github.com/pulumi/actions#stack-outputs
 */
export function outputsRead(workflow: string, step: Step, intents: readonly Intent[]): readonly string[] | string {
  if (step.id === undefined) return [];
  const id = step.id.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (new RegExp(`steps\\.${id}\\.outputs(?![\\w.-])|steps\\[`).test(workflow))
    return "its outputs are read as a whole";
  const found = workflow.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, "g"));
  const names = [...new Set([...found].map((one) => one[1] ?? ""))].sort();
  if (names.includes("output")) return "what Pulumi prints is read by a later step";
  if (names.length > 0 && step.uses === undefined) return "outputs of its script are read by a later step";
  const operations = intents.map(({ occurrences: [{ operates }] }) => operates.operation);
  if (names.length > 0 && !operations.every((one) => one === "update" || one === "refresh"))
    return "outputs of it are read by a later step";
  return names;
}
