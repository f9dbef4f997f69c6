import type { Path, Tree } from "@gha2pulumi/repo";
import type { Surroundings } from "./context.ts";
import { calledProblems } from "./called-problems.ts";
import type { CompositeAction, Workflow } from "./model.ts";
import { readCompositeAction, readWorkflow } from "./read.ts";
import type { Repository, VariablesWritten } from "./repository.ts";
import { tooLarge } from "./size.ts";

const workflowFile = /^(?:@[^/]+\/[^/]+\/)?\.github\/workflows\/[^/]+\.ya?ml$/;
const actionFile = /(?:^|\/)action\.ya?ml$/;

/** Reads every workflow and composite action of a tree. Files of other repositories lie under `@owner/repo@ref/`. */
export function readRepository(
  tree: Tree,
  surroundings: Surroundings,
  written: VariablesWritten = () => [],
  branches: readonly string[] = [],
): Repository {
  const workflows = new Map<Path, Workflow>();
  const actions = new Map<Path, CompositeAction>();
  for (const [path, text] of tree) {
    if (workflowFile.test(path)) workflows.set(path, readWorkflow(path, text));
    else if (actionFile.test(path)) {
      const action = readCompositeAction(path, text);
      if (action) actions.set(path, action);
    }
  }
  const brought = [...workflows.keys(), ...actions.keys()].filter((path) => path.startsWith("@"));
  const all: Repository = { workflows, actions, brought, tree, surroundings, written, branches };
  return { ...all, workflows: new Map([...workflows].map(([path, one]) => [path, withinLimits(one, all)])) };
}

/** With what its calls are refused for. One that is too large to be played is not runnable here either; GitHub may well run it. */
function withinLimits(workflow: Workflow, repository: Repository): Workflow {
  const large = tooLarge(workflow, repository);
  const problems = [...calledProblems(workflow, repository), ...(large ? [large] : [])];
  if (problems.length === 0) return workflow;
  const runnable = workflow.runnable && !problems.some(({ fatal }) => fatal);
  return { ...workflow, problems: [...workflow.problems, ...problems], runnable };
}
