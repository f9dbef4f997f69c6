import {
  allSyntax,
  childAt,
  parserOf,
  type Edited,
  type Path,
  type PlacedSyntax,
  type Span,
  type SyntaxTree,
  type Tree,
} from "@gha2pulumi/repo";
import type { Notation, NotationReader, RoleDefinition, RoleName } from "../notation.ts";
import type { AwsRule } from "../rule.ts";
import { eolOf, indentAt } from "./braced.ts";
import { addedStatement, principalStatements } from "./cdk-principals.ts";
import { cdkPythonWords, cdkStatement } from "./cdk-statement.ts";
import { budget, evaluate, type Scope } from "./evaluate.ts";
import { isOurs, policyOf, spansOf } from "./policy-values.ts";
import { argumentOf, chainOf, plainText, type CallExpression } from "./program.ts";
import { expressionOf, readPython, type File } from "./python-program.ts";
import { statementEdits } from "./statement-edits.ts";
import { asText, hole, rendered, textValue, type Value } from "./values.ts";

/**
 * Roles of the AWS CDK in Python: a statement is added to the role behind it.
 * https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_iam/Role.html
 */
export const cdkPython: Notation = {
  name: "cdk-python",
  claims: (path, text) => path.endsWith(".py") && /\bassumed_by\b/.test(text),
  open: async (grammars) => {
    if (grammars === undefined) return undefined;
    return readerWith(await parserOf(grammars.engine, grammars.python));
  },
};

type Parse = (text: string) => SyntaxTree;

function readerWith(parse: Parse): NotationReader {
  return {
    read: (tree, path) => sitesIn(tree, path, parse).map(({ definition }) => definition),
    write(definition, after, tree) {
      const { path, start } = definition.place;
      const site = sitesIn(tree, path, parse).find((one) => one.definition.place.start === start);
      if (site === undefined) return { kind: "refused", reason: `${path} does not make the role any more` };
      return written(site, after, tree.get(path) ?? "");
    },
  };
}

interface Site {
  readonly definition: RoleDefinition;
  readonly called: string | undefined;
  readonly statement: Span;
  /** `iam.`, behind which the constructs are. */
  readonly prefix: string;
}

interface Context {
  readonly nodes: readonly PlacedSyntax[];
  readonly scope: Scope;
  readonly file: File;
  readonly home: Value | undefined;
  readonly broken: boolean;
}

function sitesIn(tree: Tree, path: Path, parse: Parse): readonly Site[] {
  const text = tree.get(path) ?? "";
  const syntax = parse(text);
  const program = readPython(path, text, syntax);
  const world = { file: () => undefined, text: (at: Path) => tree.get(at), types: new Map(), budget: budget() };
  const scope: Scope = { program, params: new Map(), world, depth: 0 };
  const home = homeIn(program.imports, { path, start: 0, end: 0 });
  const nodes = allSyntax(syntax.root);
  const context = { nodes, scope, file: { path, text }, home, broken: syntax.broken };
  return nodes.flatMap((placed) => siteOf(placed, context) ?? []);
}

/** How the file can say its own account: by the `Aws` of the CDK, under the name it is imported by. */
function homeIn(imports: Scope["program"]["imports"], span: Span): Value | undefined {
  for (const [local, { from, name }] of imports) {
    if (from !== "aws_cdk" || (name !== "*" && name !== "Aws")) continue;
    const aws = name === "Aws" ? local : `${local}.Aws`;
    return textValue(["arn:", hole(`${aws}.PARTITION`, ""), ":iam::", hole(`${aws}.ACCOUNT_ID`, "")], span);
  }
  return undefined;
}

function siteOf({ node, above }: PlacedSyntax, context: Context): Site | undefined {
  const { scope, file, broken } = context;
  const call = node.type === "call" ? expressionOf(node, file) : undefined;
  const assumed = call?.kind === "call" ? call.args.find(({ name }) => name === "assumed_by")?.value : undefined;
  if (call?.kind !== "call" || assumed === undefined) return undefined;
  const home = context.home ?? stackHome(call, above, file);
  const around = above.at(-1);
  const left = around?.type === "assignment" ? childAt(around, "left") : undefined;
  const name = left === undefined ? "" : file.text.slice(left.start, left.end);
  const called = /^[\w.]+$/.test(name) ? name : undefined;
  const first = principalStatements(assumed, scope, home);
  if (first === undefined) return undefined;
  const statements = [...first, ...(called === undefined ? [] : addedTo(called, { ...context, home }))];
  const read = policyOf(documentOf(statements, call.span));
  if (read === undefined || !isOurs(read.policy)) return undefined;
  const chain = chainOf(call.callee) ?? "";
  const loops = above.some(({ type }) => /^(?:for|while)_statement$|comprehension$/.test(type));
  const because = broken
    ? "a part of the file is not understood"
    : loops
      ? "a loop makes it, perhaps several times"
      : called === undefined
        ? "the role has no name to add a statement to"
        : chain.includes(".")
          ? undefined
          : "it would need further imports";
  const definition: RoleDefinition = {
    notation: "cdk-python",
    variant: /\w+Principal/.exec(file.text.slice(assumed.span.start, assumed.span.end))?.[0] ?? "assumed_by",
    name: roleName(call, scope),
    place: call.span,
    document: assumed.span,
    policy: read.policy,
    statements: spansOf(statements),
    home: home && rendered(asText(home)),
    obstacle: because === undefined ? undefined : { gap: "unsupported", because },
    told: true,
  };
  const at = around?.type === "assignment" ? around : node;
  const statement = { path: file.path, start: at.start, end: at.end };
  return { definition, called, statement, prefix: chain.slice(0, chain.lastIndexOf(".") + 1) };
}

/** A stack has its account and partition as its own: https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk/Stack.html */
function stackHome(call: CallExpression, above: PlacedSyntax["above"], { text }: File): Value | undefined {
  const owner = above.findLast(({ type }) => type === "class_definition");
  const bases = owner && childAt(owner, "superclasses");
  const [first] = call.args;
  if (bases === undefined || !/Stack\s*[,)]/.test(text.slice(bases.start, bases.end))) return undefined;
  if (first?.value.kind !== "name" || first.value.name !== "self") return undefined;
  return textValue(["arn:", hole("self.partition", ""), ":iam::", hole("self.account", "")], call.span);
}

function documentOf(statements: readonly Value[], span: Span): Value {
  const entries = [
    { key: ["Version"], value: textValue(["2012-10-17"], span) },
    { key: ["Statement"], value: { kind: "list", items: statements, span, origin: span } as const },
  ];
  return { kind: "map", entries, span, origin: span };
}

/** The statements that the program adds to the role behind it. */
function addedTo(called: string, { nodes, scope, file, home }: Context): readonly Value[] {
  return nodes.flatMap(({ node }) => {
    if (node.type !== "call") return [];
    const call = expressionOf(node, file);
    if (call.kind !== "call" || chainOf(call.callee) !== `${called}.${cdkPythonWords.adds}`) return [];
    return call.args.map(({ value }): Value => addedStatement(value, scope, home) ?? evaluate(value, scope));
  });
}

/** As in TypeScript: the stack's name, the construct's with eight digits, and a random end. */
function roleName(call: CallExpression, scope: Scope): RoleName {
  const given = argumentOf(call, "role_name");
  if (given !== undefined) return { kind: "named", name: asText(evaluate(given, scope)) };
  const id = plainText(call.args[1]?.value) ?? "";
  const logical = id.replace(/[^A-Za-z0-9]/g, "");
  if (logical === "") return { kind: "untold" };
  return { kind: "generated", name: id, pattern: new RegExp(`-\\w*${logical}[0-9A-F]{8}-[A-Za-z0-9]{8,}$`) };
}

function written({ definition, called, statement, prefix }: Site, after: AwsRule, text: string): Edited {
  const found = statementEdits(definition.policy, after);
  if (found.kind === "refused") return found;
  if (found.edits.some(({ kind }) => kind !== "insert"))
    return { kind: "refused", reason: "what a principal says is changed in the program only by hand" };
  const indent = indentAt(text, statement.start);
  let body = "";
  for (const edit of found.edits) {
    if (edit.kind !== "insert") continue;
    const made = cdkStatement(edit.statement, { called: called ?? "", prefix, indent, text }, cdkPythonWords);
    if (made.kind === "refused") return made;
    body += eolOf(text) + indent + made.code;
  }
  return { kind: "edited", splices: body === "" ? [] : [{ start: statement.end, end: statement.end, text: body }] };
}
