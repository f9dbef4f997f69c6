import { parts, partsOf, type Path, type Span, type Syntax } from "@gha2pulumi/repo";
import type { Argument, Expression, TextExpression } from "./program.ts";

/** A Terraform file while it is read. */
export interface HclFile {
  readonly path: Path;
  readonly text: string;
}

export function hclSource(node: Syntax | undefined, { text }: HclFile): string {
  return node === undefined ? "" : text.slice(node.start, node.end);
}

export function hclSpan({ start, end }: Syntax, { path }: HclFile): Span {
  return { path, start, end };
}

function other(span: Span, because: string): Expression {
  return { kind: "other", because, span };
}

/** https://developer.hashicorp.com/terraform/language/expressions */
export function hclExpression(node: Syntax, file: HclFile): Expression {
  const span = hclSpan(node, file);
  const inner = parts(node);
  const [first] = inner;
  switch (node.type) {
    case "expression":
      return first === undefined ? other(span, "") : chained(inner, file);
    case "literal_value":
    case "collection_value":
    case "template_expr":
      return first === undefined ? other(span, "") : hclExpression(first, file);
    case "string_lit":
    case "quoted_template":
      return textOf(node, { ...span, start: span.start + 1, end: span.end - 1 }, file);
    case "heredoc_template":
      return textOf(node, heredocBody(node, span, file), file);
    case "numeric_lit":
      return { kind: "plain", json: Number(hclSource(node, file)), span };
    case "bool_lit":
      return { kind: "plain", json: hclSource(node, file) === "true", span };
    case "null_lit":
      return { kind: "plain", json: null, span };
    case "tuple":
      return { kind: "list", items: partsOf(node, "expression").map((one) => hclExpression(one, file)), span };
    case "object":
      return { kind: "map", entries: partsOf(node, "object_elem").map((one) => entryOf(one, file)), span };
    case "function_call": {
      const name = partsOf(node, "identifier")[0] ?? node;
      const callee: Expression = { kind: "name", name: hclSource(name, file), span: hclSpan(name, file) };
      const args = partsOf(partsOf(node, "function_arguments")[0], "expression");
      return {
        kind: "call",
        callee,
        args: args.map((one): Argument => ({ name: undefined, value: hclExpression(one, file) })),
        span,
      };
    }
    case "variable_expr":
      return { kind: "name", name: hclSource(node, file), span };
    default:
      return other(span, "");
  }
}

/** `a.b.c["d"]`: what Terraform addresses by several words is one name here, `data.type.name` and `local.name`. */
function chained([first, ...rest]: readonly Syntax[], file: HclFile): Expression {
  if (first === undefined) throw new Error("an expression of nothing");
  if (rest.length === 0) return hclExpression(first, file);
  const names = rest.map((one) => memberName(one, file));
  const root = hclSource(first, file);
  const words = first.type === "variable_expr" ? (root === "data" ? 2 : 1) : 0;
  const head = rest[words - 1];
  const known = names.slice(0, words).filter((name) => name !== undefined);
  const from: Expression =
    head === undefined || known.length < words
      ? hclExpression(first, file)
      : {
          kind: "name",
          name: [root, ...known].join("."),
          span: { path: file.path, start: first.start, end: head.end },
        };
  const used = from.kind === "name" && from.name !== root ? words : 0;
  return rest.slice(used).reduce<Expression>((of, one, i) => {
    const span = { path: file.path, start: first.start, end: one.end };
    const name = names[used + i];
    return name === undefined ? other(span, "") : { kind: "member", of, name, span };
  }, from);
}

/** `.name`, `["name"]` and `[0]`; the one copy that `[0]` means when a resource is counted is the resource. */
function memberName(node: Syntax, file: HclFile): string | undefined {
  if (node.type === "get_attr") return hclSource(partsOf(node, "identifier")[0], file);
  return /^\[\s*"?([\w-]+)"?\s*\]$/.exec(hclSource(node, file))?.[1];
}

function entryOf(node: Syntax, file: HclFile): { readonly key: Expression; readonly value: Expression } {
  const [key, value] = partsOf(node, "expression");
  const span = hclSpan(node, file);
  if (key === undefined || value === undefined) return { key: other(span, ""), value: other(span, "") };
  const written = hclSource(key, file);
  // A bare word is a key's name, not a variable.
  if (!/^[\w-]+$/.test(written)) return { key: hclExpression(key, file), value: hclExpression(value, file) };
  const own = hclSpan(key, file);
  return {
    key: { kind: "text", parts: [written], span: own, body: own, verbatim: true, doubled: false },
    value: hclExpression(value, file),
  };
}

/** From the line after the marker to the line of its end. */
function heredocBody(node: Syntax, span: Span, { text }: HclFile): Span {
  const [open, close] = partsOf(node, "heredoc_identifier");
  const start = text.indexOf("\n", open?.end ?? span.start) + 1;
  return { ...span, start, end: Math.max(start, close?.start ?? span.end) };
}

function textOf(node: Syntax, body: Span, file: HclFile): TextExpression {
  const found: TextExpression["parts"][number][] = [];
  let from = body.start;
  for (const hole of partsOf(node, "template_interpolation", "template_directive")) {
    const inner = hole.type === "template_interpolation" ? partsOf(hole, "expression")[0] : undefined;
    found.push(plain(file.text.slice(from, hole.start)), {
      expression: inner === undefined ? other(hclSpan(hole, file), "") : hclExpression(inner, file),
      start: hole.start,
      end: hole.end,
    });
    from = hole.end;
  }
  found.push(plain(file.text.slice(from, body.end)));
  const verbatim = !/\\|\$\$\{|%%\{/.test(file.text.slice(body.start, body.end));
  return { kind: "text", parts: found, span: hclSpan(node, file), body, verbatim, doubled: false };
}

function plain(text: string): string {
  return text
    .replace(/\\(["\\])/g, "$1")
    .replaceAll("$${", "${")
    .replaceAll("%%{", "%{");
}
