import { literal, textOf, type Text } from "@gha2pulumi/repo";

/**
 * What lines written to `$GITHUB_OUTPUT` or `$GITHUB_ENV` set: `name=value`, or `name<<DELIMITER` up to the delimiter.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 * `opaque`: a line came out of a program, so any name may be set.
 */
export function assignments(lines: readonly Text[]): {
  readonly values: ReadonlyMap<string, Text>;
  readonly opaque: boolean;
  /** Where a `name<<DELIMITER` begins whose end is not among the lines. */
  readonly open: number | undefined;
} {
  const values = new Map<string, Text>();
  let opaque = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? [];
    const head = typeof line[0] === "string" ? line[0] : "";
    const heredoc = /^([^=<\s]+)<<(.+)$/.exec(literal(line) ?? "");
    const single = /^([^=\s]+)=/.exec(head);
    if (heredoc?.[1] !== undefined) {
      const end = lines.findIndex((later, at) => at > i && literal(later) === heredoc[2]);
      if (end < 0) return { values, opaque, open: i };
      const body = lines.slice(i + 1, end);
      values.set(
        heredoc[1],
        textOf(...body.flatMap((part, at): (string | Text)[] => (at === 0 ? [part] : ["\n", part]))),
      );
      i = end;
    } else if (single?.[1] !== undefined) {
      values.set(single[1], textOf(head.slice(single[0].length), line.slice(1)));
    } else if (line.length > 0) opaque = true;
  }
  return { values, opaque, open: undefined };
}
