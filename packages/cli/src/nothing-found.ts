import { printable } from "@gha2pulumi/repo";
import type { Analysis } from "./analyse.ts";
import { runsPulumi } from "./exit.ts";
import { count } from "./terminal-wording.ts";

/** Says in one sentence why there is no plan, when there is none. */
export function sayNothingFound({ root, top, tree, document }: Analysis): void {
  if (runsPulumi(document)) return;
  const unread = document.diagnostics.filter(({ severity }) => severity === "error").length;
  const but = unread === 0 ? "" : ` Not everything could be read: gha2pulumi plan lists ${count(unread, "error")}.`;
  process.stderr.write(`${printable(sentence(root, top, [...tree.keys()]) + but)}\n`);
}

function sentence(root: string, top: string | undefined, paths: readonly string[]): string {
  if (paths.some((path) => path.startsWith(".github/workflows/"))) {
    return `Nothing in the workflows of ${root} runs Pulumi.`;
  }
  if (top !== undefined && top !== root) {
    return `${root} has no .github/workflows. The repository begins at ${top}: run there.`;
  }
  return `${root} has no .github/workflows, and so no workflow that runs Pulumi.`;
}
