import { childAt, parts, partsOf, type Syntax, type Trail } from "@gha2pulumi/repo";
import { literalText, settingPieces } from "../settings.ts";
import { configName, LIVE } from "./config-key.ts";
import { qualifiedName, sourceOf, trailOf, type PythonModule } from "./python-module.ts";
import { unescapedPython } from "./python-text.ts";
import { concat, madeSecret, unread, type Value } from "./value.ts";

/** Limits that no honest program reaches. */
const MOST_DEPTH = 50;
const MOST_STEPS = 200_000;

/** Arguments of a call: those by place, and those by name. */
export interface PythonArguments {
  readonly placed: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export interface PythonReader {
  readonly value: (node: Syntax) => Value;
  readonly args: (call: Syntax) => PythonArguments | undefined;
}

/** Reads what expressions amount to, as far as that can be told. The switch `live` reads as true. */
export function pythonReader(module: PythonModule): PythonReader {
  let steps = 0;
  const at = (depth: number) => ({
    value: (node: Syntax): Value =>
      depth > MOST_DEPTH || ++steps > MOST_STEPS
        ? unread("nested too deeply", trailOf(node, module))
        : valueOf(node, { module, inner: at(depth + 1).value }),
  });
  const { value } = at(0);
  return { value, args: (call) => argumentsOf(call, { module, inner: value }) };
}

interface Context {
  readonly module: PythonModule;
  readonly inner: (node: Syntax) => Value;
}

function valueOf(node: Syntax, context: Context): Value {
  const { module, inner } = context;
  const from = trailOf(node, module);
  const side = (field: string): Value => inner(childAt(node, field) ?? node);
  switch (node.type) {
    case "string":
      return stringValue(node, context);
    case "concatenated_string":
      return concat(parts(node).map(inner), from);
    case "true":
    case "false":
      return { kind: "boolean", value: node.type === "true", from };
    case "none":
      return { kind: "undefined", from };
    case "parenthesized_expression": {
      const [only, more] = parts(node);
      return only === undefined || more !== undefined ? unread("parentheses", from) : inner(only);
    }
    case "list":
    case "tuple":
      return listValue(parts(node), context, from);
    case "dictionary":
      return recordValue(parts(node), context, from);
    case "identifier": {
      const constant = module.constants.get(sourceOf(node, module));
      return constant === undefined ? unread(`\`${sourceOf(node, module)}\` is not read`, from) : inner(constant);
    }
    case "boolean_operator":
      return logicalValue(sourceOf(childAt(node, "operator"), module), side("left"), () => side("right"), from);
    case "not_operator": {
      const value = side("argument");
      return value.kind === "boolean" ? { ...value, value: !value.value, from } : unread("`not`", from);
    }
    case "conditional_expression": {
      const [yes = node, test = node, no = node] = parts(node);
      const value = inner(test);
      return value.kind === "boolean" ? inner(value.value ? yes : no) : unread("a condition that is not read", from);
    }
    case "binary_operator": {
      const operator = sourceOf(childAt(node, "operator"), module);
      return operator === "+" ? concat([side("left"), side("right")], from) : unread(`\`${operator}\``, from);
    }
    case "attribute": {
      const name = qualifiedName(node, module);
      const operation = name?.match(/^pulumi_pulumiservice\.PulumiOperation\.(UPDATE|PREVIEW|REFRESH|DESTROY)$/)?.[1];
      if (operation === undefined) return unread(`\`${name ?? sourceOf(node, module)}\``, from);
      return { kind: "text", pieces: [operation.toLowerCase()], from };
    }
    case "call":
      return callValue(node, context, from);
    default:
      return unread(`an expression of the kind ${node.type}`, from);
  }
}

function stringValue(node: Syntax, { module, inner }: Context): Value {
  const from = trailOf(node, module);
  const [start] = partsOf(node, "string_start");
  const [end] = partsOf(node, "string_end");
  const prefix = sourceOf(start, module)
    .toLowerCase()
    .replace(/["']+$/, "");
  if (start === undefined || end === undefined || !/^f?$/.test(prefix)) return unread("a string of this kind", from);
  const pieces: Value[] = [];
  let at = start.end;
  const plain = (to: number): void => {
    const text = unescapedPython(module.text.slice(at, to), prefix === "f");
    pieces.push(text === undefined ? unread("an escape", from) : { kind: "text", pieces: settingPieces([text]), from });
  };
  for (const hole of partsOf(node, "interpolation")) {
    plain(hole.start);
    const expression = childAt(hole, "expression");
    const isPlain = partsOf(hole, "type_conversion", "format_specifier").length === 0;
    const value = expression !== undefined && isPlain ? inner(expression) : unread("a format", from);
    // An output in a formatted string is the text of an object, not its value.
    const isOutput = value.kind === "text" && value.pieces.some((one) => typeof one !== "string" && one.secret);
    pieces.push(isOutput ? unread("a secret in a formatted string", from) : value);
    at = hole.end;
  }
  plain(end.start);
  return concat(pieces, from);
}

function listValue(nodes: readonly Syntax[], { inner }: Context, from: Trail): Value {
  const items: Value[] = [];
  for (const node of nodes) {
    const [spread] = node.type === "list_splat" ? parts(node) : [];
    const value = inner(spread ?? node);
    if (spread === undefined) items.push(value);
    else if (value.kind === "list") items.push(...value.items);
    else return unread("`*` of what is no list", from);
  }
  return { kind: "list", items, from };
}

function recordValue(nodes: readonly Syntax[], { inner }: Context, from: Trail): Value {
  const fields = new Map<string, Value>();
  for (const node of nodes) {
    if (node.type === "dictionary_splat") {
      const [of] = parts(node);
      const value = of === undefined ? undefined : inner(of);
      if (value?.kind !== "record") return unread("`**` of what is no dictionary", from);
      for (const [key, one] of value.fields) fields.set(key, one);
      continue;
    }
    const [key, value] = [childAt(node, "key"), childAt(node, "value")];
    const name = key === undefined ? undefined : inner(key);
    const plain = name?.kind === "text" ? literalText(name.pieces) : undefined;
    if (node.type !== "pair" || value === undefined || plain === undefined) return unread("a computed key", from);
    fields.set(plain, inner(value));
  }
  return { kind: "record", fields, from };
}

/** `live and x` is `x`: triggers are read as they are once `live` is true. */
function logicalValue(operator: string, left: Value, right: () => Value, from: Trail): Value {
  if (left.kind !== "boolean")
    return left.kind === "unread" ? left : unread(`\`${operator}\` of what is no flag`, from);
  return (operator === "and") === left.value ? right() : left;
}

function argumentsOf(call: Syntax, { inner, module }: Context): PythonArguments | undefined {
  const placed: Value[] = [];
  const named = new Map<string, Value>();
  for (const node of parts(childAt(call, "arguments"))) {
    const value = childAt(node, "value");
    if (node.type === "keyword_argument" && value !== undefined)
      named.set(sourceOf(childAt(node, "name"), module), inner(value));
    else if (node.type === "dictionary_splat" || node.type === "list_splat") {
      const [of] = parts(node);
      const spread = of === undefined ? undefined : inner(of);
      if (spread?.kind !== "record" || node.type === "list_splat") return undefined;
      for (const [key, one] of spread.fields) named.set(key, one);
    } else placed.push(inner(node));
  }
  return { placed, named };
}

function callValue(node: Syntax, context: Context, from: Trail): Value {
  const callee = childAt(node, "function");
  const name = qualifiedName(callee, context.module);
  const args = argumentsOf(node, context);
  if (args === undefined) return unread("a call", from);
  const { placed, named } = args;
  const [first = unread("a call without an argument", from)] = placed;
  if (/^pulumi_pulumiservice\.\w+Args$/.test(name ?? "") && placed.length === 0)
    return { kind: "record", fields: named, from };
  if (named.size > 0) return unread("a call", from);
  switch (name) {
    case "pulumi.get_organization":
      return { kind: "organization", from };
    case "pulumi.Output.concat":
      return concat(placed, from);
    case "pulumi.Output.from_input":
      return first;
    case "pulumi.Output.secret":
      return madeSecret(first, from);
    default:
      return configValue(callee, placed, context, from);
  }
}

/** `config.require("NAME")` and its kin. */
function configValue(callee: Syntax | undefined, placed: readonly Value[], context: Context, from: Trail): Value {
  const { module } = context;
  const namespace = callee?.type === "attribute" ? configNamespace(childAt(callee, "object"), module) : undefined;
  const [key, more] = placed;
  const name = key?.kind === "text" && more === undefined ? literalText(key.pieces) : undefined;
  if (namespace === undefined || name === undefined) return unread("a call", from);
  const method = sourceOf(childAt(callee, "attribute"), module);
  if (/^(?:require|get)_bool$/.test(method) && name === LIVE && namespace === "")
    return { kind: "boolean", value: true, from };
  if (!/^(?:require|get)(?:_secret)?$/.test(method)) return unread(`\`config.${method}("${name}")\``, from);
  const config = configName(namespace === "" ? name : `${namespace}:${name}`);
  return { kind: "text", pieces: [{ config, secret: method.endsWith("_secret") }], from };
}

/** The namespace of a `pulumi.Config()`, or of the constant that holds one; "" is the program's own. */
export function configNamespace(node: Syntax | undefined, module: PythonModule): string | undefined {
  const made = node?.type === "identifier" ? module.constants.get(sourceOf(node, module)) : node;
  if (made?.type !== "call" || qualifiedName(childAt(made, "function"), module) !== "pulumi.Config") return undefined;
  const given = parts(childAt(made, "arguments"));
  const [only, more] = given;
  if (only === undefined) return "";
  const text = only.type === "string" && more === undefined ? sourceOf(only, module) : "";
  return /^(["'])[\w.:-]+\1$/.test(text) ? text.slice(1, -1) : undefined;
}
