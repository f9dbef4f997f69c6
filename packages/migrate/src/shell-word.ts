/** A word as a shell needs it written. */
export function shellWord(word: string): string {
  // A leading `~` and wildcards mean something only while they are not quoted.
  if (/^~(?:\/[\w@%+=:,./*-]*)?$/.test(word) || /^[\w@%+=:,./*?-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
