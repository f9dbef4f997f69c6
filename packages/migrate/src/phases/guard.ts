import { editYaml, entry, mapEntries, readYaml, type Change, type Path, type YamlEdit } from "@gha2pulumi/repo";
import type { Job, Step, Workflow } from "@gha2pulumi/workflow";
import type { Removal } from "../removable.ts";
import type { World } from "../world.ts";
import { guard } from "./guard-variable.ts";

/** The edits that put guards, and the workflows that get none, with why. */
export interface Guards {
  readonly changes: readonly Change[];
  readonly without: readonly { readonly path: Path; readonly because: string }[];
}

/** A guard in front of every job and step that is going to leave its workflow; all of a file, or none of it. */
export function guardsOf(removals: readonly Removal[], world: World): Guards {
  const changes: Change[] = [];
  const without: { path: Path; because: string }[] = [];
  for (const removal of removals) {
    const workflow = world.repository.workflows.get(removal.path);
    if (workflow === undefined || removal.jobs.length + removal.steps.length === 0) continue;
    const because = obstacle(workflow, removal);
    const text = world.tree.get(removal.path) ?? "";
    const edits = editsOf(workflow, removal, text);
    const edited = typeof edits === "string" || because !== undefined ? undefined : editYaml(removal.path, text, edits);
    if (edited?.kind === "edited") {
      if (edited.splices.length > 0) changes.push({ kind: "edit", path: removal.path, splices: edited.splices });
    } else {
      const why = because ?? (typeof edits === "string" ? edits : edited?.reason) ?? "it cannot be edited";
      without.push({ path: removal.path, because: why });
    }
  }
  return { changes, without };
}

/** A job that is skipped also skips those that need it, which the switch would not. */
function obstacle(workflow: Workflow, { jobs }: Removal): string | undefined {
  const waiting = [...workflow.jobs.values()].find(
    (job) => !jobs.includes(job.id) && job.needs.some(({ text }) => jobs.includes(text)),
  );
  return waiting && `the job \`${waiting.id}\` stays, and would be skipped with a job that it needs`;
}

function editsOf(workflow: Workflow, { jobs, steps }: Removal, text: string): readonly YamlEdit[] | string {
  const { root } = readYaml(workflow.path, text);
  const edits: YamlEdit[] = [];
  const add = (found: readonly YamlEdit[] | string): string | undefined => {
    if (typeof found === "string") return found;
    edits.push(...found);
    return undefined;
  };
  for (const id of jobs) {
    const job = workflow.jobs.get(id);
    const keys = mapEntries(entry(entry(root, "jobs"), id)).map(({ key }) => key);
    const problem = job === undefined ? undefined : add(guarded(job, ["jobs", id], keys[0]));
    if (problem !== undefined) return problem;
  }
  for (const { job, index } of steps) {
    const step = workflow.jobs.get(job)?.steps.find((one) => one.index === index);
    const list = entry(entry(entry(root, "jobs"), job), "steps");
    const item = list?.kind === "list" ? list.items[index] : undefined;
    // In front of the first key stands the item's dash.
    const key = mapEntries(item).map((one) => one.key)[1];
    const problem = step === undefined ? undefined : add(guarded(step, ["jobs", job, "steps", index], key));
    if (problem !== undefined) return problem;
  }
  return edits;
}

function guarded(
  one: Job | Step,
  at: readonly (string | number)[],
  before: string | undefined,
): readonly YamlEdit[] | string {
  const now = one.if?.text;
  if (now?.includes(guard)) return [];
  if (now !== undefined) {
    const expression = expressionOf(now);
    if (expression === undefined) return "a condition in it is a text with an expression inside";
    return [{ kind: "replace", at: [...at, "if"], text: scalar(`${guard} && (${expression})`) }];
  }
  if (before === undefined) return "a step in it has no second line that a condition could stand in front of";
  return [{ kind: "put", at: [...at, before], text: `if: ${guard}` }];
}

/** What is inside of `${{ }}`, or the whole where there is none: in an `if:` both mean the same. */
function expressionOf(condition: string): string | undefined {
  const plain = condition.trim().replace(/\s*\n\s*/g, " ");
  const inner = /^\$\{\{((?:(?!\}\}).)*)\}\}$/.exec(plain)?.[1] ?? plain;
  return inner.includes("${{") ? undefined : inner.trim();
}

/** Plain where YAML reads it back as it is; a `#` would begin a comment, and `: ` a key. */
function scalar(text: string): string {
  return /: |\s#|:$|[\\"]/.test(text) ? JSON.stringify(text) : text;
}
