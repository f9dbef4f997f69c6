import type { Path, Trail } from "@gha2pulumi/repo";
import { hiddenOperation } from "./hidden-operation.ts";
import type { Story } from "./stories.ts";

/** A place that may have to do with Pulumi and is no operation: a call of a workflow that is not in the repository. */
export interface Mention {
  readonly path: Path;
  readonly message: string;
  readonly from: Trail;
}

/** Calls of reusable workflows that are not here, that are handed a Pulumi token or have Pulumi in their name. */
export function mentionsOf(stories: readonly Story[]): readonly Mention[] {
  const found = new Map<string, Mention>();
  for (const { workflow, jobs } of stories) {
    for (const { job, entries } of jobs) {
      if (!job.job.uses || entries.some((entry) => entry.operates.length > 0)) continue;
      for (const { command, step } of entries) {
        const hidden = hiddenOperation(command, step);
        if (!hidden) continue;
        const message = `\`${hidden.operationText}\` is not in this repository, and it may run Pulumi`;
        found.set(`${workflow.path} ${message}`, { path: workflow.path, message, from: command.from });
      }
    }
  }
  return [...found.values()];
}
