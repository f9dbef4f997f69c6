import type { Path } from "@gha2pulumi/repo";
import { madeOften } from "./program.ts";

/** A node of the syntax tree of a TypeScript or JavaScript file. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [name: string]: unknown;
}

/** A node with those around it, the outermost first. */
export interface Placed {
  readonly node: Node;
  readonly above: readonly Node[];
}

/** Every node of a tree, in the order of the text. */
export function allNodes(root: Node): readonly Placed[] {
  const found: Placed[] = [];
  const open: Placed[] = [{ node: root, above: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    const above = [...next.above, next.node];
    for (const value of Object.values(next.node)) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isNode(child)) open.push({ node: child, above });
      }
    }
  }
  return found.sort((a, b) => a.node.start - b.node.start || b.node.end - a.node.end);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof (value as Node).start === "number";
}

/** How often each name is declared anywhere in the file. Twice means that one declaration may hide the other. */
export function bindings(nodes: readonly Placed[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (pattern: unknown): void => {
    if (!isNode(pattern)) return;
    for (const { node } of allNodes(pattern)) {
      if (node.type === "Identifier" && typeof node["name"] === "string") {
        counts.set(node["name"], (counts.get(node["name"]) ?? 0) + 1);
      }
    }
  };
  for (const { node } of nodes) {
    if (/^(?:VariableDeclarator|FunctionDeclaration|ClassDeclaration|FunctionExpression)$/.test(node.type))
      add(node["id"]);
    if (node.type === "CatchClause") add(node["param"]);
    if (/^Import\w*Specifier$/.test(node.type)) add(node["local"]);
    if (Array.isArray(node["params"]) && /Function|Method/.test(node.type)) (node["params"] as unknown[]).forEach(add);
    // What is given a second value, or changed in place, is no constant.
    if (node.type === "AssignmentExpression") add(rootOf(node["left"]));
    if (node.type === "CallExpression" && isChanging(node["callee"])) add(rootOf(node["callee"]));
  }
  return counts;
}

/** `policy.Statement.push(…)` changes what `policy` stands for. */
function isChanging(callee: unknown): boolean {
  const property = isNode(callee) && isNode(callee["property"]) ? callee["property"]["name"] : undefined;
  return typeof property === "string" && /^(?:push|unshift|splice|pop|shift|reverse|sort|fill)$/.test(property);
}

/** The name that a chain of members begins with. */
function rootOf(node: unknown): unknown {
  let at = node;
  while (isNode(at) && isNode(at["object"])) at = at["object"];
  return at;
}

/** How often each name is called, or handed to somebody who may call it. */
export function callerCounts(nodes: readonly Placed[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { node, above } of nodes) {
    const around = above.at(-1);
    const isOwn =
      around !== undefined && (around["id"] === node || around["key"] === node || around["property"] === node);
    if (node.type !== "Identifier" || isOwn || typeof node["name"] !== "string") continue;
    counts.set(node["name"], (counts.get(node["name"]) ?? 0) + 1);
  }
  return counts;
}

/** Why what stands below these nodes may run more than once, or not at all; `undefined` when it runs once. */
export function functionAround(above: readonly Node[], path: Path): string | undefined {
  for (const [i, node] of above.entries()) {
    if (/^(?:For|While|DoWhile)\w*Statement$/.test(node.type)) return madeOften("a loop");
    if (/^Class(?:Declaration|Expression)$/.test(node.type) && !isStack(node)) return madeOften("a component");
    if (/Function|ObjectMethod/.test(node.type) && !runsOnce(node, above[i - 1], path)) {
      return madeOften("a function");
    }
  }
  return undefined;
}

/** A stack of the CDK or of CDKTF is what other programs are as a whole; what else is a class is made where it is used. */
function isStack({ superClass }: Node): boolean {
  if (!isNode(superClass)) return false;
  const { name, property } = superClass;
  return String(isNode(property) ? property["name"] : name).endsWith("Stack");
}

/** A program may be a function that the module exports; SST's is the method `run`; `apply` calls its function once. */
function runsOnce(node: Node, around: Node | undefined, path: Path): boolean {
  if (around === undefined) return false;
  if (/^(?:TSExportAssignment|ExportDefaultDeclaration)$/.test(around.type)) return true;
  if (around.type === "AssignmentExpression" && isNode(around["left"]) && isExports(around["left"])) return true;
  const key = isNode(node["key"]) ? node["key"]["name"] : undefined;
  if (/(?:^|\/)sst\.config\.[cm]?[jt]s$/.test(path) && key === "run") return true;
  const callee = around.type === "CallExpression" && isNode(around["callee"]) ? around["callee"] : undefined;
  const property = callee !== undefined && isNode(callee["property"]) ? callee["property"]["name"] : undefined;
  return property === "apply" || property === "then";
}

function isExports(left: Node): boolean {
  const { object, property } = left;
  return isNode(object) && object["name"] === "module" && isNode(property) && property["name"] === "exports";
}
