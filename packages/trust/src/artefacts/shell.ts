/** A text as one word of a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Texts as comments: a line break in one would end the comment, and what follows it would run. */
export function shellComment(text: string): string {
  return `# ${text.replace(/[\0-\x1f\x7f\u0085\u2028\u2029]+/g, " ")}`;
}
