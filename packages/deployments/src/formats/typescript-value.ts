import { type Trail } from "@gha2pulumi/repo";
import { literalText, settingPieces } from "../settings.ts";
import { configName, LIVE } from "./config-key.ts";
import { concat, madeSecret, unread, type Value } from "./value.ts";
import { nameOf, qualified, trailOf, type Expression, type Module, type SyntaxNode } from "./typescript-module.ts";

/** Reads expressions of one module; a constant is read once. */
export type ReadValue = (expression: SyntaxNode) => Value;

/** Limits that no honest program reaches: constants that double one another would fill the memory. */
const MOST_DEPTH = 200;
const MOST_TEXT = 100_000;
const MOST_ITEMS = 10_000;

/** `live` is what the switch in front of the triggers is read as. */
export function valueReader(module: Module, live = true): ReadValue {
  const constants = new Map<string, Value>();
  const read = (node: SyntaxNode, depth: number): Value => {
    const from = trailOf(node, module);
    if (depth > MOST_DEPTH) return unread("nested too deeply", from);
    const inner = (child: SyntaxNode): Value => read(child, depth + 1);
    const expression = node as Expression;
    if (expression.type !== "Identifier") return limited(readExpression(expression, module, live, inner, from));
    const { name } = expression;
    const initializer = module.constants.get(name);
    if (name === "undefined") return { kind: "undefined", from };
    if (initializer === undefined) return unread(`\`${name}\` is not a constant of this file`, from);
    const value = constants.get(name) ?? inner(initializer);
    constants.set(name, value);
    const changing = module.touched.has(name) && (value.kind === "list" || value.kind === "record");
    return changing ? unread(`\`${name}\` may be changed after it is made`, from) : value;
  };
  return (node) => read(node, 0);
}

function limited(value: Value): Value {
  const size =
    value.kind === "text"
      ? value.pieces.reduce((sum, piece) => sum + (typeof piece === "string" ? piece.length : 1), 0) / MOST_TEXT
      : (value.kind === "list" ? value.items.length : value.kind === "record" ? value.fields.size : 0) / MOST_ITEMS;
  return size > 1 ? unread("too large", value.from) : value;
}

type Inner = (child: SyntaxNode) => Value;

function readExpression(node: Expression, module: Module, live: boolean, inner: Inner, from: Trail): Value {
  switch (node.type) {
    case "StringLiteral":
      return { kind: "text", pieces: settingPieces([node.value]), from };
    case "BooleanLiteral":
      return { kind: "boolean", value: node.value, from };
    case "TemplateLiteral":
      return readTemplate(node, inner, from);
    case "TaggedTemplateExpression":
      if (qualified(node.tag, module) !== "@pulumi/pulumi.interpolate") return unread("an unknown template tag", from);
      return readTemplate(node.quasi, inner, from);
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
      return inner(node.expression);
    case "ArrayExpression":
      return readList(node.elements, inner, from);
    case "ObjectExpression":
      return readRecord(node.properties, inner, from);
    case "LogicalExpression":
      return readLogical(node.operator, inner(node.left), () => inner(node.right), from);
    case "ConditionalExpression":
      return choose(
        inner(node.test),
        () => inner(node.consequent),
        () => inner(node.alternate),
        from,
      );
    case "UnaryExpression":
      return node.operator === "!" ? negate(inner(node.argument), from) : unread(`\`${node.operator}\``, from);
    case "BinaryExpression":
      return node.operator === "+"
        ? concat([inner(node.left), inner(node.right)], from)
        : unread(`\`${node.operator}\``, from);
    case "MemberExpression":
      return readMember(node, module, inner, from);
    case "CallExpression":
      return readCall(node, module, live, inner, from);
    default:
      return unread(`an expression of the kind ${node.type}`, from);
  }
}

type Template = Extract<Expression, { type: "TemplateLiteral" }>;

function readTemplate(node: Template, inner: Inner, from: Trail): Value {
  const parts = node.quasis.flatMap((quasi, i): readonly Value[] => {
    const literal: Value = { kind: "text", pieces: settingPieces([quasi.value.cooked ?? ""]), from };
    const expression = node.expressions[i];
    return expression === undefined ? [literal] : [literal, inner(expression)];
  });
  return concat(parts, from);
}

function readList(elements: readonly (SyntaxNode | null)[], inner: Inner, from: Trail): Value {
  const items: Value[] = [];
  for (const element of elements) {
    if (element === null) return unread("a hole in a list", from);
    if (element.type !== "SpreadElement") {
      items.push(inner(element));
      continue;
    }
    const spread = inner((element as SyntaxNode & { readonly argument: SyntaxNode }).argument);
    if (spread.kind !== "list")
      return spread.kind === "unread" ? spread : unread("`...` of what is no list", spread.from);
    items.push(...spread.items);
  }
  return { kind: "list", items, from };
}

type Property = Extract<Expression, { type: "ObjectExpression" }>["properties"][number];

function readRecord(properties: readonly Property[], inner: Inner, from: Trail): Value {
  const fields = new Map<string, Value>();
  for (const property of properties) {
    if (property.type === "SpreadElement") {
      const spread = inner(property.argument);
      if (spread.kind !== "record")
        return spread.kind === "unread" ? spread : unread("`...` of what is no object", from);
      for (const [name, value] of spread.fields) fields.set(name, value);
    } else if (property.type === "ObjectMethod") {
      return unread("a method", from);
    } else {
      const name = propertyName(property, inner);
      if (name === undefined) return unread("a computed property name", from);
      fields.set(name, inner(property.value));
    }
  }
  return { kind: "record", fields, from };
}

/** The name of a property. `__proto__: x` sets the prototype and adds nothing; only the computed form is a property. */
function propertyName(property: Extract<Property, { type: "ObjectProperty" }>, inner: Inner): string | undefined {
  if (!property.computed) {
    const name = nameOf(property.key);
    return name === "__proto__" ? undefined : name;
  }
  const key = inner(property.key);
  return key.kind === "text" ? literalText(key.pieces) : undefined;
}

/** `live && x` is `x` once `live` is true. */
function readLogical(operator: string, left: Value, right: () => Value, from: Trail): Value {
  if (left.kind === "undefined") return operator === "&&" ? left : right();
  if (left.kind !== "boolean")
    return left.kind === "unread" ? left : unread(`\`${operator}\` after what may be absent`, from);
  if (operator === "??") return left;
  return (operator === "&&") === left.value ? right() : left;
}

function choose(test: Value, yes: () => Value, no: () => Value, from: Trail): Value {
  if (test.kind === "boolean") return test.value ? yes() : no();
  return test.kind === "unread" ? test : unread("a condition that is not read", from);
}

function negate(value: Value, from: Trail): Value {
  if (value.kind === "boolean") return { ...value, value: !value.value, from };
  return value.kind === "unread" ? value : unread("`!` of what is no boolean", from);
}

type Member = Extract<Expression, { type: "MemberExpression" }>;

function readMember(node: Member, module: Module, inner: Inner, from: Trail): Value {
  const name = qualified(node, module);
  const operation = name?.match(/^@pulumi\/pulumiservice\.PulumiOperation\.(Update|Preview|Refresh|Destroy)$/)?.[1];
  if (operation !== undefined) return { kind: "text", pieces: [operation.toLowerCase()], from };
  if (name !== undefined) return unread(`\`${name}\``, from);
  const object = inner(node.object);
  if (object.kind !== "record")
    return object.kind === "unread" ? object : unread("a member of what is no object", from);
  const key = node.computed ? inner(node.property) : undefined;
  const property =
    key === undefined ? nameOf(node.property) : key.kind === "text" ? literalText(key.pieces) : undefined;
  const value = property === undefined ? undefined : object.fields.get(property);
  return value ?? unread("a property that is not there", from);
}

type Call = Extract<Expression, { type: "CallExpression" }>;

function readCall(node: Call, module: Module, live: boolean, inner: Inner, from: Trail): Value {
  const args = node.arguments.map((argument) => inner(argument));
  const [first = unread("a call without an argument", from)] = args;
  switch (qualified(node.callee, module)) {
    case "@pulumi/pulumi.getOrganization":
      return { kind: "organization", from };
    case "@pulumi/pulumi.concat":
      return concat(args, from);
    case "@pulumi/pulumi.output":
      return first;
    case "@pulumi/pulumi.secret":
      return madeSecret(first, from);
    default:
      return readConfigCall(node, first, module, live, from);
  }
}

/** `config.require("NAME")` and its kin. */
function readConfigCall(node: Call, key: Value, module: Module, live: boolean, from: Trail): Value {
  const { callee } = node;
  const method = callee.type === "MemberExpression" && !callee.computed ? nameOf(callee.property) : undefined;
  const namespace = callee.type === "MemberExpression" ? configNamespace(callee.object, module) : undefined;
  if (method === undefined || namespace === undefined) return unread("a call", from);
  const name = key.kind === "text" ? literalText(key.pieces) : undefined;
  if (name === undefined) return unread("a computed key", from);
  if (/^(?:require|get)Boolean$/.test(method) && name === LIVE) return { kind: "boolean", value: live, from };
  if (!/^(?:require|get)(?:Secret)?$/.test(method)) return unread(`\`config.${method}("${name}")\``, from);
  const config = configName(namespace === "" ? name : `${namespace}:${name}`);
  return { kind: "text", pieces: [{ config, secret: method.endsWith("Secret") }], from };
}

/** The namespace of a `new pulumi.Config()`, or of the constant that holds one; "" is the program's own. */
export function configNamespace(node: SyntaxNode, module: Module): string | undefined {
  const made = node.type === "Identifier" ? module.constants.get(nameOf(node) ?? "") : (node as Expression);
  if (made?.type !== "NewExpression" || qualified(made.callee, module) !== "@pulumi/pulumi.Config") return undefined;
  const [argument] = made.arguments;
  if (argument === undefined) return "";
  return argument.type === "StringLiteral" ? argument.value : undefined;
}
