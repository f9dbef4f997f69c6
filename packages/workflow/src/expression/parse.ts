import { remembered } from "@gha2pulumi/repo";
import {
  Binary,
  ContextAccess,
  type Expr,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Star,
  Unary,
} from "@actions/expressions/ast";
import { Lexer, type Token, TokenType } from "@actions/expressions/lexer";
import { Parser } from "@actions/expressions/parser";

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** An expression without its position. */
type Shape =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** `name` is in lower case: contexts and functions are found whatever their case. */
  | { readonly kind: "context"; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly index: Expression }
  | { readonly kind: "star"; readonly of: Expression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "not"; readonly of: Expression }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] };

/** An expression as a tree. `start` and `end` are offsets in the expression's own source; brackets leave no node. */
export type Expression = Shape & { readonly start: number; readonly end: number };

export type Parsed =
  { readonly kind: "parsed"; readonly node: Expression } | { readonly kind: "invalid"; readonly message: string };

/** The contexts of https://docs.github.com/en/actions/reference/workflows-and-actions/contexts. */
export const contextNames = [
  "github",
  "env",
  "vars",
  "secrets",
  "inputs",
  "matrix",
  "needs",
  "steps",
  "runner",
  "strategy",
  "job",
  "jobs",
] as const;

/** The functions that exist beside the language's own, with the number of arguments GitHub accepts. */
const runFunctions = [
  { name: "success", minArgs: 0, maxArgs: Number.MAX_SAFE_INTEGER },
  { name: "failure", minArgs: 0, maxArgs: Number.MAX_SAFE_INTEGER },
  { name: "always", minArgs: 0, maxArgs: 0 },
  { name: "cancelled", minArgs: 0, maxArgs: 0 },
  { name: "hashFiles", minArgs: 1, maxArgs: 255 },
];

/** GitHub's limit. The parser does not count chains of `==`; without the limit they would overflow the stack here. */
const maxDepth = 50;

/** The tree of an expression (without `${{ }}`), or what GitHub has against it. Never throws. */
export const parseExpression: (source: string) => Parsed = remembered(5000, parseAfresh);

function parseAfresh(source: string): Parsed {
  try {
    const tokens = placed(source, new Lexer(source).lex().tokens);
    const root = new Parser(tokens, [...contextNames], runFunctions).parse() as Expr | undefined;
    if (root === undefined) return { kind: "invalid", message: "an expression was expected" };
    return { kind: "parsed", node: convert({ tokens, at: 0 }, root, 1) };
  } catch (error) {
    return { kind: "invalid", message: error instanceof Error ? error.message : "the expression cannot be read" };
  }
}

/** The expressions directly inside one, in the order they are written. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "literal":
    case "context":
      return [];
    case "index":
      return [node.of, node.index];
    case "star":
    case "not":
      return [node.of];
    case "call":
      return node.args;
    case "compare":
      return [node.left, node.right];
    case "and":
    case "or":
      return node.operands;
  }
}

interface PlacedToken extends Token {
  readonly start: number;
  readonly end: number;
}

/**
 * Tokens with offsets. The lexer's own columns are wrong after a string that spans lines, but it skips nothing between
 * tokens except white space, so their lengths tell. It also undoubles only the first `''` of a string: we do all.
 */
function placed(source: string, tokens: readonly Token[]): PlacedToken[] {
  let at = 0;
  return tokens.map((token) => {
    while (" \r\t\n".includes(source[at] ?? "x")) at++;
    const start = at;
    at += token.lexeme.length;
    const text = token.type === TokenType.STRING ? { value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : {};
    return { ...token, ...text, start, end: at };
  });
}

/** Walks the tokens in step with the parser's tree, which is in source order but keeps few positions. */
interface Walk {
  readonly tokens: readonly PlacedToken[];
  at: number;
}

function peek(walk: Walk): PlacedToken {
  const token = walk.tokens[walk.at];
  if (token === undefined) throw new Error("the parser's tree has more parts than there are tokens");
  return token;
}

function take(walk: Walk): PlacedToken {
  const token = peek(walk);
  walk.at++;
  return token;
}

function convert(walk: Walk, expr: Expr, depth: number): Expression {
  if (depth > maxDepth) throw new Error(`Exceeded max expression depth ${maxDepth}`);
  if (expr instanceof Grouping) {
    take(walk);
    const inner = convert(walk, expr.group, depth);
    take(walk);
    return inner;
  }
  const { start } = peek(walk);
  const shape = shapeOf(walk, expr, depth + 1);
  return { ...shape, start, end: walk.tokens[walk.at - 1]?.end ?? start };
}

function shapeOf(walk: Walk, expr: Expr, depth: number): Shape {
  if (expr instanceof Literal) return { kind: "literal", value: literalValue(take(walk)) };
  if (expr instanceof ContextAccess) return { kind: "context", name: take(walk).lexeme.toLowerCase() };
  if (expr instanceof FunctionCall) return callShape(walk, expr, depth);
  if (expr instanceof IndexAccess) return indexShape(walk, expr, depth);
  if (expr instanceof Logical) {
    const kind = expr.operator.type === TokenType.AND ? "and" : "or";
    const operands = expr.args.map((operand, index) => {
      if (index > 0) take(walk);
      return convert(walk, operand, depth);
    });
    return { kind, operands };
  }
  if (expr instanceof Binary) {
    const left = convert(walk, expr.left, depth);
    const operator = take(walk).lexeme as Comparison;
    return { kind: "compare", operator, left, right: convert(walk, expr.right, depth) };
  }
  if (expr instanceof Unary) {
    take(walk);
    return { kind: "not", of: convert(walk, expr.expr, depth) };
  }
  throw new Error("an unexpected part of an expression");
}

function callShape(walk: Walk, call: FunctionCall, depth: number): Shape {
  const name = take(walk).lexeme.toLowerCase();
  take(walk);
  const args = call.args.map((arg) => {
    const converted = convert(walk, arg, depth);
    // The grammar allows a comma after the last argument.
    if (peek(walk).type === TokenType.COMMA) take(walk);
    return converted;
  });
  take(walk);
  return { kind: "call", name, args };
}

function indexShape(walk: Walk, access: IndexAccess, depth: number): Shape {
  const of = convert(walk, access.expr, depth);
  const bracket = take(walk).type === TokenType.LEFT_BRACKET;
  if (access.index instanceof Star) {
    walk.at += bracket ? 2 : 1;
    return { kind: "star", of };
  }
  if (!bracket) {
    const { lexeme, start, end } = take(walk);
    return { kind: "index", of, index: { kind: "literal", value: lexeme, start, end } };
  }
  const index = convert(walk, access.index, depth);
  take(walk);
  return { kind: "index", of, index };
}

function literalValue(token: PlacedToken): string | number | boolean | null {
  switch (token.type) {
    case TokenType.TRUE:
      return true;
    case TokenType.FALSE:
      return false;
    case TokenType.NULL:
      return null;
    default:
      return token.value ?? null;
  }
}
