import { asInShell, type Text } from "@gha2pulumi/repo";
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
