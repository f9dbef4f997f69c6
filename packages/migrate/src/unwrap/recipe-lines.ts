import { type Path } from "@gha2pulumi/repo";

/** A line of a recipe, with its place in the file. */
export interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The lines of a file with their places; none loses its indentation. */
export function fileLines(text: string): readonly Line[] {
  let at = 0;
  return text.split("\n").map((line) => {
    const start = at;
    at += line.length + 1;
    return { text: line.replace(/\r$/, ""), start, end: start + line.trimEnd().length };
  });
}

/** Lines that end in `\` are one with the next. */
export function joinedLines(lines: readonly Line[]): readonly Line[] {
  const joined: Line[] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    if (last?.text.endsWith("\\"))
      joined[joined.length - 1] = {
        text: `${last.text.slice(0, -1)} ${line.text.trimStart()}`,
        start: last.start,
        end: line.end,
      };
    else joined.push(line);
  }
  return joined;
}

/** A recipe's line without the signs in front of it: `@` is quiet, `-` goes on when the line fails. */
export function withoutSigns({ text, start, end }: Line): Line & { readonly lenient: boolean } {
  const signs = /^\s*[@\-+]*\s*/.exec(text)?.[0] ?? "";
  return { text: text.slice(signs.length), start: start + signs.length, end, lenient: signs.includes("-") };
}

/** Why a line that may fail holds an operation: see `withoutSigns`. */
export function lenientReason(
  path: Path,
  line: Line,
): { code: string; message: string; from: [{ path: Path; start: number; end: number }] } {
  const message = "`-` in front of a line of its recipe lets the job go on when it fails";
  return { code: "GP226", message, from: [{ path, start: line.start, end: line.end }] };
}
