import { byText, type Path, type Tree } from "./span.ts";

/** Replaces the UTF-16 range `start`–`end` (end excluded) of a file by `text`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** All that can be done to a repository. There is no other form: nothing is ever parsed and printed again. */
export type Change =
  | { readonly kind: "create"; readonly path: Path; readonly text: string }
  | { readonly kind: "edit"; readonly path: Path; readonly splices: readonly Splice[] }
  | { readonly kind: "delete"; readonly path: Path };

/** The text after its splices. Throws a defect when two overlap or one lies outside the text. */
export function splice(text: string, splices: readonly Splice[]): string {
  const sorted = [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let at = 0;
  for (const { start, end, text: inserted } of sorted) {
    if (start < at || end < start || end > text.length) {
      throw new Error(`splices must lie inside the text and must not overlap: ${start}–${end} in ${text.length} units`);
    }
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

/** The tree after its changes. Throws a defect on a change that does not fit: every change is made for one tree. */
export function apply(tree: Tree, changes: readonly Change[]): Tree {
  const after = new Map(tree);
  for (const change of changes) {
    const text = after.get(change.path);
    if (change.kind === "create") {
      if (text !== undefined) throw new Error(`a change creates ${change.path}, which exists`);
      after.set(change.path, change.text);
    } else if (text === undefined) {
      throw new Error(`a change to ${change.path}, which does not exist`);
    } else if (change.kind === "delete") {
      after.delete(change.path);
    } else {
      after.set(change.path, splice(text, change.splices));
    }
  }
  return new Map([...after].sort(([a], [b]) => byText(a, b)));
}
