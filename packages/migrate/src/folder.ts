import { literal, textOf, type Text } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";

/** A folder below another one; `undefined` and the empty text stand for the same folder. */
export function joinFolder(base: Text, target: Text | undefined): Text {
  return target === undefined || target.length === 0 ? base : joinPath(base, target);
}

/** The folder as a path when it is known and inside the repository, otherwise `undefined`. */
export function folderPath(directory: Text): string | undefined {
  const path = literal(textOf(directory));
  return path === undefined || path.startsWith("/") || path.startsWith("~") || path.startsWith("..") ? undefined : path;
}
