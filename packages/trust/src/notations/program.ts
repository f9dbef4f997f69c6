import type { Path, Span } from "@gha2pulumi/repo";

/**
 * An expression of a program, whatever its language, as far as policies are made of it. `made` marks a call that makes
 * a resource, `new` in TypeScript.
 */
export type Expression =
  | TextExpression
  | { readonly kind: "plain"; readonly json: number | boolean | null; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly span: Span }
  | { readonly kind: "map"; readonly entries: readonly ExpressionEntry[]; readonly span: Span }
  | { readonly kind: "name"; readonly name: string; readonly span: Span }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string; readonly span: Span }
  | CallExpression
  | LambdaExpression
  | { readonly kind: "sum"; readonly of: readonly Expression[]; readonly span: Span }
  | { readonly kind: "other"; readonly because: string; readonly span: Span };

/** A text with expressions in it; `body` spans its own characters, without quotes. */
export interface TextExpression {
  readonly kind: "text";
  readonly parts: readonly (string | TextHole)[];
  readonly span: Span;
  readonly body: Span;
  /** The characters stand there as they are, but for holes: a JSON text can be edited in place. */
  readonly verbatim: boolean;
  readonly doubled: boolean;
}

/** An expression in a text, with the marks around it: `${account}`. */
export interface TextHole {
  readonly expression: Expression;
  readonly start: number;
  readonly end: number;
}

export interface ExpressionEntry {
  readonly key: Expression;
  readonly value: Expression;
}

export interface CallExpression {
  readonly kind: "call";
  readonly callee: Expression;
  readonly args: readonly Argument[];
  readonly span: Span;
}

export interface Argument {
  /** The name of a keyword argument. */
  readonly name: string | undefined;
  readonly value: Expression;
}

export interface LambdaExpression {
  readonly kind: "lambda";
  /** Names of its parameters; a list for one that is taken apart, `([a, b]) => …`. */
  readonly params: readonly (string | readonly string[])[];
  readonly body: Expression;
  readonly span: Span;
}

/** A call that makes a role, and why its policy must not be edited: it may make several. */
export interface Making {
  readonly call: CallExpression;
  readonly obstacle: string | undefined;
}

/** The obstacle of a role that is made where this stands around it. */
export function madeOften(what: string): string {
  return `${what} makes it, perhaps several times: what is added is added to all of them`;
}

/** A file of a program as far as it can be followed without running it. */
export interface Program {
  readonly path: Path;
  /** What each name stands for that is given once and nothing changes. */
  readonly constants: ReadonlyMap<string, Expression>;
  /** Names that come from other files of the repository: `./provider` and the name there, `*` for all of them. */
  readonly imports: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
  readonly makings: readonly Making[];
  /** How often each name is called. */
  readonly callers: ReadonlyMap<string, number>;
}

/** A chain of names as it is written: `aws.iam.Role`; `undefined` when something else stands in it. */
export function chainOf(expression: Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "member") return undefined;
  const before = chainOf(expression.of);
  return before === undefined ? undefined : `${before}.${expression.name}`;
}

/** The value of a keyword argument, or of a key of the last map among the arguments. */
export function argumentOf(call: CallExpression, ...names: readonly string[]): Expression | undefined {
  const named = call.args.find(({ name }) => name !== undefined && names.includes(name));
  if (named !== undefined) return named.value;
  for (const { value } of call.args) {
    const found = keyOf(value, names) ?? (value.kind === "call" ? argumentOf(value, ...names) : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function keyOf(expression: Expression, names: readonly string[]): Expression | undefined {
  if (expression.kind !== "map") return undefined;
  return expression.entries.findLast(({ key }) => names.includes(plainText(key) ?? ""))?.value;
}

/** The text of an expression that is a text without holes. */
export function plainText(expression: Expression | undefined): string | undefined {
  if (expression?.kind !== "text") return undefined;
  return expression.parts.every((part) => typeof part === "string") ? expression.parts.join("") : undefined;
}
