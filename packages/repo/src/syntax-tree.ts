import type { Language, Node } from "web-tree-sitter";

/** Bytes of the grammars that some notations are read with: the pure packages read no file. */
export interface Grammars {
  readonly engine: Uint8Array;
  readonly python: Uint8Array;
  readonly hcl: Uint8Array;
}

/** The grammars, each read by its name: `engine`, `python`, `hcl`. */
export function grammarsFrom(read: (name: string) => Uint8Array): Grammars {
  return { engine: read("engine"), python: read("python"), hcl: read("hcl") };
}

/** A node of a syntax tree, with offsets into the text. */
export interface Syntax {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly named: boolean;
  /** The part that its parent's grammar gives a name: `function`, `left`. */
  readonly field: string | undefined;
  readonly children: readonly Syntax[];
}

/** A text as a tree; `broken` when a part of it is not understood. */
export interface SyntaxTree {
  readonly root: Syntax;
  readonly broken: boolean;
}

/** The engine is one for all languages: a second start of it would make the first one's languages useless. */
let started: Promise<void> | undefined;

/** Languages by the bytes of their grammars, each loaded once. */
const loaded = new WeakMap<Uint8Array, Promise<Language>>();

/** A parser of the language whose grammar is given as bytes. */
export async function parserOf(engine: Uint8Array, grammar: Uint8Array): Promise<(text: string) => SyntaxTree> {
  const { Language: loader, Parser } = await import("web-tree-sitter");
  started ??= Parser.init({ wasmBinary: engine });
  await started;
  const loading = loaded.get(grammar) ?? loader.load(grammar);
  loaded.set(grammar, loading);
  const language = await loading;
  return (text) => {
    const parser = new Parser();
    parser.setLanguage(language);
    const tree = parser.parse(text);
    if (tree === null) throw new Error("a parser without a language");
    const made = { root: syntaxOf(tree.rootNode, undefined), broken: tree.rootNode.hasError };
    tree.delete();
    parser.delete();
    return made;
  };
}

function syntaxOf(node: Node, field: string | undefined): Syntax {
  return {
    type: node.type,
    start: node.startIndex,
    end: node.endIndex,
    named: node.isNamed,
    field,
    children: node.children.map((child, i) => syntaxOf(child, node.fieldNameForChild(i) ?? undefined)),
  };
}

/** The child of a field. */
export function childAt(node: Syntax | undefined, field: string): Syntax | undefined {
  return node?.children.find((child) => child.field === field);
}

/** The children that are no punctuation and no comment. */
export function parts(node: Syntax | undefined): readonly Syntax[] {
  return node?.children.filter(({ named, type }) => named && type !== "comment") ?? [];
}

/** The children of a type. */
export function partsOf(node: Syntax | undefined, ...types: readonly string[]): readonly Syntax[] {
  return node?.children.filter(({ type }) => types.includes(type)) ?? [];
}

/** A node with those around it, the outermost first. */
export interface PlacedSyntax {
  readonly node: Syntax;
  readonly above: readonly Syntax[];
}

/** Every node of a tree, in the order of the text. */
export function allSyntax(root: Syntax): readonly PlacedSyntax[] {
  const found: PlacedSyntax[] = [];
  const open: PlacedSyntax[] = [{ node: root, above: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    const above = [...next.above, next.node];
    for (const child of next.node.children.toReversed()) open.push({ node: child, above });
  }
  return found;
}
