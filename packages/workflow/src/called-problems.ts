import type { Path, Span, YamlProblem } from "@gha2pulumi/repo";
import type { Job, Workflow } from "./model.ts";
import { beyond, permissionsOf } from "./permissions.ts";
import { calledPath, type Repository } from "./repository.ts";

/** What is wrong with the calls of a workflow that was looked at already. */
type Seen = Map<Path, readonly YamlProblem[]>;

/**
 * What is wrong with the workflows that a workflow calls: GitHub reads them all before a run begins, and refuses the caller
 * with them. https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows
 */
export function calledProblems(
  workflow: Workflow,
  repository: Repository,
  seen: Seen = new Map(),
): readonly YamlProblem[] {
  const known = seen.get(workflow.path);
  if (known) return known;
  // Put in first, so that workflows that call one another end here; each is looked at once, however often it is called.
  seen.set(workflow.path, []);
  const problems = [...workflow.jobs.values()].flatMap((job) => ofCall(job, workflow, repository, seen));
  seen.set(workflow.path, problems);
  return problems;
}

function ofCall(job: Job, workflow: Workflow, repository: Repository, seen: Seen): readonly YamlProblem[] {
  const { uses } = job;
  const path = uses && calledPath(uses, repository);
  const callee = path === undefined ? undefined : repository.workflows.get(path);
  if (uses === undefined || callee === undefined) return [];
  const refused = (message: string, span: Span): YamlProblem => ({ code: "syntax", message, span, fatal: true });
  const inner = [...callee.problems, ...calledProblems(callee, repository, seen)].filter(
    ({ code, fatal }) => fatal || code === "unread",
  );
  const [first] = inner.toSorted((a, b) => Number(b.fatal) - Number(a.fatal));
  const because = first && `it calls \`${callee.path}\`, and there ${first.message}`;
  const trigger = callee.triggers.find(({ event }) => event === "workflow_call");
  const own = first && because !== undefined ? [{ ...first, message: because, span: uses.span }] : [];
  if (trigger === undefined)
    return [...own, refused(`it calls \`${callee.path}\`, which has no \`workflow_call\` in its \`on\``, uses.span)];
  const names = new Set([...trigger.inputs.keys()].map((name) => name.toLowerCase()));
  const strange = [...job.with].filter(([name]) => !names.has(name));
  const scope = askedBeyond(job, workflow, callee);
  const asks = `it calls \`${callee.path}\`, which asks for \`${scope ?? ""}\`, and the job \`${job.id}\` has no such permission to hand on`;
  return [
    ...own,
    ...(scope === undefined ? [] : [refused(asks, uses.span)]),
    ...strange.map(([name, { span }]) => refused(`\`${callee.path}\` declares no input \`${name}\``, span)),
  ];
}

/**
 * A permission that a called workflow, or a job of it, asks for and its caller does not have.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations#access-and-permissions-for-nested-workflows
 */
function askedBeyond(job: Job, workflow: Workflow, callee: Workflow): string | undefined {
  const given = permissionsOf(job, workflow);
  // What a workflow that is called itself hands on unwritten is what its own caller gives it.
  if (given.kind === "default" && workflow.triggers.some(({ event }) => event === "workflow_call")) return undefined;
  return [callee.permissions, ...[...callee.jobs.values()].map(({ permissions }) => permissions)]
    .flatMap((asked) => (asked && beyond(asked, given)) ?? [])
    .at(0);
}
