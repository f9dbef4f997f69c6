import type { Span, Tree } from "@gha2pulumi/repo";
import { childrenOf, expressionsIn, parseExpression, type Expression, type Written } from "@gha2pulumi/workflow";

/** What is read of `steps`: `output` is `""` for an outcome; `undefined` for what only a run can tell, or for all. */
export interface StepUse {
  readonly step: string | undefined;
  readonly output: string | undefined;
}

/** A context of which something goes by a name: what it has of steps, of jobs that are needed, or of those of a workflow. */
type NamedContext = "steps" | "needs" | "jobs";

/**
 * The uses of `steps`, or of `needs`, in an expression, with the step or job that is read; `undefined` where it cannot be
 * read. Contexts know no case.
 */
export function usesOf(source: string, context: NamedContext = "steps"): readonly StepUse[] | undefined {
  if (!new RegExp(`\\b${context}\\b`, "i").test(source)) return [];
  const parsed = parseExpression(source);
  return parsed.kind === "parsed" ? usesIn(parsed.node, context) : undefined;
}

/** Those of these names that an expression reads of a context; `undefined` for one that only a run can tell, or for all. */
export function namesRead(
  source: string,
  context: NamedContext,
  names: readonly string[],
): readonly (string | undefined)[] {
  if (names.length === 0) return [];
  const uses = usesOf(source, context) ?? [{ step: undefined }];
  const read = names.filter((name) => uses.some(({ step }) => step === name.toLowerCase()));
  return read.length === 0 && uses.some(({ step }) => step === undefined) ? [undefined] : read;
}

/** The expressions of a condition, which is one as a whole where it has no `${{ }}`. */
export function sourcesOf(condition: string): readonly string[] {
  return condition.includes("${{") ? expressionsIn(condition).map(({ source }) => source) : [condition];
}

/** An expression that stands in a job or an action, and where: whole for a condition, which needs no `${{ }}`. */
export interface WrittenExpression {
  readonly source: string;
  readonly span: Span;
  readonly isCondition: boolean;
}

/** All expressions that stand in a job or an action, conditions last. */
export function expressionsOf(
  host: {
    readonly span: Span;
    readonly if?: Written | undefined;
    readonly steps: readonly { readonly if: Written | undefined }[];
  },
  tree: Tree,
): readonly WrittenExpression[] {
  const { path, start, end } = host.span;
  const text = tree.get(path)?.slice(start, end) ?? "";
  const conditions = [host.if, ...host.steps.map((step) => step.if)].flatMap((one) => one ?? []);
  return [
    ...expressionsIn(text).map((one) => ({
      source: one.source,
      span: { path, start: start + one.start, end: start + one.end },
      isCondition: conditions.some(({ span }) => span.start <= start + one.start && start + one.end <= span.end),
    })),
    ...conditions
      .filter((one) => !one.text.includes("${{"))
      .map(({ text: source, span }) => ({ source, span, isCondition: true })),
  ];
}

function usesIn(node: Expression, context: NamedContext): readonly StepUse[] {
  const path = pathOf(node, context);
  if (path === undefined) return childrenOf(node).flatMap((one) => usesIn(one, context));
  const [, step, what, output, ...more] = path;
  const isOutcome = /^(outcome|conclusion)$/i.test(what ?? "") && output === undefined;
  const isOutput = /^outputs$/i.test(what ?? "") && more.length === 0;
  const inner = indicesOf(node).flatMap((one) => usesIn(one, context));
  return [{ step: step?.toLowerCase(), output: isOutcome ? "" : isOutput ? output : undefined }, ...inner];
}

/** `steps.up['outputs'].url` as its parts; a part that is not written is `undefined`, as is the path of all else. */
function pathOf(node: Expression, context: NamedContext): readonly (string | undefined)[] | undefined {
  if (node.kind === "context") return node.name === context ? [context] : undefined;
  if (node.kind !== "index" && node.kind !== "star") return undefined;
  const of = pathOf(node.of, context);
  if (of === undefined || node.kind === "star") return of && [...of, undefined];
  return [...of, node.index.kind === "literal" ? String(node.index.value) : undefined];
}

function indicesOf(node: Expression): readonly Expression[] {
  return node.kind === "index" ? [node.index, ...indicesOf(node.of)] : [];
}
