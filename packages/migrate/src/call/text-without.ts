/** A stretch of a file: two offsets. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What is left of a stretch of a file, piece by piece, when others inside of it are taken out. */
export function piecesWithout(source: string, { start, end }: Stretch, gone: readonly Stretch[]): readonly string[] {
  const inside = gone.filter((one) => one.start >= start && one.end <= end).sort((a, b) => a.start - b.start);
  let at = start;
  const kept: string[] = [];
  for (const one of inside) {
    kept.push(source.slice(at, one.start));
    at = Math.max(at, one.end);
  }
  return [...kept, source.slice(at, end)];
}

/** The same as one text, in which no two pieces make a word. */
export function textWithout(source: string, within: Stretch, gone: readonly Stretch[]): string {
  return piecesWithout(source, within, gone).join("\n");
}
