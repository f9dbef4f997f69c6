import {
  allSyntax,
  childAt,
  parserOf,
  parts,
  pythonBindings,
  pythonImports,
  type Grammars,
  type Path,
  type PlacedSyntax,
  type Syntax,
  type Trail,
} from "@gha2pulumi/repo";

/** One Python file as far as it can be followed without running it. */
export interface PythonModule {
  readonly path: Path;
  readonly text: string;
  /** The statements of the file itself, in order. */
  readonly body: readonly Syntax[];
  readonly nodes: readonly PlacedSyntax[];
  /** What a local name stands for: `pulumi` for a whole module, `pulumi.Config` for one name of it. */
  readonly imports: ReadonlyMap<string, string>;
  /** Names of the file itself that are given one value, once, and nothing else. */
  readonly constants: ReadonlyMap<string, Syntax>;
}

/** The file as a module; `undefined` when it does not parse. */
export async function readPythonModule(
  path: Path,
  text: string,
  grammars: Grammars,
): Promise<PythonModule | undefined> {
  const { root, broken } = (await parserOf(grammars.engine, grammars.python))(text);
  if (broken) return undefined;
  const nodes = allSyntax(root);
  const bound = pythonBindings(nodes, text);
  const found = pythonImports(nodes, text);
  // `from x import *` may give any name another meaning.
  if (found.has("*")) return { path, text, body: parts(root), nodes, imports: new Map(), constants: new Map() };
  const imports = new Map(
    [...found]
      .filter(([local]) => !bound.has(local))
      .map(([local, { from, name }]) => [local, name === "*" ? from : `${from}.${name}`]),
  );
  const module = { path, text, body: parts(root), nodes, imports, constants: new Map<string, Syntax>() };
  const touched = handedOver(module);
  const constants = new Map<string, Syntax>();
  for (const statement of module.body) {
    const [assigned] = parts(statement);
    if (statement.type !== "expression_statement" || assigned?.type !== "assignment") continue;
    const [left, right] = [childAt(assigned, "left"), childAt(assigned, "right")];
    const name = left?.type === "identifier" ? sourceOf(left, module) : "";
    const isOnce = bound.get(name) === 1 && !found.has(name) && !touched.has(name);
    if (right !== undefined && isOnce) constants.set(name, right);
  }
  return { ...module, constants };
}

/** Names that a call gets which may change what they hold; calls of Pulumi's own packages do not. */
function handedOver(module: PythonModule): ReadonlySet<string> {
  const names = module.nodes
    .filter(({ node }) => node.type === "call")
    .filter(({ node }) => !/^pulumi(?:_pulumiservice)?\./.test(qualifiedName(childAt(node, "function"), module) ?? ""))
    .flatMap(({ node }) => parts(childAt(node, "arguments")))
    .map((one) => (one.type === "keyword_argument" ? childAt(one, "value") : one))
    .flatMap((one) => (one?.type === "identifier" ? sourceOf(one, module) : []));
  return new Set(names);
}

export const sourceOf = (node: Syntax | undefined, { text }: Pick<PythonModule, "text">): string =>
  node === undefined ? "" : text.slice(node.start, node.end);

export const trailOf = ({ start, end }: Syntax, { path }: PythonModule): Trail => [{ path, start, end }];

/** The full name of what an imported name leads to: `service.DeploymentSettings` is `pulumi_pulumiservice.…`. */
export function qualifiedName(node: Syntax | undefined, module: PythonModule): string | undefined {
  if (node?.type === "identifier") return module.imports.get(sourceOf(node, module));
  if (node?.type !== "attribute") return undefined;
  const of = qualifiedName(childAt(node, "object"), module);
  return of === undefined ? undefined : `${of}.${sourceOf(childAt(node, "attribute"), module)}`;
}
