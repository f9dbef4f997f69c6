import type { Path } from "./span.ts";

/** A file that was left out, and why. */
export interface FileProblem {
  readonly code: string;
  readonly path: Path;
  readonly message: string;
  readonly help: string;
}

// GitHub's own limit for a workflow file is 512 KB; no file written by hand is this large.
export const mostBytes = 1024 * 1024;

// Patterns that look at a line take up to the square of its length. JSON is often written in one line, and is parsed.
const longestLine = 20_000;

/** The problem of a file beyond the limit of size: GP182. It is left out of the tree. */
export function tooLarge(path: Path): FileProblem {
  return { code: "GP182", path, message: "it is larger than 1 MB", help: "nothing to do, unless it runs Pulumi" };
}

/** The problem of a file that is no UTF-8. It is left out of the tree. */
export function notText(path: Path): FileProblem {
  return { code: "GP181", path, message: "it is not valid UTF-8", help: "save it as UTF-8" };
}

/** What keeps a text from being read, if anything. */
export function unfitText(path: Path, text: string): FileProblem | undefined {
  if (path.endsWith(".json") || !hasLongLine(text)) return undefined;
  const message = `it has a line of more than ${longestLine} characters`;
  return { code: "GP182", path, message, help: "nothing to do, unless it runs Pulumi" };
}

function hasLongLine(text: string): boolean {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    if ((end < 0 ? text.length : end) - start > longestLine) return true;
    if (end < 0) return false;
    start = end + 1;
  }
  return false;
}
