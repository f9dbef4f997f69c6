import { editYaml, type Edited, type Path, type YamlEdit, type Tree } from "@gha2pulumi/repo";
import type { Job, Workflow } from "@gha2pulumi/workflow";

/** What is to go out of one workflow file, of which something stays. */
export interface Cut {
  readonly jobs: readonly string[];
  readonly steps: readonly { readonly job: string; readonly index: number }[];
  /** Steps that get another text, what stands in front of them then, and what their job has to be allowed. */
  readonly calls: readonly {
    readonly job: string;
    readonly index: number;
    readonly text: string;
    readonly before: readonly string[];
    readonly login: { readonly edits: readonly YamlEdit[] };
  }[];
  /** Variables of the workflow and of jobs that nothing reads any more. */
  readonly keys: readonly YamlEdit[];
}

/** Takes jobs and steps out of a workflow and out of the `needs:` of the jobs that stay; nothing else changes. */
export function cutWorkflow(workflow: Workflow, cut: Cut, tree: Tree): Edited {
  const edits: YamlEdit[] = [
    ...cut.jobs.map((job): YamlEdit => ({ kind: "remove", at: ["jobs", job] })),
    ...cut.steps.map(({ job, index }): YamlEdit => ({ kind: "remove", at: ["jobs", job, "steps", index] })),
    ...cut.calls.map(({ job, index, text, before }): YamlEdit => ({
      kind: "replace",
      at: ["jobs", job, "steps", index],
      text,
      before,
    })),
    // Two calls of a job may want the same of it.
    ...new Map(cut.calls.flatMap(({ login }) => login.edits).map((edit) => [JSON.stringify(edit), edit])).values(),
    ...cut.keys,
    ...[...workflow.jobs.values()]
      .filter((job) => !cut.jobs.includes(job.id))
      .flatMap((job) => needsEdits(job, cut.jobs)),
  ];
  return editYaml(workflow.path, textOf(workflow.path, tree), edits);
}

/** Gives steps of a composite action another text, and takes out those that go with them. */
export function cutAction(
  path: Path,
  calls: readonly (Omit<Cut["calls"][number], "job" | "login"> & { readonly gone: readonly number[] })[],
  tree: Tree,
): Edited {
  const at = ["runs", "steps"];
  const gone = [...new Set(calls.flatMap((call) => call.gone))];
  return editYaml(path, textOf(path, tree), [
    ...gone.map((index): YamlEdit => ({ kind: "remove", at: [...at, index] })),
    ...calls.map(({ index, text, before }): YamlEdit => ({ kind: "replace", at: [...at, index], text, before })),
  ]);
}

function textOf(path: Path, tree: Tree): string {
  const text = tree.get(path);
  if (text === undefined) throw new Error(`a workflow that is not in the tree was going to be edited: ${path}`);
  return text;
}

/** A job that no longer exists may not be needed; without any other the whole key goes. */
function needsEdits(job: Job, removed: readonly string[]): readonly YamlEdit[] {
  const indices = job.needs.flatMap((need, index) => (removed.includes(need.text) ? [index] : []));
  if (indices.length === 0) return [];
  if (indices.length === job.needs.length) return [{ kind: "remove", at: ["jobs", job.id, "needs"] }];
  return indices.map((index) => ({ kind: "remove", at: ["jobs", job.id, "needs", index] }));
}
