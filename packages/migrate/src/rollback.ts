import type { Change, Path, Splice, Tree } from "@gha2pulumi/repo";

/** A splice with the text it takes out. */
export interface ReversibleSplice extends Splice {
  readonly before: string;
}

/** A change that holds what it takes away: it can be checked against a file, and taken back. */
export type Reversible =
  | { readonly kind: "create"; readonly path: Path; readonly text: string }
  | { readonly kind: "edit"; readonly path: Path; readonly splices: readonly ReversibleSplice[] }
  | { readonly kind: "delete"; readonly path: Path; readonly before: string };

/** The change with what it takes away from the tree it was made for. */
export function reversible(change: Change, tree: Tree): Reversible {
  if (change.kind === "create") return change;
  const before = tree.get(change.path);
  if (before === undefined) throw new Error(`a change to ${change.path}, which does not exist`);
  if (change.kind === "delete") return { ...change, before };
  const splices = inOrder(change.splices).map((one) => ({ ...one, before: before.slice(one.start, one.end) }));
  return { ...change, splices };
}

/** The changes that lead back, byte for byte, from the tree after to the tree before. Its own inverse. */
export function inverse(changes: readonly Reversible[]): readonly Reversible[] {
  return changes.map((change): Reversible => {
    const { path } = change;
    switch (change.kind) {
      case "create":
        return { kind: "delete", path, before: change.text };
      case "delete":
        return { kind: "create", path, text: change.before };
      case "edit":
        return { kind: "edit", path, splices: inverseSplices(change.splices) };
    }
  });
}

/** Every splice moves those after it by what it puts in, less what it takes out. */
function inverseSplices(splices: readonly ReversibleSplice[]): readonly ReversibleSplice[] {
  let shift = 0;
  return inOrder(splices).map(({ start, end, text, before }) => {
    const from = start + shift;
    shift += text.length - (end - start);
    return { start: from, end: from + text.length, text: before, before: text };
  });
}

/** The order in which `splice` of `@gha2pulumi/repo` applies them; equal ones stay as they stand. */
function inOrder<T extends Splice>(splices: readonly T[]): readonly T[] {
  return [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
}
