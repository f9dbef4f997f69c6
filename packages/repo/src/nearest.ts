/** The word of a list that another was most likely meant to be: the first of those that fewest edits lead to. */
export function nearest(word: string, list: readonly string[]): string | undefined {
  const far = list.map((one) => ({ one, by: distance(word, one) }));
  return far.reduce<(typeof far)[number] | undefined>(
    (best, each) => (best && best.by <= each.by ? best : each),
    undefined,
  )?.one;
}

/** How many letters have to be put in, left out or changed to make one text of the other (Levenshtein). */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
