import { positionIn, type Path, type Tree } from "@gha2pulumi/repo";
import type { Reversible } from "@gha2pulumi/migrate";
import { nodeDisk } from "./disk-calls.ts";
import { checkPath } from "./disk-check.ts";
import { decode } from "./disk-read.ts";
import { Fault, reasonOf } from "./fault.ts";

/** How it is said that a file is not what a change expects. */
export interface Wording {
  readonly exists: string;
  readonly gone: string;
  readonly differs: string;
}

/** What the files that changes are about hold now. Throws a fault for a path that no plan may name. */
export function readNow(root: string, paths: readonly Path[]): Tree {
  const help = "nothing was written; do not use this plan: no plan that gha2pulumi makes names such a path";
  return new Map(
    paths.flatMap((path): (readonly [Path, string])[] => {
      checkPath(root, path, nodeDisk, help);
      const text = textNow(root, path);
      return text === undefined ? [] : [[path, text]];
    }),
  );
}

function textNow(root: string, path: Path): string | undefined {
  const place = `${root}/${path}`;
  const again = "nothing was written; see what happened to the file";
  try {
    if (nodeDisk.lstat(place) === undefined) return undefined;
    const text = decode(nodeDisk.read(place));
    if (text !== undefined) return text;
  } catch (error) {
    throw new Fault("GP701", `${path} cannot be read: ${reasonOf(error)}`, again);
  }
  throw new Fault("GP701", `${path} is no longer valid UTF-8`, again);
}

/** What is not as a change expects it, with its place; `undefined` when the change fits. */
export function misfit(change: Reversible, now: string | undefined, wording: Wording): string | undefined {
  const { path } = change;
  if (change.kind === "create") return now === undefined ? undefined : `${path} ${wording.exists}`;
  if (now === undefined) return `${path} ${wording.gone}`;
  const at = change.kind === "delete" ? firstDifference(change.before, now) : firstMisplaced(change.splices, now);
  if (at === undefined) return undefined;
  const { line, column } = positionIn(now, Math.min(at, now.length));
  return `${path}:${line}:${column} ${wording.differs}`;
}

function firstMisplaced(
  splices: readonly { readonly start: number; readonly end: number; readonly before: string }[],
  now: string,
): number | undefined {
  for (const { start, end, before } of splices) {
    const at = firstDifference(before, now.slice(start, end));
    if (at !== undefined) return start + at;
  }
  return undefined;
}

/** Where two texts begin to differ; `undefined` when they are equal. */
function firstDifference(a: string, b: string): number | undefined {
  if (a === b) return undefined;
  let at = 0;
  while (a[at] === b[at]) at++;
  return at;
}

/** All that does not fit, as one sentence. */
export function listed(problems: readonly string[]): string {
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : "";
  return `${problems.slice(0, 5).join("; ")}${more}`;
}
