import type { parse } from "@babel/parser";
import type { Edited, Path, Span, Tree } from "@gha2pulumi/repo";
import type { Notation, NotationReader, RoleDefinition, RoleName } from "../notation.ts";
import type { AwsRule } from "../rule.ts";
import { allNodes, type Node, type Placed } from "./babel-nodes.ts";
import { expressionOf, parsed, readBabel, type File } from "./babel-program.ts";
import { eolOf, indentAt } from "./braced.ts";
import { addedStatement, principalStatements } from "./cdk-principals.ts";
import { cdkStatement, cdkTypescriptWords } from "./cdk-statement.ts";
import { budget, evaluate, type Scope } from "./evaluate.ts";
import { isOurs, policyOf, spansOf } from "./policy-values.ts";
import { argumentOf, chainOf, plainText, type CallExpression } from "./program.ts";
import { statementEdits } from "./statement-edits.ts";
import { asText, hole, rendered, textValue, type Value } from "./values.ts";

/**
 * Roles of the AWS CDK in TypeScript. `assumedBy` takes one principal: a statement is added to the role behind it, and
 * the expression that is there stays.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam.Role.html
 */
export const cdkTypescript: Notation = {
  name: "cdk-typescript",
  claims: (path, text) => /\.[cm]?[jt]s$/.test(path) && /\bassumedBy\b/.test(text),
  open: async () => {
    const { parse } = await import("@babel/parser");
    return readerWith(parse);
  },
};

function readerWith(parser: typeof parse): NotationReader {
  return {
    read: (tree, path) => sitesIn(tree, path, parser).map(({ definition }) => definition),
    write(definition, after, tree) {
      const { path, start } = definition.place;
      const site = sitesIn(tree, path, parser).find((one) => one.definition.place.start === start);
      if (site === undefined) return { kind: "refused", reason: `${path} does not make the role any more` };
      return written(site, after, tree.get(path) ?? "");
    },
  };
}

interface Site {
  readonly definition: RoleDefinition;
  /** How the program calls the role, and the statement that makes it. */
  readonly called: string | undefined;
  readonly statement: Span;
  /** `iam.`, behind which the constructs are. */
  readonly prefix: string;
}

function sitesIn(tree: Tree, path: Path, parser: typeof parse): readonly Site[] {
  const text = tree.get(path) ?? "";
  const root = parsed(path, text, parser);
  const program = readBabel(path, text, parser);
  if (root === undefined || program === undefined) return [];
  const file: File = { path, text };
  const world = { file: () => undefined, text: (at: Path) => tree.get(at), types: new Map(), budget: budget() };
  const scope: Scope = { program, params: new Map(), world, depth: 0 };
  const nodes = allNodes(root);
  const home = homeIn(program.imports, { path, start: 0, end: 0 });
  return nodes.flatMap((placed) => siteOf(placed, nodes, scope, file, home) ?? []);
}

/** How the file can say its own account: by the `Aws` of the CDK, under the name it is imported by. */
function homeIn(imports: Scope["program"]["imports"], span: Span): Value | undefined {
  for (const [local, { from, name }] of imports) {
    if (from !== "aws-cdk-lib" && from !== "@aws-cdk/core") continue;
    if (name !== "*" && name !== "Aws") continue;
    const aws = name === "Aws" ? local : `${local}.Aws`;
    return textValue(["arn:", hole(`${aws}.PARTITION`, ""), ":iam::", hole(`${aws}.ACCOUNT_ID`, "")], span);
  }
  return undefined;
}

function siteOf(
  { node, above }: Placed,
  nodes: readonly Placed[],
  scope: Scope,
  file: File,
  home: Value | undefined,
): Site | undefined {
  const call = node.type === "NewExpression" ? expressionOf(node, file) : undefined;
  const assumed = call?.kind === "call" ? argumentOf(call, "assumedBy") : undefined;
  if (call?.kind !== "call" || assumed === undefined) return undefined;
  const called = nameOf(node, above.at(-1), file);
  const first = principalStatements(assumed, scope, home);
  if (first === undefined) return undefined;
  const statements = [...first, ...(called === undefined ? [] : addedTo(called, nodes, scope, file, home))];
  const read = policyOf(documentOf(statements, call.span));
  if (read === undefined || !isOurs(read.policy)) return undefined;
  const chain = chainOf(call.callee) ?? "";
  const own = above.find(({ type }) => /^(?:For|While|DoWhile)\w*Statement$/.test(type));
  const definition: RoleDefinition = {
    notation: "cdk-typescript",
    variant: /\w+Principal/.exec(file.text.slice(assumed.span.start, assumed.span.end))?.[0] ?? "assumedBy",
    name: roleName(call, scope),
    place: call.span,
    document: assumed.span,
    policy: read.policy,
    statements: spansOf(statements),
    home: home && rendered(asText(home)),
    obstacle: obstacleOf(called, chain, own !== undefined),
    told: true,
  };
  const statement = above.findLast(({ type }) => /^(?:VariableDeclaration|ExpressionStatement)$/.test(type)) ?? node;
  const at = { path: file.path, start: statement.start, end: statement.end };
  return { definition, called, statement: at, prefix: chain.slice(0, chain.lastIndexOf(".") + 1) };
}

function documentOf(statements: readonly Value[], span: Span): Value {
  const entries = [
    { key: ["Version"], value: textValue(["2012-10-17"], span) },
    { key: ["Statement"], value: { kind: "list", items: statements, span, origin: span } as const },
  ];
  return { kind: "map", entries, span, origin: span };
}

/** `const role = …` and `this.role = …` give a name to add to. */
function nameOf(node: Node, around: Node | undefined, { text }: File): string | undefined {
  const part =
    around?.type === "VariableDeclarator"
      ? around["id"]
      : around?.type === "AssignmentExpression"
        ? around["left"]
        : undefined;
  const inner = around?.["init"] ?? around?.["right"];
  if (part === undefined || inner !== node) return undefined;
  const { start, end, type } = part as Node;
  // Behind the name its type may stand.
  const name = type === "Identifier" ? (/^[\w$]+/.exec(text.slice(start, end))?.[0] ?? "") : text.slice(start, end);
  return /^[\w$.]+$/.test(name) ? name : undefined;
}

/** The statements that the program adds to the role behind it. */
function addedTo(
  called: string,
  nodes: readonly Placed[],
  scope: Scope,
  file: File,
  home: Value | undefined,
): readonly Value[] {
  return nodes.flatMap(({ node }) => {
    if (!node.type.endsWith("CallExpression")) return [];
    const call = expressionOf(node, file);
    if (call.kind !== "call" || chainOf(call.callee) !== `${called}.assumeRolePolicy.addStatements`) return [];
    return call.args.map(({ value }): Value => addedStatement(value, scope, home) ?? evaluate(value, scope));
  });
}

function obstacleOf(called: string | undefined, chain: string, loops: boolean): RoleDefinition["obstacle"] {
  if (loops) return { gap: "ambiguous", because: "a loop makes it, perhaps several times" };
  if (called === undefined) return { gap: "unsupported", because: "the role has no name to add a statement to" };
  return chain.includes(".") ? undefined : { gap: "unsupported", because: "it would need further imports" };
}

/** Without a name CloudFormation makes one of the stack's, of the construct's with eight digits, and of a random end. */
function roleName(call: CallExpression, scope: Scope): RoleName {
  const given = argumentOf(call, "roleName");
  if (given !== undefined) return { kind: "named", name: asText(evaluate(given, scope)) };
  const id = plainText(call.args[1]?.value) ?? "";
  const logical = id.replace(/[^A-Za-z0-9]/g, "");
  if (logical === "") return { kind: "untold" };
  return { kind: "generated", name: id, pattern: new RegExp(`-\\w*${logical}[0-9A-F]{8}-[A-Za-z0-9]{8,}$`) };
}

function written({ definition, called, statement, prefix }: Site, after: AwsRule, text: string): Edited {
  const found = statementEdits(definition.policy, after);
  if (found.kind === "refused") return found;
  const [other] = found.edits.filter(({ kind }) => kind !== "insert");
  if (other !== undefined)
    return { kind: "refused", reason: "what a principal says is changed in the program only by hand" };
  const eol = eolOf(text);
  const indent = indentAt(text, statement.start);
  const made = found.edits.map((edit) =>
    edit.kind === "insert"
      ? cdkStatement(edit.statement, { called: called ?? "", prefix, indent, text }, cdkTypescriptWords)
      : undefined,
  );
  const odd = made.find((one) => one?.kind === "refused");
  if (odd?.kind === "refused") return odd;
  const body = made.flatMap((one) => (one?.kind === "code" ? [eol + indent + one.code] : [])).join("");
  if (body === "") return { kind: "edited", splices: [] };
  return { kind: "edited", splices: [{ start: statement.end, end: statement.end, text: body }] };
}
