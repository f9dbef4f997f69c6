import { tableOf } from "@gha2pulumi/repo";
import { applyFunction } from "./functions.ts";
import { comparedLiterals } from "./literals.ts";
import { isMergeRefBesideBranch, isOpenComparison, testOfStandIn } from "./stand-in-test.ts";
import type { Comparison, Expression } from "./parse.ts";
import { isOtherThanList, listContains } from "./possible-list.ts";
import {
  binding,
  bracketed,
  callText,
  compareText,
  expressionText,
  junctionText,
  literalText,
  memberText,
  sameText,
  valueText,
} from "./print.ts";
import {
  type FilteredValue,
  isList,
  isPrimitive,
  isUnknown,
  itemsOf,
  numberOfValue,
  type ObjectValue,
  order,
  textOfValue,
  truthOf,
  unknownList,
  unknownParts,
  type UnknownValue,
  unknownValue,
  type Value,
} from "./value.ts";

/** What is known of each context, by its name in lower case. A context that is not there is unknown as a whole. */
export type Contexts = Readonly<Record<string, Value>>;

/** What `success()`, `failure()` and `cancelled()` say. One that is left out is unknown. */
export interface Status {
  readonly success?: boolean | undefined;
  readonly failure?: boolean | undefined;
  readonly cancelled?: boolean | undefined;
}

interface Scope {
  readonly contexts: Contexts;
  readonly status: Status;
  /** Only whether the outcome counts as true matters: `x && true` is as good as `x`. */
  readonly truthOnly: boolean;
}

const computed = "computed while it runs";

/** Why a context that the caller says nothing about has no value. */
const contextNotes: Readonly<Record<string, string>> = tableOf({
  github: "set by the event",
  env: "an environment variable",
  vars: "a repository variable",
  secrets: "a secret",
  inputs: "an input",
  matrix: "a cell of the matrix",
  runner: "the runner's own",
});

/** An expression as far as the contexts decide it. Never a guess: what they leave open is an unknown value. */
export function evaluate(node: Expression, contexts: Contexts, status: Status = {}): Value {
  const value = valueIn({ contexts, status, truthOnly: false }, node);
  return isFiltered(value) ? value.items : value;
}

/** Like `evaluate`, for a condition: the outcome counts as true exactly when the expression does, and may be simpler. */
export function evaluateTruth(node: Expression, contexts: Contexts, status: Status = {}): Value {
  return valueIn({ contexts, status, truthOnly: true }, node);
}

function valueIn(outer: Scope, node: Expression): Value {
  const junction = node.kind === "and" || node.kind === "or";
  const scope = outer.truthOnly && !junction ? { ...outer, truthOnly: false } : outer;
  switch (node.kind) {
    case "literal":
      return node.value;
    case "context":
      return contextValue(scope, node.name);
    case "index":
      return indexValue(scope, node);
    case "star":
      return starValue(scope, node);
    case "call":
      return callValue(scope, node);
    case "not":
      return notValue(scope, node);
    case "compare":
      return compareValue(scope, node);
    case "and":
    case "or":
      return junctionValue(scope, node);
  }
}

type Of<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

function contextValue({ contexts }: Scope, name: string): Value {
  const given = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  return given ?? (given === null ? null : unknownValue(name, [name], contextNotes[name] ?? computed, true));
}

function isFiltered(value: Value): value is FilteredValue {
  return !isPrimitive(value) && !isList(value) && value.kind === "filtered";
}

/** An unknown made of parts: it reads what they read, for their reasons. */
function combined(source: string, parts: readonly Value[], truthy?: boolean): UnknownValue {
  const unknowns = parts.flatMap(unknownParts);
  const notes = new Set(unknowns.flatMap((part) => part.note.split("; ")));
  return unknownValue(source, [...new Set(unknowns.flatMap((part) => part.names))], [...notes].join("; "), truthy);
}

function indexValue(scope: Scope, node: Of<"index">): Value {
  const of = valueIn(scope, node.of);
  const index = valueIn(scope, node.index);
  if (isUnknown(of) && isPrimitive(index)) {
    return within(of, memberText(bracketed(of.source, binding.atom), index));
  }
  if (isPrimitive(of)) return null;
  if (isUnknown(of) || isUnknown(index)) {
    const base = bracketed(sameText(of, node.of), binding.atom);
    return combined(`${base}[${valueText(index, node.index)}]`, [of, index]);
  }
  if (isFiltered(of)) return filteredMember(of, index, node);
  return member(of, index) ?? null;
}

/** A part of an unknown. When that is a plain context path, so is the part. */
function within(of: UnknownValue, source: string): UnknownValue {
  const plain = of.names.length === 1 && of.names[0] === of.source;
  return unknownValue(source, plain ? [source] : of.names, of.note);
}

/** One item or key; `undefined` when it is not there. A key that an open object does not list is unknown. */
function member(of: readonly Value[] | ObjectValue, index: Value): Value | undefined {
  if (isList(of)) {
    const position = Math.floor(numberOfValue(index));
    return position >= 0 ? of[position] : undefined;
  }
  if (!isPrimitive(index)) return undefined;
  const entry = of.entries.get(textOfValue(index).toLowerCase());
  if (entry !== undefined || of.open === undefined) return entry?.value;
  const path = memberText(of.open.path, index);
  return unknownValue(path, [path], of.open.note);
}

/** The same index into every item. Items without it are left out, so one unknown item leaves all unknown. */
function filteredMember(of: FilteredValue, index: Value, node: Of<"index">): Value {
  const found = of.items.map((item) => {
    if (isPrimitive(item) || isFiltered(item)) return undefined;
    return isUnknown(item) ? item : member(item, index);
  });
  const items = found.filter((item) => item !== undefined);
  return items.some(isUnknown) ? combined(expressionText(node), items) : { kind: "filtered", items };
}

function starValue(scope: Scope, node: Of<"star">): Value {
  const of = valueIn(scope, node.of);
  if (isPrimitive(of)) return { kind: "filtered", items: [] };
  if (isUnknown(of)) return { ...within(of, `${bracketed(of.source, binding.atom)}.*`), truthy: true };
  if (isFiltered(of)) return filteredStar(of, node);
  if (isList(of)) return { kind: "filtered", items: of };
  if (of.open === undefined) return { kind: "filtered", items: valuesOf(of) };
  const path = `${of.open.path}.*`;
  return unknownValue(path, [path], of.open.note, true);
}

function filteredStar(of: FilteredValue, node: Of<"star">): Value {
  const uncertain = of.items.filter((item) => isUnknown(item) || isOpen(item));
  if (uncertain.length > 0) return combined(expressionText(node), uncertain, true);
  return { kind: "filtered", items: of.items.flatMap((item) => itemsOf(item) ?? valuesOf(item)) };
}

function isOpen(value: Value): boolean {
  return !isPrimitive(value) && !isList(value) && value.kind === "object" && value.open !== undefined;
}

function valuesOf(value: Value): readonly Value[] {
  if (isPrimitive(value) || isList(value) || value.kind !== "object") return [];
  return [...value.entries.values()].map((entry) => entry.value);
}

function notValue(scope: Scope, node: Of<"not">): Value {
  const of = valueIn({ ...scope, truthOnly: true }, node.of);
  const truth = truthOf(of);
  return truth === undefined ? combined(`!${bracketed(valueText(of, node.of), binding.not)}`, [of]) : !truth;
}

const holds: Readonly<Record<Comparison, (order: string) => boolean>> = {
  "==": (is) => is === "equal",
  "!=": (is) => is !== "equal",
  "<": (is) => is === "less",
  "<=": (is) => is === "less" || is === "equal",
  ">": (is) => is === "greater",
  ">=": (is) => is === "greater" || is === "equal",
};

function compareValue(scope: Scope, node: Of<"compare">): Value {
  const left = valueIn(scope, node.left);
  const right = valueIn(scope, node.right);
  if (!isUnknown(left) && !isUnknown(right)) {
    const open = isOpenComparison(node, left, right);
    return open ? differing(node, [left, right]) : holds[node.operator](order(left, right));
  }
  const differs = isOtherThanList(left, right) || isOtherThanList(right, left);
  if (differs && /^[!=]=$/.test(node.operator)) return node.operator === "!=";
  if (isMergeRefBesideBranch(left, right)) return holds[node.operator]("incomparable");
  return combined(compareText(node.operator, sameText(left, node.left), sameText(right, node.right)), [left, right]);
}

/**
 * `&&` and `||` give one of their operands. An operand that does not decide is dropped unless it is the last one,
 * which is the value when nothing decides; after one that decides, nothing is looked at.
 */
function junctionValue(scope: Scope, node: Of<"and" | "or">): Value {
  const neutral = node.kind === "and";
  const kept: { readonly value: Value; readonly text: string; readonly truth: boolean | undefined }[] = [];
  for (const [index, operand] of node.operands.entries()) {
    const value = valueIn(scope, operand);
    const truth = truthOf(value);
    if (truth === neutral && index < node.operands.length - 1) continue;
    kept.push({ value, text: sameText(value, operand), truth });
    if (truth === !neutral) break;
  }
  if (scope.truthOnly && kept.length > 1 && kept.at(-1)?.truth === neutral) kept.pop();
  const [first] = kept;
  if (first !== undefined && kept.length === 1) return first.value;
  const truths = kept.map((operand) => operand.truth);
  const truthy = truths.includes(!neutral) ? !neutral : truths.includes(undefined) ? undefined : neutral;
  const source = junctionText(
    node.kind,
    kept.map((operand) => operand.text),
  );
  return combined(
    source,
    kept.map((operand) => operand.value),
    truthy,
  );
}

const statusNotes: Readonly<Record<"success" | "failure" | "cancelled", string>> = {
  success: "whether everything before it succeeded",
  failure: "whether something before it failed",
  cancelled: "whether the run was cancelled",
};

function callValue(scope: Scope, node: Of<"call">): Value {
  const args = node.args.map((arg) => valueIn(scope, arg));
  switch (node.name) {
    case "always":
      return true;
    case "success":
    case "failure":
    case "cancelled": {
      // `success('job')` asks about one job; the status given here is about all of them.
      const given = args.length === 0 ? scope.status[node.name] : undefined;
      return given ?? unknownValue(sourceOf(node, args), [], statusNotes[node.name]);
    }
    case "hashfiles":
      return { ...combined(sourceOf(node, args), args), note: computed };
    case "case":
      return caseValue(node, args);
  }
  const tested = testOfStandIn(node, args);
  if (tested !== "ordinary") return tested ?? differing(node, args);
  const [first = null, second = null] = args;
  if (isUnknown(first) && first.list !== undefined) {
    if (node.name === "fromjson" && first.list.json)
      return unknownList({ ...first, source: sourceOf(node, args) }, { ...first.list, json: false });
    const found = node.name === "contains" ? listContains(first.list, second) : undefined;
    if (found !== undefined) return found;
  }
  const outcome = applyFunction(node.name, args);
  if (outcome.kind === "value") return outcome.value;
  if (outcome.kind === "failure") return failed(node, args, outcome.message);
  return combined(sourceOf(node, args), args, outcome.truthy);
}

/** What differs among the names that a text stands for. */
function differing(node: Of<"call"> | Of<"compare">, parts: readonly Value[]): UnknownValue {
  const names = [...comparedLiterals(node), ...parts.flatMap(unknownParts).flatMap((part) => part.names)].map((one) =>
    typeof one === "string" ? one : one.path,
  );
  return unknownValue(expressionText(node), names, "differs from one branch, tag, label or person to the next");
}

function sourceOf(node: Of<"call">, args: readonly Value[]): string {
  const texts = node.args.map((arg, index) => valueText(args[index] ?? null, arg));
  return callText(node.name, texts);
}

/** What GitHub stops the run for. It has no value, and saying "false" instead would be a guess. */
function failed(node: Of<"call">, args: readonly Value[], message: string): UnknownValue {
  return { ...combined(sourceOf(node, args), args), note: `an error: ${message}` };
}

/** `case(test, value, …, default)`: tests that are known to fail are dropped, the first unknown one leaves the rest. */
function caseValue(node: Of<"call">, args: readonly Value[]): Value {
  for (let i = 0; i < args.length - 1; i += 2) {
    const test = args[i] ?? null;
    if (test === true) return args[i + 1] ?? null;
    if (test === false) continue;
    if (!isUnknown(test)) {
      return failed(node, args, `case needs true or false, not ${isPrimitive(test) ? literalText(test) : "an object"}`);
    }
    const values = args.slice(i);
    const texts = node.args.slice(i).map((arg, index) => sameText(values[index] ?? null, arg));
    return combined(callText(node.name, texts), values, agreement(values));
  }
  return args.at(-1) ?? null;
}

/** The truth that every possible result of a `case` shares. */
function agreement(values: readonly Value[]): boolean | undefined {
  const truths = values.filter((_, index) => index % 2 === 1 || index === values.length - 1).map(truthOf);
  return truths.every((truth) => truth === truths[0]) ? truths[0] : undefined;
}
