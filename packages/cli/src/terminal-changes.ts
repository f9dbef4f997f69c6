import type { PlanDocument } from "@gha2pulumi/migrate";
import { table } from "./layout.ts";
import type { Paint, Style } from "./paint.ts";

const colours = { delete: "red", edit: "yellow", keep: "dim", create: "green" } as const;

/** Every file that takes part in running Pulumi, and every file that is new. */
export function fileLines(document: PlanDocument, { paint, width }: Style): readonly string[] {
  const known = new Set(document.files.map(({ path }) => path));
  const others = document.changes.filter(({ path }) => !known.has(path));
  const rows = [
    ...document.files.map(({ change, path, reason }) => [change, path, reason]),
    ...others.map(({ kind, path }) => [kind, path, ""]),
  ];
  return table(rows, width - 2).map(([change = "", ...rest]) => {
    const name = change.trim() as keyof typeof colours;
    const mark = name in colours ? paint[colours[name]](change) : change;
    return `  ${[mark, ...rest].join("  ")}`;
  });
}

/** Every change as a unified diff. */
export function changeLines(document: PlanDocument, { paint }: Style): readonly string[] {
  return document.changes.flatMap(({ diff }, i) => {
    const lines = diff
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => diffLine(line, paint));
    return i === 0 ? lines : ["", ...lines];
  });
}

function diffLine(line: string, paint: Paint): string {
  if (/^(\+\+\+|---|diff |index |(new|deleted) file )/.test(line)) return paint.bold(line);
  if (line.startsWith("@@")) return paint.cyan(line);
  if (line.startsWith("+")) return paint.green(line);
  return line.startsWith("-") ? paint.red(line) : line;
}
