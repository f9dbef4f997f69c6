import {
  allSyntax,
  childAt,
  parts,
  partsOf,
  type Path,
  type PlacedSyntax,
  pythonBindings,
  pythonCallers,
  pythonImports,
  type Span,
  type Syntax,
  type SyntaxTree,
} from "@gha2pulumi/repo";
import {
  argumentOf,
  madeOften,
  plainText,
  type Argument,
  type Expression,
  type ExpressionEntry,
  type LambdaExpression,
  type Making,
  type Program,
} from "./program.ts";

/** A Python file as a program. */
export function readPython(path: Path, text: string, { root, broken }: SyntaxTree): Program {
  const file: File = { path, text };
  const nodes = allSyntax(root);
  const bound = pythonBindings(nodes, text);
  const constants = new Map<string, Expression>();
  for (const { node } of nodes) {
    for (const [name, value] of declared(node, text))
      if (bound.get(name) === 1) constants.set(name, expressionOf(value, file));
  }
  const makings = makingsIn(nodes, file).map((one) =>
    broken ? { ...one, obstacle: "a part of the file is not understood" } : one,
  );
  return { path, constants, imports: pythonImports(nodes, text), makings, callers: pythonCallers(nodes, text) };
}

export interface File {
  readonly path: Path;
  readonly text: string;
}

function declared(node: Syntax, text: string): readonly (readonly [string, Syntax])[] {
  if (node.type === "assignment") {
    const [left, right] = [childAt(node, "left"), childAt(node, "right")];
    return left?.type === "identifier" && right !== undefined ? [[text.slice(left.start, left.end), right]] : [];
  }
  const name = node.type === "function_definition" ? childAt(node, "name") : undefined;
  return name === undefined ? [] : [[text.slice(name.start, name.end), node]];
}

const policyArguments = ["assume_role_policy", "assume_role_policy_document", "AssumeRolePolicyDocument"];

function makingsIn(nodes: readonly PlacedSyntax[], file: File): readonly Making[] {
  return nodes.flatMap(({ node, above }): Making[] => {
    if (node.type !== "call") return [];
    const call = expressionOf(node, file);
    if (call.kind !== "call" || argumentOf(call, ...policyArguments) === undefined) return [];
    // A script of the SDK: what it says of a role that is there already has no effect.
    const once = call.callee.kind === "member" && call.callee.name === "create_role";
    return [{ call, obstacle: once ? "the script only makes roles: it changes none that is there" : around(above) }];
  });
}

function around(above: readonly Syntax[]): string | undefined {
  const outer = above.find(({ type }) => /^(?:for|while|class|function)_\w+$|comprehension$/.test(type));
  if (outer === undefined) return undefined;
  if (outer.type === "function_definition") return madeOften("a function");
  return madeOften(outer.type === "class_definition" ? "a component" : "a loop");
}

/** A node of Python as an expression. */
export function expressionOf(node: Syntax, file: File): Expression {
  const span = spanOf(node, file);
  const at = (field: string): Expression => expressionOf(childAt(node, field) ?? node, file);
  switch (node.type) {
    case "string":
      return textOf(node, span, file);
    case "concatenated_string":
      return { kind: "sum", of: parts(node).map((one) => expressionOf(one, file)), span };
    case "parenthesized_expression":
    case "await": {
      const [inner] = parts(node);
      return inner === undefined ? other(span, "") : expressionOf(inner, file);
    }
    case "integer":
    case "float":
      return { kind: "plain", json: Number(source(node, file)), span };
    case "true":
    case "false":
      return { kind: "plain", json: node.type === "true", span };
    case "none":
      return { kind: "plain", json: null, span };
    case "list":
    case "tuple":
      return { kind: "list", items: parts(node).map((one) => expressionOf(one, file)), span };
    case "dictionary":
      return { kind: "map", entries: parts(node).map((one) => entryOf(one, file)), span };
    case "identifier":
      return { kind: "name", name: source(node, file), span };
    case "attribute":
      return { kind: "member", of: at("object"), name: source(childAt(node, "attribute"), file), span };
    case "subscript": {
      const key = expressionOf(childAt(node, "subscript") ?? node, file);
      const name = key.kind === "plain" ? String(key.json) : plainText(key);
      return name === undefined ? other(span, "a computed key") : { kind: "member", of: at("value"), name, span };
    }
    case "binary_operator":
      return source(childAt(node, "operator"), file) === "+"
        ? { kind: "sum", of: [at("left"), at("right")], span }
        : other(span, source(childAt(node, "operator"), file) === "%" ? "`%` fills it in when the program runs" : "");
    case "call":
      return { kind: "call", callee: at("function"), args: argumentsOf(childAt(node, "arguments"), file), span };
    case "lambda":
      return lambdaOf(node, partsOf(node, "lambda_parameters")[0], childAt(node, "body"), file);
    case "function_definition": {
      const returns = partsOf(childAt(node, "body"), "return_statement");
      return lambdaOf(node, childAt(node, "parameters"), returns.length === 1 ? parts(returns[0])[0] : undefined, file);
    }
    default:
      return other(span, "");
  }
}

function spanOf({ start, end }: Syntax, { path }: File): Span {
  return { path, start, end };
}

function source(node: Syntax | undefined, { text }: File): string {
  return node === undefined ? "" : text.slice(node.start, node.end);
}

function other(span: Span, because: string): Expression {
  return { kind: "other", because, span };
}

/** https://docs.python.org/3/reference/lexical_analysis.html#formatted-string-literals */
function textOf(node: Syntax, span: Span, file: File): Expression {
  const [start] = partsOf(node, "string_start");
  const end = partsOf(node, "string_end")[0];
  if (start === undefined || end === undefined) return other(span, "");
  const prefix = source(start, file).toLowerCase();
  if (prefix.includes("b")) return other(span, "bytes");
  const doubled = prefix.includes("f");
  const body = { path: file.path, start: start.end, end: end.start };
  const found: Extract<Expression, { kind: "text" }>["parts"][number][] = [];
  let from = body.start;
  const plain = (to: number): string => unescaped(file.text.slice(from, to), doubled);
  for (const hole of partsOf(node, "interpolation")) {
    const inner = childAt(hole, "expression");
    found.push(plain(hole.start), {
      expression: inner === undefined || hasFormat(hole) ? other(spanOf(hole, file), "") : expressionOf(inner, file),
      start: hole.start,
      end: hole.end,
    });
    from = hole.end;
  }
  found.push(plain(body.end));
  const verbatim = !file.text.slice(body.start, body.end).includes("\\");
  return { kind: "text", parts: found, span, body, verbatim, doubled };
}

/** `{name!r}` and `{name:>8}` are more than the name. */
function hasFormat(hole: Syntax): boolean {
  return partsOf(hole, "type_conversion", "format_specifier").length > 0;
}

function unescaped(text: string, doubled: boolean): string {
  const plain = doubled ? text.replaceAll("{{", "{").replaceAll("}}", "}") : text;
  return plain.replace(/\\(["'\\])/g, "$1").replace(/\\\r?\n/g, "");
}

function entryOf(node: Syntax, file: File): ExpressionEntry {
  const [key, value] = [childAt(node, "key"), childAt(node, "value")];
  if (node.type === "pair" && key !== undefined && value !== undefined) {
    return { key: expressionOf(key, file), value: expressionOf(value, file) };
  }
  const spread = other(spanOf(node, file), "");
  return { key: spread, value: spread };
}

function argumentsOf(node: Syntax | undefined, file: File): readonly Argument[] {
  return parts(node).map((one): Argument => {
    const [name, value] = [childAt(one, "name"), childAt(one, "value")];
    return one.type === "keyword_argument" && value !== undefined
      ? { name: source(name, file), value: expressionOf(value, file) }
      : { name: undefined, value: expressionOf(one, file) };
  });
}

function lambdaOf(node: Syntax, params: Syntax | undefined, body: Syntax | undefined, file: File): LambdaExpression {
  const span = spanOf(node, file);
  return {
    kind: "lambda",
    params: parts(params).map((one) =>
      source(one.type === "identifier" ? one : (childAt(one, "name") ?? parts(one)[0]), file),
    ),
    body: body === undefined ? other(span, "a function with several ends") : expressionOf(body, file),
    span,
  };
}
