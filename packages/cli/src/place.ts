/** A place as messages have it, `path:line:column`, both from 1; the path may hold colons. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export function placeOf(location: string): Place {
  const {
    path = location,
    line = "1",
    column = "1",
  } = /^(?<path>[\s\S]*):(?<line>\d+):(?<column>\d+)$/.exec(location)?.groups ?? {};
  return { path, line: Number(line), column: Number(column) };
}
