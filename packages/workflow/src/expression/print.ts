import { tableOf } from "@gha2pulumi/repo";
import type { Expression } from "./parse.ts";
import { isList, isPrimitive, jsonOfValue, type Primitive, unknownParts, type Value } from "./value.ts";

/** How loosely an expression binds: an operand that binds more loosely than its place allows needs brackets. */
export const binding = { atom: 0, not: 1, order: 2, equality: 3, and: 4, or: 5 } as const;

/** A primitive as expression source. */
export function literalText(value: Primitive): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A value as expression source; `node`, where it came from, is written when the value itself cannot be. */
export function valueText(value: Value, node: Expression): string {
  if (isPrimitive(value)) return literalText(value);
  if (!isList(value) && value.kind === "unknown") return value.source;
  if (!isList(value) && value.kind === "object" && value.open !== undefined) return value.open.path;
  // A filtered array written as JSON would be an ordinary one, in which an index means something else.
  const filtered = !isList(value) && value.kind === "filtered";
  if (filtered || unknownParts(value).length > 0 || hasOddNumber(value)) return expressionText(node);
  return `fromJSON(${literalText(JSON.stringify(jsonOfValue(value)))})`;
}

/** Like `valueText`, but an object stays what was written: it equals only itself, and as JSON it would be another. */
export function sameText(value: Value, node: Expression): string {
  const plain = isPrimitive(value) || (!isList(value) && value.kind === "unknown");
  return plain ? valueText(value, node) : expressionText(node);
}

/** NaN and the infinities, which JSON cannot say. */
function hasOddNumber(value: Value): boolean {
  if (isPrimitive(value)) return typeof value === "number" && !Number.isFinite(value);
  if (isList(value)) return value.some(hasOddNumber);
  return value.kind === "object" && [...value.entries.values()].some((entry) => hasOddNumber(entry.value));
}

/** A tree as expression source again, with only the brackets it needs. */
export function expressionText(node: Expression): string {
  switch (node.kind) {
    case "literal":
      return literalText(node.value);
    case "context":
      return node.name;
    case "index":
      return node.index.kind === "literal"
        ? memberText(baseText(node.of), node.index.value)
        : `${baseText(node.of)}[${expressionText(node.index)}]`;
    case "star":
      return `${baseText(node.of)}.*`;
    case "call":
      return callText(node.name, node.args.map(expressionText));
    case "not":
      return `!${bracketed(expressionText(node.of), binding.not)}`;
    case "compare":
      return compareText(node.operator, expressionText(node.left), expressionText(node.right));
    case "and":
    case "or":
      return junctionText(node.kind, node.operands.map(expressionText));
  }
}

function baseText(node: Expression): string {
  const text = expressionText(node);
  return node.kind === "literal" ? `(${text})` : bracketed(text, binding.atom);
}

/** `of.key`, `of[0]` or `of['any key']`. */
export function memberText(of: string, key: Primitive): string {
  if (typeof key === "string" && /^[A-Za-z_][\w-]*$/.test(key)) return `${of}.${key}`;
  return `${of}[${literalText(key)}]`;
}

/** The functions whose name people write in mixed case. */
const spelling: Readonly<Record<string, string>> = tableOf({
  startswith: "startsWith",
  endswith: "endsWith",
  tojson: "toJSON",
  fromjson: "fromJSON",
  hashfiles: "hashFiles",
});

export function callText(name: string, args: readonly string[]): string {
  return `${spelling[name] ?? name}(${args.join(", ")})`;
}

export function compareText(operator: string, left: string, right: string): string {
  return `${bracketed(left, binding.not)} ${operator} ${bracketed(right, binding.not)}`;
}

export function junctionText(kind: "and" | "or", operands: readonly string[]): string {
  return operands.map((operand) => bracketed(operand, binding[kind])).join(kind === "and" ? " && " : " || ");
}

/** Source that may stand where at most `loosest` is allowed. */
export function bracketed(source: string, loosest: number): string {
  return bindingOf(source) <= loosest ? source : `(${source})`;
}

const operators = [
  ["||", binding.or],
  ["&&", binding.and],
  ["==", binding.equality],
  ["!=", binding.equality],
  ["<", binding.order],
  [">", binding.order],
  ["!", binding.not],
] as const;

/** The loosest operator outside brackets and strings. */
function bindingOf(source: string): number {
  let loosest: number = binding.atom;
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const unit = source[i];
    if (unit === "'") {
      // A doubled quote inside a string reads as two strings side by side, which does no harm here.
      const close = source.indexOf("'", i + 1);
      i = close < 0 ? source.length : close;
    } else if (unit === "(" || unit === "[") depth++;
    else if (unit === ")" || unit === "]") depth--;
    else if (depth === 0) {
      const found = operators.find(([operator]) => source.startsWith(operator, i));
      if (found === undefined) continue;
      loosest = Math.max(loosest, found[1]);
      i += found[0].length - 1;
    }
  }
  return loosest;
}
