/** Colours of the terminal; each gives its text back unchanged when there are none. */
export type Paint = Readonly<Record<"bold" | "dim" | "red" | "green" | "yellow" | "cyan", (text: string) => string>>;

/** How a report is laid out. */
export interface Style {
  readonly paint: Paint;
  readonly width: number;
}

// The pairs that switch a look on and off again, ECMA-48 section 8.3.117.
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

const widthOffTerminal = 100;

/** The colours for a stream: none off a terminal or under NO_COLOR, some under FORCE_COLOR, none at all in a file. */
export function paintFor(stream: NodeJS.WriteStream | undefined, environment = process.env): Paint {
  const on = stream !== undefined && wantsColour(stream, environment);
  const brush = ([start, end]: readonly [number, number]) => {
    return (text: string): string => (on && text !== "" ? `\u001b[${start}m${text}\u001b[${end}m` : text);
  };
  return {
    bold: brush(codes.bold),
    dim: brush(codes.dim),
    red: brush(codes.red),
    green: brush(codes.green),
    yellow: brush(codes.yellow),
    cyan: brush(codes.cyan),
  };
}

/** https://no-color.org: any value but an empty one switches colours off, whatever else is asked for. */
function wantsColour(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: term } = environment;
  if (no !== undefined && no !== "") return false;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  return stream.isTTY && term !== "dumb";
}

/** The columns to fill: those of the terminal, or 100 off one. */
export function widthOf(stream: NodeJS.WriteStream | undefined): number {
  return stream?.isTTY && stream.columns > 0 ? Math.max(stream.columns, 40) : widthOffTerminal;
}
