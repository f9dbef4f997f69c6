import type { parse } from "@babel/parser";
import type { Path, Span } from "@gha2pulumi/repo";
import { allNodes, bindings, callerCounts, functionAround, type Node } from "./babel-nodes.ts";
import {
  argumentOf,
  type Argument,
  type Expression,
  type LambdaExpression,
  type Making,
  type Program,
} from "./program.ts";

/** A TypeScript or JavaScript file as a program; `undefined` when it does not parse. */
export function readBabel(path: Path, text: string, parser: typeof parse): Program | undefined {
  const root = parsed(path, text, parser);
  if (root === undefined) return undefined;
  const file: File = { path, text };
  const nodes = allNodes(root);
  const bound = bindings(nodes);
  const constants = new Map<string, Expression>();
  const imports = new Map<string, { from: string; name: string }>();
  for (const { node } of nodes) {
    for (const [name, value] of declared(node))
      if (bound.get(name) === 1) constants.set(name, expressionOf(value, file));
    for (const [name, from] of imported(node)) imports.set(name, from);
  }
  return { path, constants, imports, makings: makingsIn(nodes, file), callers: callerCounts(nodes) };
}

export function parsed(path: Path, text: string, parser: typeof parse): Node | undefined {
  try {
    return parser(text, babelOptions(path)).program as unknown as Node;
  } catch {
    return undefined;
  }
}

/** How a file of this name is parsed. */
export function babelOptions(path: Path): NonNullable<Parameters<typeof parse>[1]> {
  const typed = /\.[cm]?ts$/.test(path);
  return {
    sourceType: "unambiguous",
    allowReturnOutsideFunction: true,
    plugins: typed ? ["typescript"] : ["jsx"],
  };
}

export interface File {
  readonly path: Path;
  readonly text: string;
}

function spanOf(node: Node, { path }: File): Span {
  return { path, start: node.start, end: node.end };
}

/** Names that are given once, with what they are given. */
function declared(node: Node): readonly (readonly [string, Node])[] {
  if (node.type === "VariableDeclaration" && node["kind"] === "const") {
    return listOf(node["declarations"]).flatMap((one): [string, Node][] => {
      const [id, init] = [nodeOf(one["id"]), nodeOf(one["init"])];
      return id?.type === "Identifier" && init !== undefined ? [[nameOf(id), init]] : [];
    });
  }
  const id = nodeOf(node["id"]);
  return node.type === "FunctionDeclaration" && id !== undefined ? [[nameOf(id), node]] : [];
}

/** Names that come from elsewhere: those of `import`, and of `const x = require("./x")`. */
function imported(node: Node): readonly (readonly [string, { from: string; name: string }])[] {
  if (node.type === "ImportDeclaration") {
    const from = textOf(nodeOf(node["source"]));
    return listOf(node["specifiers"]).map((one) => {
      const outside = nodeOf(one["imported"]);
      const name =
        outside === undefined ? (one.type === "ImportNamespaceSpecifier" ? "*" : "default") : nameOf(outside);
      return [nameOf(nodeOf(one["local"])), { from, name }] as const;
    });
  }
  const init = node.type === "VariableDeclarator" ? nodeOf(node["init"]) : undefined;
  if (init?.type !== "CallExpression" || nameOf(nodeOf(init["callee"])) !== "require") return [];
  const from = textOf(listOf(init["arguments"])[0]);
  const id = nodeOf(node["id"]);
  if (id?.type === "Identifier") return [[nameOf(id), { from, name: "*" }]];
  return listOf(id?.["properties"]).map(
    (one) => [nameOf(nodeOf(one["value"])), { from, name: nameOf(nodeOf(one["key"])) }] as const,
  );
}

/** Calls with a trust policy among their arguments. */
function makingsIn(nodes: ReturnType<typeof allNodes>, file: File): readonly Making[] {
  return nodes.flatMap(({ node, above }): Making[] => {
    if (node.type !== "NewExpression") return [];
    const call = expressionOf(node, file);
    if (
      call.kind !== "call" ||
      argumentOf(call, "assumeRolePolicy", "assumeRolePolicyDocument", "assumedBy") === undefined
    )
      return [];
    return [{ call, obstacle: functionAround(above, file.path) }];
  });
}

/** Syntax that only says how something is meant, or waits for it. */
const wrappers: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "ParenthesizedExpression",
  "AwaitExpression",
]);

/** A node as an expression, as far as policies are made of it. */
export function expressionOf(node: Node, file: File): Expression {
  const span = spanOf(node, file);
  const inner = (name: string): Expression => expressionOf(nodeOf(node[name]) ?? node, file);
  if (wrappers.has(node.type))
    return expressionOf(nodeOf(node[node.type === "AwaitExpression" ? "argument" : "expression"]) ?? node, file);
  switch (node.type) {
    case "StringLiteral":
      return {
        kind: "text",
        parts: [textOf(node)],
        span,
        body: { ...span, start: span.start + 1, end: span.end - 1 },
        verbatim: file.text.slice(span.start + 1, span.end - 1) === textOf(node),
        doubled: false,
      };
    case "TemplateLiteral":
      return templateOf(node, span, file);
    case "TaggedTemplateExpression":
      return /(?:^|\.)\$?interpolate$/.test(sourceOf(nodeOf(node["tag"]), file))
        ? { ...templateOf(nodeOf(node["quasi"]) ?? node, span, file), span }
        : other(span, "a tagged template");
    case "NumericLiteral":
    case "BooleanLiteral":
      return { kind: "plain", json: node["value"] as number | boolean, span };
    case "NullLiteral":
      return { kind: "plain", json: null, span };
    case "ArrayExpression":
      return { kind: "list", items: listOf(node["elements"]).map((one) => expressionOf(one, file)), span };
    case "ObjectExpression":
      return { kind: "map", entries: listOf(node["properties"]).map((one) => entryOf(one, file)), span };
    case "Identifier":
      return { kind: "name", name: nameOf(node), span };
    case "ThisExpression":
      return { kind: "name", name: "this", span };
    case "MemberExpression":
    case "OptionalMemberExpression": {
      const property = nodeOf(node["property"]);
      const name = memberName(property, node["computed"] === true);
      return name === undefined
        ? other(span, "a computed member")
        : { kind: "member", of: inner("object"), name, span };
    }
    case "BinaryExpression":
      return node["operator"] === "+" ? { kind: "sum", of: [inner("left"), inner("right")], span } : other(span, "");
    case "CallExpression":
    case "NewExpression":
    case "OptionalCallExpression": {
      const args = listOf(node["arguments"]).map((one): Argument => ({
        name: undefined,
        value: expressionOf(one, file),
      }));
      return { kind: "call", callee: inner("callee"), args, span };
    }
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
      return lambdaOf(node, span, file);
    case "SpreadElement":
      return other(span, "which is spread out there");
    default:
      return other(span, "");
  }
}

function other(span: Span, because: string): Expression {
  return { kind: "other", because, span };
}

function templateOf(node: Node, span: Span, file: File): Extract<Expression, { kind: "text" }> {
  const quasis = listOf(node["quasis"]);
  const expressions = listOf(node["expressions"]);
  const parts = quasis.flatMap((quasi, i) => {
    const cooked = (quasi["value"] as { readonly cooked?: string | null }).cooked ?? "";
    const hole = expressions[i];
    const end = quasis[i + 1]?.start;
    if (hole === undefined || end === undefined) return [cooked];
    return [cooked, { expression: expressionOf(hole, file), start: quasi.end, end }];
  });
  const body = { path: file.path, start: node.start + 1, end: node.end - 1 };
  return {
    kind: "text",
    parts,
    span,
    body,
    verbatim: !file.text.slice(body.start, body.end).includes("\\"),
    doubled: false,
  };
}

function entryOf(node: Node, file: File): { readonly key: Expression; readonly value: Expression } {
  const key = nodeOf(node["key"]);
  if (node.type !== "ObjectProperty" || key === undefined) {
    const spread = other(spanOf(node, file), "");
    return { key: spread, value: spread };
  }
  const value = expressionOf(nodeOf(node["value"]) ?? node, file);
  const named = node["computed"] !== true && key.type === "Identifier";
  if (!named) return { key: expressionOf(key, file), value };
  const span = spanOf(key, file);
  return { key: { kind: "text", parts: [nameOf(key)], span, body: span, verbatim: true, doubled: false }, value };
}

function memberName(property: Node | undefined, computed: boolean): string | undefined {
  if (property === undefined) return undefined;
  if (!computed) return nameOf(property);
  if (property.type === "StringLiteral") return textOf(property);
  return property.type === "NumericLiteral" ? String(property["value"]) : undefined;
}

/** A function of one expression: what it returns at its end. */
function lambdaOf(node: Node, span: Span, file: File): LambdaExpression {
  const body = nodeOf(node["body"]);
  const returns =
    body?.type === "BlockStatement" ? listOf(body["body"]).filter(({ type }) => type === "ReturnStatement") : [];
  const returned =
    body?.type === "BlockStatement" ? nodeOf(returns.length === 1 ? returns[0]?.["argument"] : undefined) : body;
  return {
    kind: "lambda",
    params: listOf(node["params"]).map(paramOf),
    body: returned === undefined ? other(span, "a function with several ends") : expressionOf(returned, file),
    span,
  };
}

function paramOf(node: Node): string | readonly string[] {
  if (node.type === "ArrayPattern") return listOf(node["elements"]).map(nameOf);
  if (node.type === "ObjectPattern") return listOf(node["properties"]).map((one) => nameOf(nodeOf(one["value"])));
  return nameOf(node.type === "AssignmentPattern" ? nodeOf(node["left"]) : node);
}

function nameOf(node: Node | undefined): string {
  return typeof node?.["name"] === "string" ? node["name"] : textOf(node);
}

function textOf(node: Node | undefined): string {
  return typeof node?.["value"] === "string" ? node["value"] : "";
}

function sourceOf(node: Node | undefined, { text }: File): string {
  return node === undefined ? "" : text.slice(node.start, node.end);
}

function nodeOf(value: unknown): Node | undefined {
  return typeof value === "object" && value !== null && "type" in value ? (value as Node) : undefined;
}

function listOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as readonly unknown[]).flatMap((one) => nodeOf(one) ?? []) : [];
}
