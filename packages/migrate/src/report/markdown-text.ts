import { oneLine } from "./proof-text.ts";

// What begins a structure in GitHub Flavored Markdown (https://github.github.com/gfm/) anywhere in a line.
const special = /[\\`*_[\]<>|~&$]/g;

/** Prose in which a repository's names may stand: pairs of backticks stay code, everything else is plain text. */
export function prose(text: string): string {
  const pieces = oneLine(text).split("`");
  // An odd backtick has no partner, and is a character like any other.
  const last = pieces.length % 2 === 0 ? pieces.length - 1 : pieces.length;
  return pieces
    .map((piece, i) => {
      if (i === last) return plain(`\`${piece}`);
      return i % 2 === 1 ? code(piece) : plain(piece);
    })
    .join("");
}

/** Text that means nothing but itself: no markup, no HTML, nobody notified, no issue referred to. */
export function plain(text: string): string {
  const escaped = oneLine(text).replace(special, (character) => entities[character] ?? `\\${character}`);
  // GitHub looks for mentions and issue numbers in the finished text, so an entity in place of the sign is not enough.
  const quiet = escaped.replace(/@(?=[\w-])/g, "@<!-- -->").replace(/#(?=\d)/g, "#<!-- -->");
  return quiet.replace(/^(\s*)([-+#=]|\d+[.)])/, (_, space: string, mark: string) => `${space}${guarded(mark)}`);
}

/** At the start of a line these begin a list, a heading or a rule. */
function guarded(mark: string): string {
  return mark.length === 1 ? `\\${mark}` : `${mark.slice(0, -1)}\\${mark.slice(-1)}`;
}

const entities: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;" };

/** A name as code. In a code span nobody is notified, but a `|` would still end a table's cell. */
export function code(name: string): string {
  const text = oneLine(name);
  if (text.trim() === "") return "";
  if (text.includes("|")) return `<code>${coded(text)}</code>`;
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const room = /^`|`$|^ .* $/.test(text) ? " " : "";
  return `${fence}${room}${text}${room}${fence}`;
}

/** Inside of an HTML element Markdown is still read, so every sign goes as a number. */
function coded(text: string): string {
  return text
    .replace(/[^\p{L}\p{N} ./:_-]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`)
    .replaceAll("_", "&#95;");
}

export function codes(names: readonly string[]): string {
  return names.map(code).join(", ");
}

/** A table, or nothing without rows. Cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
