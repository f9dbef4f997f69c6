import type { YamlNode, YamlProblem } from "@gha2pulumi/repo";
import { child, nodesOf, writtenOf } from "../read-node.ts";
import { actionSteps } from "./action-shape.ts";
import { faultsOf, type Fault } from "./shape.ts";
import { jobShape, workflowShape } from "./workflow-shape.ts";

/** What GitHub refuses in the keys and values of a workflow; each makes it refuse the whole file. */
export function shapeProblems(root: YamlNode & { readonly kind: "map" }): readonly YamlProblem[] {
  const jobs = child(root, "jobs");
  const entries = jobs?.kind === "map" ? jobs.entries : [];
  const none: Fault = { refused: true, message: "a workflow has no job", span: jobs?.span ?? root.span };
  const faults: readonly Fault[] = [
    ...(entries.length === 0 ? [none] : []),
    ...faultsOf(root, workflowShape, "a workflow"),
    ...entries.flatMap(({ key, value }) => faultsOf(value, jobShape(key), `the job \`${key}\``)),
    ...entries.flatMap(({ value }) => sameIds(nodesOf(child(value, "steps")))),
  ];
  return [
    ...faults.map(problemOf),
    ...entries.flatMap(({ value }) => nodesOf(child(value, "steps")).flatMap(besideOthers)),
  ];
}

/** What GitHub refuses in the steps of a composite action, once a step uses it. */
export function stepProblems(steps: YamlNode | undefined): readonly YamlProblem[] {
  return steps ? faultsOf(steps, actionSteps, "`steps`").map(problemOf) : [];
}

function problemOf({ refused, message, span }: Fault): YamlProblem {
  return { code: refused ? "syntax" : "unread", message, span, fatal: refused };
}

function sameIds(steps: readonly YamlNode[]): readonly Fault[] {
  const ids = steps.flatMap((step) => writtenOf(child(step, "id")) ?? []);
  const again = ids.filter(({ text }, index) => ids.findIndex((id) => id.text === text) < index);
  return again.map(({ text, span }) => ({ refused: true, message: `two steps have the id \`${text}\``, span }));
}

/** Steps that run beside others, and those that wait for them or end them: GitHub runs them, and their order is not read. */
const orders = ["background", "parallel", "wait", "wait-all", "cancel"];

function besideOthers(step: YamlNode): readonly YamlProblem[] {
  const entry = step.kind === "map" ? step.entries.find(({ key }) => orders.includes(key)) : undefined;
  if (entry === undefined) return [];
  const message = `\`${entry.key}\` has steps run beside one another, and what order they end in is not known`;
  return [{ code: "unread", message, span: entry.keySpan, fatal: false }];
}
