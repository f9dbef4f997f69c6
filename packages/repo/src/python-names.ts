import { childAt, parts, partsOf, type PlacedSyntax, type Syntax } from "./syntax-tree.ts";

/** How often each name is given a value anywhere in the file, or changed in place: once, and it is a constant. */
export function pythonBindings(nodes: readonly PlacedSyntax[], text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (node: Syntax | undefined): void => {
    for (const name of node === undefined ? [] : rootsOf(node, text)) counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  for (const { node } of nodes) {
    switch (node.type) {
      case "assignment":
      case "augmented_assignment":
      case "for_statement":
      case "for_in_clause":
        add(childAt(node, "left"));
        break;
      case "function_definition":
      case "class_definition":
      case "named_expression":
        add(childAt(node, "name"));
        break;
      case "as_pattern_target":
      case "global_statement":
      case "delete_statement":
        parts(node).forEach(add);
        break;
      case "call": {
        const callee = childAt(node, "function");
        if (isChanging(callee, text)) add(callee);
        break;
      }
      default:
    }
  }
  return counts;
}

function isChanging(callee: Syntax | undefined, text: string): boolean {
  const name = callee?.type === "attribute" ? childAt(callee, "attribute") : undefined;
  return (
    name !== undefined &&
    /^(?:append|extend|insert|update|pop|remove|clear|setdefault|sort|reverse)$/.test(text.slice(name.start, name.end))
  );
}

/** The names at the root of what is assigned to: `policy` of `policy["Statement"]`. */
function rootsOf(node: Syntax, text: string): readonly string[] {
  switch (node.type) {
    case "identifier":
      return [text.slice(node.start, node.end)];
    case "attribute":
    case "subscript": {
      const inner = childAt(node, "object") ?? childAt(node, "value");
      return inner === undefined ? [] : rootsOf(inner, text);
    }
    default:
      return parts(node).flatMap((one) => rootsOf(one, text));
  }
}

/** How often each name is used, but for the places that give it. */
export function pythonCallers(nodes: readonly PlacedSyntax[], text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { node, above } of nodes) {
    const isGiven = node.field === "name" || node.field === "left" || node.field === "attribute";
    if (node.type !== "identifier" || isGiven || above.at(-1)?.type === "parameters") continue;
    const name = text.slice(node.start, node.end);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Names from other files: `from trust import policy`, `from . import trust`, `import trust`. */
export function pythonImports(
  nodes: readonly PlacedSyntax[],
  text: string,
): ReadonlyMap<string, { readonly from: string; readonly name: string }> {
  const imports = new Map<string, { readonly from: string; readonly name: string }>();
  const source = (node: Syntax | undefined): string => (node === undefined ? "" : text.slice(node.start, node.end));
  for (const { node } of nodes) {
    if (node.type !== "import_from_statement" && node.type !== "import_statement") continue;
    const from = source(childAt(node, "module_name"));
    for (const one of node.children.filter(({ field }) => field === "name")) {
      const name = source(childAt(one, "name") ?? one);
      const as = source(childAt(one, "alias")) || name;
      imports.set(as, node.type === "import_statement" ? { from: name, name: "*" } : { from, name });
    }
    if (partsOf(node, "wildcard_import").length > 0) imports.set("*", { from, name: "*" });
  }
  return imports;
}
