import { childrenOf, parseExpression, type Expression } from "@gha2pulumi/workflow";

/** What is read of `steps`: `output` is `""` for an outcome; `undefined` for what only a run can tell, or for all. */
export interface StepUse {
  readonly step: string | undefined;
  readonly output: string | undefined;
}

/** The uses of `steps` in an expression; `undefined` where it cannot be read. Contexts know no case. */
export function usesOf(source: string): readonly StepUse[] | undefined {
  if (!/\bsteps\b/i.test(source)) return [];
  const parsed = parseExpression(source);
  return parsed.kind === "parsed" ? usesIn(parsed.node) : undefined;
}

function usesIn(node: Expression): readonly StepUse[] {
  const path = pathOf(node);
  if (path === undefined) return childrenOf(node).flatMap(usesIn);
  const [, step, what, output, ...more] = path;
  const isOutcome = /^(outcome|conclusion)$/i.test(what ?? "") && output === undefined;
  const isOutput = /^outputs$/i.test(what ?? "") && more.length === 0;
  const inner = indicesOf(node).flatMap(usesIn);
  return [{ step: step?.toLowerCase(), output: isOutcome ? "" : isOutput ? output : undefined }, ...inner];
}

/** `steps.up['outputs'].url` as its parts; a part that is not written is `undefined`, as is the path of all else. */
function pathOf(node: Expression): readonly (string | undefined)[] | undefined {
  if (node.kind === "context") return node.name === "steps" ? ["steps"] : undefined;
  if (node.kind !== "index" && node.kind !== "star") return undefined;
  const of = pathOf(node.of);
  if (of === undefined || node.kind === "star") return of && [...of, undefined];
  return [...of, node.index.kind === "literal" ? String(node.index.value) : undefined];
}

function indicesOf(node: Expression): readonly Expression[] {
  return node.kind === "index" ? [node.index, ...indicesOf(node.of)] : [];
}
