import { asInShell, innermost, type Text, type Trail, type Tree } from "@gha2pulumi/repo";
import { isStandIn } from "@gha2pulumi/workflow";

/**
 * A text without what stands for other values: a branch that is only one of many, or a path of the runner. Such a piece
 * is not known, however literal it looks while one event is played.
 */
export function withoutStandIns(text: Text): Text {
  return text.map((piece) =>
    typeof piece === "string" && isStandIn(piece)
      ? { expression: piece, names: [], note: "differs from one branch, tag or runner to the next" }
      : piece,
  );
}

/** A value with expressions as its file has it, where its place is that value alone. */
export function sourceOf(from: Trail, tree: Tree): string | undefined {
  const { path, start, end } = innermost(from);
  const source = (tree.get(path) ?? "").slice(start, end);
  return /^["']?[^"'\n]*\$\{\{[^\n]*$/.test(source) ? source.replace(/^(["'])(.*)\1$/, "$2") : undefined;
}

const sources: readonly (readonly [RegExp, string])[] = [
  [/‹someone›/, "github.actor"],
  [/‹other-label›/, "github.event.label.name"],
  [/^refs\//, "github.ref"],
  [/‹/, "github.ref_name"],
];

/** A message with the expression where a name would stand that is only one of many, and shell as it is written. */
export function shown(message: string): string {
  const sourceOf = (found: string): string => sources.find(([mark]) => mark.test(found))?.[1] ?? found;
  return asInShell(message)
    .replace(/'[^'`‹]*(?:‹[^›]*›[^'`‹]*)+'/g, sourceOf)
    .replace(/(?:refs\/[a-z]+\/)?[\w.-]*(?:‹[^›]*›(?:\/merge|[\w.-])*)+/g, (found) => `\${{ ${sourceOf(found)} }}`);
}
