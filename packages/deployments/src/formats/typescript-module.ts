import type { parse } from "@babel/parser";
import type { Path, Trail } from "@gha2pulumi/repo";

export type Statement = ReturnType<typeof parse>["program"]["body"][number];
export type Expression = Extract<Statement, { type: "ExpressionStatement" }>["expression"];
/** Any node of the syntax tree, as far as a walk needs to know it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start?: number | null | undefined;
  readonly end?: number | null | undefined;
}

/** One TypeScript file as far as it can be followed without running it. */
export interface Module {
  readonly path: Path;
  readonly body: readonly Statement[];
  /** Every node, in no particular order. */
  readonly nodes: readonly SyntaxNode[];
  /** What a local name stands for: `@pulumi/pulumi` for a whole package, `@pulumi/pulumi.Config` for one export. */
  readonly imports: ReadonlyMap<string, string>;
  /** Constants of the file itself that nothing shadows. */
  readonly constants: ReadonlyMap<string, Expression>;
  /** Constants whose content something may change after they are made: `paths.push(…)`, `Object.assign(env, …)`. */
  readonly touched: ReadonlySet<string>;
}

/** The file as a module; `undefined` when it does not parse. */
export async function readModule(path: Path, text: string): Promise<Module | undefined> {
  const { parse: parseModule } = await import("@babel/parser");
  try {
    const { program } = parseModule(text, { sourceType: "module", plugins: ["typescript"] });
    const nodes = allNodes(program);
    return {
      path,
      body: program.body,
      nodes,
      imports: importsOf(program.body),
      constants: constantsOf(program.body, bindings(nodes)),
      touched: touchedNames(nodes),
    };
  } catch {
    return undefined;
  }
}

export function trailOf(node: SyntaxNode, module: Module): Trail {
  return [{ path: module.path, start: node.start ?? 0, end: node.end ?? 0 }];
}

/** The node and all below it. Not recursive: a long chain of `+` is deeper than the call stack. */
export function allNodes(root: SyntaxNode): readonly SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  const open: SyntaxNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.push(node);
    for (const value of Object.values(node) as unknown[]) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) open.push(child);
    }
  }
  return nodes;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function importsOf(body: readonly Statement[]): ReadonlyMap<string, string> {
  const imports = new Map<string, string>();
  for (const statement of body) {
    if (statement.type !== "ImportDeclaration") continue;
    for (const specifier of statement.specifiers) {
      const from = statement.source.value;
      if (specifier.type !== "ImportSpecifier") imports.set(specifier.local.name, from);
      else imports.set(specifier.local.name, `${from}.${nameOf(specifier.imported) ?? ""}`);
    }
  }
  return imports;
}

/** The text of a name, whether it is written bare or quoted. */
export function nameOf(node: SyntaxNode): string | undefined {
  if (node.type === "Identifier") return (node as SyntaxNode & { readonly name: string }).name;
  if (node.type === "StringLiteral") return (node as SyntaxNode & { readonly value: string }).value;
  return undefined;
}

function constantsOf(body: readonly Statement[], bound: ReadonlyMap<string, number>): ReadonlyMap<string, Expression> {
  const declarations = body.map((one) => (one.type === "ExportNamedDeclaration" ? one.declaration : one));
  const constants = new Map<string, Expression>();
  for (const declaration of declarations) {
    if (declaration?.type !== "VariableDeclaration" || declaration.kind !== "const") continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type === "Identifier" && init && bound.get(id.name) === 1) constants.set(id.name, init);
    }
  }
  return constants;
}

/** How often each name is declared anywhere in the file. Twice means that one declaration may hide the other. */
function bindings(nodes: readonly SyntaxNode[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of nodes.flatMap(declaredBy).flatMap(namesIn)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The patterns and names a node declares, whichever of the fields it has. */
function declaredBy(node: SyntaxNode): readonly SyntaxNode[] {
  const fields = node as {
    readonly id?: unknown;
    readonly params?: unknown;
    readonly param?: unknown;
    readonly local?: unknown;
  };
  const params = Array.isArray(fields.params) ? (fields.params as unknown[]) : [];
  return [fields.id, fields.param, fields.local, ...params].filter(isNode);
}

const namesIn = (pattern: SyntaxNode): readonly string[] => allNodes(pattern).flatMap((node) => nameOf(node) ?? []);

/** Names at the root of an assignment, of a method call, or among the arguments of a call. */
function touchedNames(nodes: readonly SyntaxNode[]): ReadonlySet<string> {
  const roots = nodes.flatMap((node): readonly unknown[] => {
    const fields = node as unknown as { readonly [name: string]: unknown };
    switch (node.type) {
      case "AssignmentExpression":
        return [fields["left"]];
      case "UpdateExpression":
      case "UnaryExpression":
        return [fields["argument"]];
      case "ForOfStatement":
      case "ForInStatement":
        return [fields["left"]];
      case "CallExpression":
      case "OptionalCallExpression":
        return [fields["callee"], ...(fields["arguments"] as readonly unknown[])];
      default:
        return [];
    }
  });
  const touched = new Set(roots.filter(isNode).flatMap((root) => rootName(root) ?? []));
  // What a touched name was made of may be changed through it: `const all = paths; all.push("x")`.
  const declared = nodes.flatMap((node) => (node.type === "VariableDeclarator" ? [madeOf(node)] : []));
  for (let before = -1; before < touched.size;) {
    before = touched.size;
    for (const { name, of } of declared) if (touched.has(name)) for (const part of of) touched.add(part);
  }
  return touched;
}

function madeOf(declarator: SyntaxNode): { readonly name: string; readonly of: readonly string[] } {
  const { id, init } = declarator as unknown as { readonly id: SyntaxNode; readonly init: SyntaxNode | null };
  return { name: nameOf(id) ?? "", of: init === null ? [] : namesIn(init) };
}

function rootName(node: SyntaxNode): string | undefined {
  let at: SyntaxNode = node;
  for (;;) {
    const { object, expression, argument } = at as { object?: unknown; expression?: unknown; argument?: unknown };
    const inner = [object, expression, argument].find(isNode);
    if (inner === undefined) return at.type === "Identifier" ? nameOf(at) : undefined;
    at = inner;
  }
}

/** What a name or member chain stands for: `@pulumi/pulumi.Config`; `undefined` when it is not imported. */
export function qualified(node: SyntaxNode, module: Module): string | undefined {
  const names: string[] = [];
  let at: SyntaxNode = node;
  while (at.type === "MemberExpression") {
    const { object, property, computed } = at as unknown as {
      object: SyntaxNode;
      property: SyntaxNode;
      computed: boolean;
    };
    const name = computed && property.type === "Identifier" ? undefined : nameOf(property);
    if (name === undefined) return undefined;
    names.unshift(name);
    at = object;
  }
  const root = at.type === "Identifier" ? module.imports.get(nameOf(at) ?? "") : undefined;
  return root === undefined ? undefined : [root, ...names].join(".");
}
