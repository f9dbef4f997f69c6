import { fileGroups, type FileGroup } from "./changed-files.ts";
import type { Step, Workflow } from "./model.ts";
import type { Repository } from "./repository.ts";
import { reachable } from "./atoms.ts";

/** The groups of patterns by which steps of a workflow, and of what it calls, tell changes apart. */
export function fileFilters(workflow: Workflow, repository: Repository): readonly FileGroup[] {
  return [...reachable(workflow.path, repository, new Set())].flatMap((path) => {
    const jobs = repository.workflows.get(path)?.jobs.values() ?? [];
    const steps = [...[...jobs].flatMap((job) => job.steps), ...(repository.actions.get(path)?.steps ?? [])];
    return steps.flatMap((step) => groupsOf(step, repository));
  });
}

function groupsOf(step: Step, { tree }: Repository): readonly FileGroup[] {
  const [action = ""] = (step.uses?.text ?? "").split("@");
  return fileGroups(action, new Map([...step.with].map(([name, { text }]) => [name, text])), tree);
}
