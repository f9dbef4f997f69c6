import { oneLine, visible } from "./proof-text.ts";

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
  const quiet = escaped.replace(spoken, (start) => `${start}<!-- -->`);
  return quiet.replace(/^(\s*)([-+#=]|\d+[.)])/, (_, space: string, mark: string) => `${space}${guarded(mark)}`);
}

// GitHub looks for mentions, numbers of issues and addresses in the finished text, so an entity is not enough.
// https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
const spoken = /@(?=[\w.-])|#(?=\d)|\bgh-(?=\d)|\b(?:https?|ftp|mailto|xmpp):(?=\S)|\bwww(?=\.)/gi;

/** At the start of a line these begin a list, a heading or a rule. */
function guarded(mark: string): string {
  return mark.length === 1 ? `\\${mark}` : `${mark.slice(0, -1)}\\${mark.slice(-1)}`;
}

const entities: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;" };

/** A name as code. In a code span nobody is notified, but a `|` would still end a table's cell. */
export function code(name: string): string {
  const text = oneLine(name);
  if (text.trim() === "") return "";
  if (text.includes("|") || isEffective(text)) return `<code>${coded(text)}</code>`;
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const room = /^`|`$|^ .* $/.test(text) ? " " : "";
  return `${fence}${room}${text}${room}${fence}`;
}

/**
 * Whether a text does something where it becomes the message of a commit, as that of a squashed merge does: there code
 * is no code, an issue would be closed, or no workflow would run.
 * https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
 * https://docs.github.com/actions/managing-workflow-runs/skipping-workflow-runs
 */
export function isEffective(text: string): boolean {
  return effective.test(text);
}

const effective =
  /\[(?:skip|no|ci|actions) (?:ci|skip|actions)\]|\bskip-checks\b|\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[:\s]+\S*\d/i;

/** Inside of an HTML element Markdown is still read, so every sign goes as a number, and an address is taken apart. */
function coded(text: string): string {
  return text
    .replace(/[^\p{L}\p{N} ./-]/gu, (sign) => `&#x${(sign.codePointAt(0) ?? 0).toString(16)};`)
    .replace(/&#x40;|&#x3a;(?=\/\/)|\bgh-(?=\d)|\bwww(?=\.)/gi, (start) => `${start}<!-- -->`);
}

export function codes(names: readonly string[]): string {
  return names.map(code).join(", ");
}

/** Text that is laid out already, as a block of code: no line of it can end the block, and what cannot be seen shows. */
export function fenced(language: string, source: string): readonly string[] {
  const text = visible(source.replaceAll("\r\n", "\n"));
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, text.trimEnd(), fence];
}

/** A table, or nothing without rows. Cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  return [tableRow(head), tableRow(head.map(() => "---")), ...rows.map(tableRow)];
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
