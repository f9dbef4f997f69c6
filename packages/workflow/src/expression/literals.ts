import { byText, tableOf } from "@gha2pulumi/repo";
import { applyFunction } from "./functions.ts";
import type { Expression } from "./parse.ts";
import { memberText } from "./print.ts";
import { textOfValue } from "./value.ts";

/** How a path's value is compared with a literal; `contains` also stands for an array that has it as an item. */
export type LiteralTest = "equals" | "prefix" | "suffix" | "contains";

/** What an expression compares one context path with: what makes a difference to it, and nothing else does. */
export interface ComparedLiterals {
  /** `github.ref`, `inputs.stack`, `github.event.pull_request.labels.*.name`. */
  readonly path: string;
  readonly test: LiteralTest;
  /** Sorted, each once, as text: `true` for the boolean. */
  readonly literals: readonly string[];
}

interface Found {
  readonly path: string;
  readonly test: LiteralTest;
  readonly literal: string;
}

/** The literals each context path is compared with anywhere in an expression, sorted by path and test. */
export function comparedLiterals(node: Expression): readonly ComparedLiterals[] {
  const groups = new Map<string, ComparedLiterals>();
  for (const { path, test, literal } of foundIn(node)) {
    const key = `${path} ${test}`;
    const literals = new Set(groups.get(key)?.literals).add(literal);
    groups.set(key, { path, test, literals: [...literals].sort(byText) });
  }
  return [...groups.values()].sort((a, b) => byText(a.path, b.path) || byText(a.test, b.test));
}

function foundIn(node: Expression): readonly Found[] {
  switch (node.kind) {
    case "literal":
    case "context":
      return [];
    case "compare":
      return [...ordered(node), ...foundIn(node.left), ...foundIn(node.right)];
    case "call":
      return [...called(node.name, node.args), ...node.args.flatMap(foundIn)];
    case "index":
      return [...pairs(pathsOf(node.index), "equals", keysOf(node.of)), ...foundIn(node.of), ...foundIn(node.index)];
    case "star":
    case "not":
      return foundIn(node.of);
    case "and":
    case "or":
      return node.operands.flatMap(foundIn);
  }
}

/** `==` and `!=`. An order (`<`) is left out: no finite set of values stands for it. */
function ordered(node: Extract<Expression, { readonly kind: "compare" }>): readonly Found[] {
  if (node.operator !== "==" && node.operator !== "!=") return [];
  const { left, right } = node;
  return [...pairs(pathsOf(left), "equals", literalsOf(right)), ...pairs(pathsOf(right), "equals", literalsOf(left))];
}

const textTests: Readonly<Record<string, LiteralTest>> = tableOf({
  startswith: "prefix",
  endswith: "suffix",
  contains: "contains",
});

function called(name: string, args: readonly Expression[]): readonly Found[] {
  const test = textTests[name];
  const [searched, sought] = args;
  if (test === undefined || searched === undefined || sought === undefined) return [];
  const direct = pairs(pathsOf(searched), test, literalsOf(sought));
  return [...direct, ...pairs(pathsOf(sought), "equals", membersOf(searched, name))];
}

function pairs(paths: readonly string[], test: LiteralTest, literals: readonly string[]): readonly Found[] {
  return paths.flatMap((path) => literals.map((literal) => ({ path, test, literal })));
}

/**
 * The paths an expression may give the value of: `inputs.a || github.ref_name` gives either.
 * `fromJSON(inputs.flag)` counts as `inputs.flag`, since what it is compared with is then a boolean or a number.
 */
export function pathsOf(node: Expression): readonly string[] {
  const path = pathOf(node);
  if (path !== undefined) return [path];
  return resultsOf(node).flatMap(pathsOf);
}

/** The literals an expression may give. */
export function literalsOf(node: Expression): readonly string[] {
  if (node.kind === "literal") return [textOfValue(node.value)];
  if (node.kind === "call" && node.name === "format") return formatted(node.args);
  return resultsOf(node).flatMap(literalsOf);
}

/** The text of `format('refs/heads/{0}', 'main')`, in which everything is written. */
function formatted(args: readonly Expression[]): readonly string[] {
  const values = args.flatMap((arg) => (arg.kind === "literal" ? [arg.value] : []));
  const outcome = applyFunction("format", values);
  return values.length === args.length && outcome.kind === "value" ? [textOfValue(outcome.value)] : [];
}

function resultsOf(node: Expression): readonly Expression[] {
  if (node.kind === "and" || node.kind === "or") return node.operands;
  if (node.kind !== "call") return [];
  if (node.name === "fromjson") return node.args;
  const last = node.args.length - 1;
  return node.name === "case" ? node.args.filter((_, index) => index % 2 === 1 || index === last) : [];
}

/** The context path an expression is, written with dots: `github.event.inputs.env`. */
export function pathOf(node: Expression): string | undefined {
  if (node.kind === "context") return node.name;
  if (node.kind !== "index" && node.kind !== "star") return undefined;
  const of = pathOf(node.of);
  if (of === undefined) return undefined;
  if (node.kind === "star") return `${of}.*`;
  return node.index.kind === "literal" ? memberText(of, node.index.value) : undefined;
}

/** What a path is looked for in: the items of a JSON array, or the words of a text (`contains('main dev', …)`). */
export function membersOf(node: Expression, name: string): readonly string[] {
  const data = jsonOf(node);
  if (Array.isArray(data)) return data.flatMap(primitiveText);
  if (data !== undefined || name !== "contains") return data === undefined ? literalsOf(node) : [];
  return literalsOf(node).flatMap((text) => text.split(/[\s,;|]+/).filter((word) => word !== ""));
}

/** The keys of a JSON object, or the positions of a JSON array, written in the expression. */
function keysOf(node: Expression): readonly string[] {
  const data = jsonOf(node);
  return typeof data === "object" && data !== null ? Object.keys(data) : [];
}

/** The data of `fromJSON('…')`. */
function jsonOf(node: Expression): unknown {
  if (node.kind !== "call" || node.name !== "fromjson") return undefined;
  const [text] = node.args;
  if (text?.kind !== "literal" || typeof text.value !== "string") return undefined;
  try {
    return JSON.parse(text.value) as unknown;
  } catch {
    return undefined;
  }
}

function primitiveText(item: unknown): readonly string[] {
  const primitive = item === null || typeof item === "string" || typeof item === "number" || typeof item === "boolean";
  return primitive ? [textOfValue(item)] : [];
}
