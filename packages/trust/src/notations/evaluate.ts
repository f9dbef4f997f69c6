import { textOf, type Path, type Span, type Text } from "@gha2pulumi/repo";
import { issuerKey } from "../claims.ts";
import { fileTextValue } from "./file-text.ts";
import { argumentOf, chainOf, type CallExpression, type Expression, type Program } from "./program.ts";
import { asText, field, hole, literalOf, textValue, type Value } from "./values.ts";

/** Where an expression stands: its file, what parameters stand for there, and how to find other files. */
export interface Scope {
  readonly program: Program;
  readonly params: ReadonlyMap<string, Param>;
  readonly world: World;
  readonly depth: number;
}

/** What a parameter stands for; what `apply` hands to a function is a text, not an output. */
export interface Param {
  readonly value: Value;
  readonly type: "text" | "output" | undefined;
  /** The function whose parameter it is. */
  readonly within: Span;
}

/** What an evaluation shares: the other files, and what it notes about expressions on its way. */
export interface World {
  /** The file that an import of this program names. */
  readonly file: (from: Path, specifier: string) => Program | undefined;
  readonly text: (path: Path) => string | undefined;
  /** Of each expression that was seen by its place: whether it is a text when the program runs, or an output. */
  readonly types: Map<string, "text" | "output">;
  /** How many more expressions are looked at: names of lists of names can stand for more than there is memory. */
  readonly budget: { left: number };
}

/** A fresh budget. The largest program seen needs some hundred for its policy. */
export function budget(): World["budget"] {
  return { left: 20_000 };
}

// Real programs name a policy over three or four constants.
const deepest = 40;

/** The value of an expression; what only running the program would tell is unknown, or a hole in a text. */
export function evaluate(expression: Expression, scope: Scope): Value {
  const { span } = expression;
  if (scope.depth > deepest) return unknown(expression, scope, "it leads in circles");
  if (--scope.world.budget.left < 0) return unknown(expression, scope, "it stands for too much");
  const deeper = { ...scope, depth: scope.depth + 1 };
  switch (expression.kind) {
    case "text":
      return textExpression(expression, deeper);
    case "plain":
      return { kind: "plain", json: expression.json, span };
    case "list":
      return { kind: "list", items: expression.items.map((item) => evaluate(item, deeper)), span, origin: span };
    case "map": {
      const entries = expression.entries.map(({ key, value }) => ({
        key: asText(evaluate(key, deeper)),
        value: evaluate(value, deeper),
      }));
      return { kind: "map", entries, span, origin: span };
    }
    case "name":
      return nameValue(expression, deeper);
    case "member":
      return memberValue(expression, deeper);
    case "call":
      return callValue(expression, deeper);
    case "sum":
      return textValue(textOf(...expression.of.map((one) => asText(evaluate(one, deeper)))), span);
    case "lambda":
      return unknown(expression, scope, "a function");
    case "other":
      return unknown(expression, scope, expression.because);
  }
}

function unknown({ span }: Expression, scope: Scope, because = ""): Value {
  return { kind: "unknown", expression: written(span, scope), because, span };
}

function written({ path, start, end }: Span, { world }: Scope): string {
  return world.text(path)?.slice(start, end) ?? "";
}

function textExpression(expression: Extract<Expression, { kind: "text" }>, scope: Scope): Value {
  const { span, body, doubled, verbatim } = expression;
  const values = expression.parts.map((part) =>
    typeof part === "string" ? part : { ...part, text: asText(evaluate(part.expression, scope)) },
  );
  const text = textOf(...values.map((part) => (typeof part === "string" ? part : part.text)));
  const holes = values.flatMap((part) => (typeof part === "string" ? [] : [part]));
  return { kind: "text", text, span, body: verbatim ? { at: body, holes, doubled } : undefined };
}

/** A value that stands somewhere by name. */
function standing(value: Value, span: Span): Value {
  return { ...value, span };
}

function nameValue(expression: Extract<Expression, { kind: "name" }>, scope: Scope): Value {
  const { name, span } = expression;
  const bound = scope.params.get(name);
  if (bound !== undefined) {
    if (bound.type !== undefined) note(scope, span, bound.type);
    return standing(bound.value, span);
  }
  const found = follow(expression, scope);
  if (found === undefined || found.expression.kind === "name") return unknown(expression, scope);
  const value = evaluate(found.expression, found.scope);
  const type = scope.world.types.get(placeOf(found.expression.span));
  if (type !== undefined) note(scope, span, type);
  return value.kind === "unknown" ? unknown(expression, scope, value.because) : standing(value, span);
}

interface Followed {
  readonly expression: Expression;
  readonly scope: Scope;
}

/** What a name stands for, over other names and other files, with the scope it stands in. */
export function follow(expression: Expression, scope: Scope): Followed | undefined {
  if (scope.depth > deepest) return undefined;
  if (expression.kind !== "name") return { expression, scope };
  const { program, world } = scope;
  if (scope.params.has(expression.name)) return { expression, scope };
  const own = program.constants.get(expression.name);
  if (own !== undefined) return follow(own, { ...scope, params: seenFrom(own.span, scope), depth: scope.depth + 1 });
  const imported = program.imports.get(expression.name);
  const file = imported && world.file(program.path, imported.from);
  const there = imported && file?.constants.get(imported.name);
  if (file === undefined || there === undefined) return undefined;
  return follow(there, { program: file, params: new Map(), world, depth: scope.depth + 1 });
}

/** The parameters that a constant can mean: those of the functions in which it is given. */
function seenFrom(span: Span, { params }: Scope): Scope["params"] {
  return new Map(
    [...params].filter(
      ([, { within }]) => within.path === span.path && within.start <= span.start && span.end <= within.end,
    ),
  );
}

function memberValue(expression: Extract<Expression, { kind: "member" }>, scope: Scope): Value {
  const { of, name, span } = expression;
  const target = follow(of, scope) ?? importedMember(expression, scope);
  if (target === undefined) return unknown(expression, scope);
  if (target.expression.kind === "call") {
    const issuer = providerIssuer(target.expression, target.scope);
    if (issuer !== undefined && /^(?:arn|url|openIdConnectProviderArn|open_id_connect_provider_arn)$/.test(name)) {
      const maker = chainOf(target.expression.callee) ?? "";
      // The CDKs' ARNs are texts that stand for others: neither `replace` nor `apply` does what it says.
      if (name !== "openIdConnectProviderArn" && !maker.endsWith("OpenidConnectProvider"))
        note(scope, span, /get\w*Provider$/.test(maker) ? "text" : "output");
      return textValue(name === "url" ? [issuer] : arnOf(expression, issuer, scope), span);
    }
    if (name === "json" && isDocumentCall(target.expression))
      return standing(documentOf(target.expression, target.scope), span);
  }
  const owner = of.kind === "name" ? scope.params.get(of.name) : undefined;
  if (owner?.type !== undefined) note(scope, span, owner.type);
  const value = target.expression === of ? evaluate(of, scope) : evaluate(target.expression, target.scope);
  // What a lookup gives once it is there: `.then((document) => document.json)`.
  if (name === "json" && field(value, dataKey) !== undefined) return standing(value, span);
  const inner = value.kind === "list" && /^\d+$/.test(name) ? value.items[Number(name)] : field(value, name);
  return inner === undefined ? unknown(expression, scope) : standing(inner, span);
}

/** `provider.github` where `provider` is a whole file of the repository. */
function importedMember({ of, name }: Extract<Expression, { kind: "member" }>, scope: Scope): Followed | undefined {
  const imported = of.kind === "name" ? scope.program.imports.get(of.name) : undefined;
  if (imported?.name !== "*") return undefined;
  const file = scope.world.file(scope.program.path, imported.from);
  const there = file?.constants.get(name);
  return file && there && { expression: there, scope: { ...scope, program: file, params: new Map() } };
}

/** An ARN of which the program tells all but the account. */
function arnOf({ span }: Expression, issuer: string, scope: Scope): Text {
  const own = written(span, scope);
  return ["arn:", hole(`${own}: partition`, ""), ":iam::", hole(`${own}: account`, ""), `:oidc-provider/${issuer}`];
}

/** The issuer of a call that makes or looks up an OpenID Connect provider. */
function providerIssuer(call: CallExpression, scope: Scope): string | undefined {
  if (
    !/Open[Ii]dConnectProvider(?:Output)?$|open_id_connect_provider(?:_output)?$|^aws_iam_openid_connect_provider$/.test(
      chainOf(call.callee) ?? "",
    )
  ) {
    return undefined;
  }
  const url = argumentOf(call, "url");
  const literal = url && literalOf(evaluate(url, scope));
  if (literal !== undefined) return issuerKey(literal);
  const arn = argumentOf(call, "arn");
  return arn && /:oidc-provider\/(.+)$/.exec(literalOf(evaluate(arn, scope)) ?? "")?.[1];
}

const documentCalls =
  /(?:^|\.)(?:getPolicyDocument(?:Output)?|get_policy_document(?:_output)?|aws_iam_policy_document|DataAwsIamPolicyDocument)$/;

function isDocumentCall(call: CallExpression): boolean {
  return documentCalls.test(chainOf(call.callee) ?? "");
}

/** The key under which the arguments of `getPolicyDocument` are kept apart from a policy's own elements. */
export const dataKey = "\0getPolicyDocument";

/** The arguments of `getPolicyDocument`, to be read in their own words. */
function documentOf(call: CallExpression, scope: Scope): Value {
  const { span } = call;
  // CDKTF's construct has a scope and a name before its own arguments.
  const place = chainOf(call.callee)?.endsWith("DataAwsIamPolicyDocument") === true ? 2 : 0;
  const only =
    call.args.length === place + 1 && call.args[place]?.name === undefined ? call.args[place]?.value : undefined;
  const value = only === undefined ? namedArguments(call, scope) : evaluate(only, scope);
  return { kind: "map", entries: [{ key: [dataKey], value }], span, origin: span };
}

/** Keyword arguments as a map: `GetPolicyDocumentStatementArgs(actions=[…])`. */
function namedArguments(call: CallExpression, scope: Scope): Value {
  const { span } = call;
  const entries = call.args.map(({ name, value }) => ({
    key: name === undefined ? [hole("…", "an argument without a name")] : [name],
    value: evaluate(value, scope),
  }));
  return { kind: "map", entries, span, origin: span };
}

function callValue(call: CallExpression, scope: Scope): Value {
  const { callee, args, span } = call;
  const [first, second] = args;
  const chain = chainOf(callee) ?? "";
  if (first !== undefined && documents.test(chain)) return standing(evaluate(first.value, scope), span);
  if (isDocumentCall(call)) return documentOf(call, scope);
  if (/(?:^|\.)assumeRolePolicyForPrincipal$/.test(chain))
    return unknown(
      call,
      scope,
      "`assumeRolePolicyForPrincipal` knows `sts:AssumeRole` alone, which no token is let in by",
    );
  if (/^(?:file|templatefile)$|(?:^|\.)readFileSync$/.test(chain)) return fileText(call, scope);
  if (/(?:Args|ArgsDict)$/.test(chain) && args.every(({ name }) => name !== undefined))
    return namedArguments(call, scope);
  if (chain === "replace" && args.length === 3)
    return replaced(
      args.map(({ value }) => evaluate(value, scope)),
      call,
      scope,
    );
  if (/(?:^|\.)concat$/.test(chain)) {
    return textValue(textOf(...args.map(({ value }) => asText(evaluate(value, scope)))), span);
  }
  if (callee.kind === "member" && first !== undefined) {
    if (/^(?:apply|then)$/.test(callee.name)) return applied(callee.of, first.value, call, scope);
    if (/^replace(?:All)?$/.test(callee.name) && second !== undefined) {
      return replaced(
        [callee.of, first.value, second.value].map((one) => evaluate(one, scope)),
        call,
        scope,
      );
    }
  }
  return callee.kind === "name" ? called(callee.name, call, scope) : unknown(call, scope);
}

/** A call that reads a file, where the repository has it. */
function fileText(call: CallExpression, scope: Scope): Value {
  const [named, given] = call.args.map(({ value }) => evaluate(value, scope));
  const isTemplate = chainOf(call.callee) === "templatefile";
  const read =
    named && fileTextValue(named, isTemplate ? given : undefined, { span: call.span, text: scope.world.text });
  return read ?? unknown(call, scope, "it is in a file that the repository does not have under that name");
}

/** Calls that make a policy's text of their argument, or hand it on as it is. */
const documents =
  /(?:^|\.)(?:JSON\.stringify|jsonStringify|json\.dumps|json_dumps|Output\.json_dumps|jsonencode|\$jsonStringify|pulumi\.output|Output\.from_input|output)$/;

/** `value.apply((arn) => …)`: the function's body, with its parameter standing for the value. */
function applied(of: Expression, fn: Expression, call: CallExpression, scope: Scope): Value {
  const lambda = follow(fn, scope);
  if (lambda?.expression.kind !== "lambda") return unknown(call, scope);
  const given = givenTo(of, scope);
  const params = new Map(lambda.scope.params);
  const [param] = lambda.expression.params;
  const { span: within } = lambda.expression;
  if (typeof param === "string") params.set(param, { value: given, type: "text", within });
  else param?.forEach((name, i) => params.set(name, { value: part(given, i, name), type: "text", within }));
  return standing(evaluate(lambda.expression.body, { ...lambda.scope, params, depth: scope.depth }), call.span);
}

/** `pulumi.all([a, b])` and `Output.all(a, b)` are lists, `Output.all(a=…)` and `pulumi.all({ a })` are maps. */
function givenTo(of: Expression, scope: Scope): Value {
  const found = follow(of, scope);
  if (found?.expression.kind === "call" && /(?:^|\.)all$/.test(chainOf(found.expression.callee) ?? "")) {
    const { args, span } = found.expression;
    const [first] = args;
    if (first?.name !== undefined) return namedArguments(found.expression, found.scope);
    if (args.length === 1 && first && /list|map/.test(first.value.kind)) return evaluate(first.value, found.scope);
    return { kind: "list", items: args.map(({ value }) => evaluate(value, found.scope)), span, origin: span };
  }
  return evaluate(of, scope);
}

function part(given: Value, i: number, name: string): Value {
  const found = given.kind === "list" ? given.items[i] : field(given, name);
  return found ?? { kind: "unknown", expression: name, because: "", span: given.span };
}

/** A text in which one literal gives way to another. */
function replaced(values: readonly Value[], call: CallExpression, scope: Scope): Value {
  const [text, from, to] = values;
  const [old, fresh] = [literalOf(from), literalOf(to)];
  if (text?.kind !== "text" || old === undefined || fresh === undefined) return unknown(call, scope);
  return textValue(
    text.text.map((piece) => (typeof piece === "string" ? piece.replaceAll(old, fresh) : piece)),
    call.span,
  );
}

/** A function of the program that is called in one place: its body, with its parameters. */
function called(name: string, call: CallExpression, scope: Scope): Value {
  const found = follow(call.callee, scope);
  if (found?.expression.kind !== "lambda") return unknown(call, scope);
  if ((found.scope.program.callers.get(name) ?? 0) > 1)
    return unknown(call, scope, `\`${name}\` is called in several places`);
  const params = new Map(found.scope.params);
  const { span: within } = found.expression;
  found.expression.params.forEach((param, i) => {
    const argument = call.args.find((one) => one.name === param) ?? call.args[i];
    if (typeof param !== "string" || argument === undefined) return;
    const value = evaluate(argument.value, scope);
    params.set(param, { value, type: scope.world.types.get(placeOf(argument.value.span)), within });
  });
  return standing(evaluate(found.expression.body, { ...found.scope, params }), call.span);
}

function placeOf({ path, start }: Span): string {
  return `${path} ${start}`;
}

function note({ world }: Scope, span: Span, type: "text" | "output"): void {
  world.types.set(placeOf(span), type);
}

/** Whether the expression at a place is a text when the program runs, or an output. */
export function typeAt({ types }: World, span: Span): "text" | "output" | undefined {
  return types.get(placeOf(span));
}
