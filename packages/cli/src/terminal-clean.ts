import { printable } from "@gha2pulumi/repo";

/**
 * The document with every text safe for a terminal. Done once for all of it, so that no renderer can forget.
 * Excerpts stay as they are: their renderer needs the columns, and makes the line printable itself.
 */
export function cleaned<T>(document: T): T {
  return cleanedValue(document, "") as T;
}

function cleanedValue(value: unknown, key: string): unknown {
  if (key === "excerpt") return value;
  if (typeof value === "string") return key === "diff" ? cleanedLines(value) : printable(value);
  if (Array.isArray(value)) return value.map((item) => cleanedValue(item, ""));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [printable(name), cleanedValue(inner, name)]));
}

/** Of a diff the line ends count. The `\r` of a file with Windows line ends is on every line and tells nothing. */
function cleanedLines(text: string): string {
  return text
    .split("\n")
    .map((line) => printable(line.replace(/\r$/, "")))
    .join("\n");
}
