import type { Text } from "@gha2pulumi/repo";
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
