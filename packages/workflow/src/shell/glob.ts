/** Shell patterns with `*` and `?`, in which `*` also crosses `/`. `undefined` brackets are taken literally. */
export function matchesGlob(text: string, pattern: string): boolean {
  // Row by row over the pattern: linear in text × pattern, whatever a hostile pattern holds.
  let row = Array.from({ length: text.length + 1 }, (_, i) => i === 0);
  for (const symbol of pattern) {
    const next = [symbol === "*" ? (row[0] ?? false) : false];
    for (let i = 1; i <= text.length; i++) {
      const step = row[i - 1] === true && (symbol === "?" || symbol === text[i - 1]);
      next.push(symbol === "*" ? row[i] === true || next[i - 1] === true : step);
    }
    row = next;
  }
  return row[text.length] === true;
}
