/** A stretch of a file: two offsets. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What is left of a stretch of a file when others inside of it are taken out. */
export function textWithout(source: string, { start, end }: Stretch, gone: readonly Stretch[]): string {
  const inside = gone.filter((one) => one.start >= start && one.end <= end).sort((a, b) => a.start - b.start);
  let at = start;
  const kept: string[] = [];
  for (const one of inside) {
    kept.push(source.slice(at, one.start));
    at = Math.max(at, one.end);
  }
  return [...kept, source.slice(at, end)].join("\n");
}
