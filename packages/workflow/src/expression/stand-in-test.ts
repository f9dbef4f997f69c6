import { isMarked, isToldPath, mayEqual, mayMatch, patternOf } from "../stand-in.ts";
import { literalsOf, membersOf, pathsOf } from "./literals.ts";
import type { Expression } from "./parse.ts";
import { isUnknown, itemsOf, type Value } from "./value.ts";

type Of<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

/**
 * Whether a comparison has no one answer: one side stands for several names, some of which may be the other side. A
 * literal beside the path of a ref or a person has events of its own, so the names stood for are all others.
 */
export function isOpenComparison(node: Of<"compare">, left: Value, right: Value): boolean {
  if (typeof left !== "string" || typeof right !== "string" || !(isMarked(left) || isMarked(right))) return false;
  if (mayEqual(left.toLowerCase(), right.toLowerCase()) !== undefined) return false;
  const [standIn, other, text] = isMarked(left) ? [node.left, node.right, right] : [node.right, node.left, left];
  return !isTold(standIn) || !literalsOf(other).includes(text);
}

/** Whether a pull request's own ref (`5/merge`) stands beside the default branch, which has no such name. */
export function isMergeRefBesideBranch(left: Value, right: Value): boolean {
  const [ref, branch] = isUnknown(left) ? [right, left] : [left, right];
  const isBranch =
    isUnknown(branch) &&
    branch.source === branch.names[0] &&
    /^github\.event\.repository\.default_branch$/i.test(branch.source);
  return isBranch && typeof ref === "string" && /^(?:refs\/pull\/)?‹number›\/merge$/.test(ref);
}

const tests: Readonly<Record<string, "prefix" | "suffix" | "contains">> = {
  startswith: "prefix",
  endswith: "suffix",
  contains: "contains",
};

/** A text test in which something stands for several names; `undefined` where they differ, `ordinary` without any. */
export function testOfStandIn(node: Of<"call">, args: readonly Value[]): boolean | undefined | "ordinary" {
  const test = tests[node.name];
  const [search = null, sought = null] = args;
  const [searchNode, soughtNode] = node.args;
  if (test === undefined || !searchNode || !soughtNode || isUnknown(search)) return "ordinary";
  const items = itemsOf(search);
  if (items !== undefined) return inItems(items, sought, searchNode, soughtNode);
  if (typeof search !== "string" || typeof sought !== "string") return "ordinary";
  const [text, part] = [search.toLowerCase(), sought.toLowerCase()];
  if (isMarked(part)) return isTold(soughtNode) && membersOf(searchNode, node.name).length > 0 ? "ordinary" : undefined;
  if (!isMarked(text) || part === "") return "ordinary";
  // The mark has a word of its own, in which nothing is to be found.
  const answer = /[*?[]/.test(part) ? undefined : mayMatch(text.replace(/‹[^›]*›/g, "‹›"), patternOf(test, part));
  return answer ?? (isTold(searchNode) && literalsOf(soughtNode).includes(sought) ? false : undefined);
}

function inItems(
  items: readonly Value[],
  sought: Value,
  searchNode: Expression,
  soughtNode: Expression,
): undefined | "ordinary" {
  if (typeof sought !== "string") return "ordinary";
  const open = items.some(
    (item) =>
      typeof item === "string" &&
      (isMarked(item) || isMarked(sought)) &&
      mayEqual(item.toLowerCase(), sought.toLowerCase()) === undefined,
  );
  const same = items.some((item) => typeof item === "string" && item.toLowerCase() === sought.toLowerCase());
  if (!open || same) return "ordinary";
  const isKnown = isMarked(sought)
    ? isTold(soughtNode) && membersOf(searchNode, "contains").length > 0
    : isTold(searchNode) && literalsOf(soughtNode).includes(sought);
  return isKnown ? "ordinary" : undefined;
}

function isTold(node: Expression): boolean {
  return pathsOf(node).some((path) => isToldPath(path) !== undefined);
}
