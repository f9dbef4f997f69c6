// Control and format characters, lone surrogates and exotic line ends: escape sequences, text that runs backwards,
// text that cannot be seen. Nothing that a file name or a workflow needs.
export const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line of a repository's text, safe for a terminal: what could move the cursor or mislead is spelled out. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    if (character === "\t") return "  ";
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
