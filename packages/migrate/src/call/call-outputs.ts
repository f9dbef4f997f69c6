import { byText, type Tree } from "@gha2pulumi/repo";
import { childrenOf, expressionsIn, parseExpression, type Expression, type Step } from "@gha2pulumi/workflow";
import type { Intent } from "../intents.ts";
import type { Host } from "./call-group.ts";

/**
 * The stack outputs that later steps or jobs read from a step, by the names they use; or why they cannot be given.
 * `pulumi/actions` gives every output of the stack under its own name, and what Pulumi printed as `output`:
 * https://github.com/pulumi/actions#stack-outputs
 */
export function outputsRead(
  host: Host,
  step: Step,
  intents: readonly Intent[],
  tree: Tree,
): readonly string[] | string {
  const uses = expressionsOf(host, tree).map((source) => usesOf(source));
  const all = uses.flatMap((one) => one ?? []);
  if (uses.includes(undefined) || all.some(({ step: name }) => name === undefined))
    return "which outputs of its job are read cannot be told";
  const own = all.filter((use) => use.step === step.id?.toLowerCase());
  if (own.some(({ output }) => output === undefined)) return "its outputs are read as a whole";
  const names = [...new Set(own.flatMap(({ output = "" }) => (output === "" ? [] : [output])))].sort(byText);
  if (names.includes("output")) return "what Pulumi prints is read by a later step";
  if (names.length > 0 && step.uses === undefined) return "outputs of its script are read by a later step";
  const operations = intents.map(({ occurrences: [{ operates }] }) => operates.operation);
  if (names.length > 0 && operations.includes("destroy")) return "outputs of it are read by a later step";
  return names;
}

/** All expressions that stand in a job or an action; the context `steps` is its own. Conditions need no `${{ }}`. */
function expressionsOf({ span: { path, start, end }, steps }: Host, tree: Tree): readonly string[] {
  const conditions = steps.flatMap((step) => step.if?.text ?? []).filter((text) => !text.includes("${{"));
  return [...expressionsIn(tree.get(path)?.slice(start, end) ?? "").map(({ source }) => source), ...conditions];
}

/** What is read of `steps`: `output` is `""` for an outcome; `undefined` for what only a run can tell, or for all. */
interface Use {
  readonly step: string | undefined;
  readonly output: string | undefined;
}

/** The uses of `steps` in an expression; `undefined` where it cannot be read. Contexts know no case. */
function usesOf(source: string): readonly Use[] | undefined {
  if (!/\bsteps\b/i.test(source)) return [];
  const parsed = parseExpression(source);
  return parsed.kind === "parsed" ? usesIn(parsed.node) : undefined;
}

function usesIn(node: Expression): readonly Use[] {
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
