import { relative, sep } from "node:path";
import type { PlanDocument, Reversible } from "@gha2pulumi/migrate";
import { apply, unifiedDiff, type Path, type Tree } from "@gha2pulumi/repo";
import { rootOf } from "./disk.ts";
import { workTree } from "./git.ts";
import { paintFor, widthOf } from "./paint.ts";
import { readNow } from "./plan-fit.ts";
import { readPlan, type ReviewedPlan } from "./plan-read.ts";
import { renderChanges } from "./terminal.ts";

/** A reviewed plan in front of the folder it shall be carried out in. */
export interface Occasion extends ReviewedPlan {
  readonly root: string;
  readonly top: string | undefined;
  /** What the files of the plan's changes hold now. */
  readonly tree: Tree;
  /** The plan's own file as seen from the root: it may be uncommitted. */
  readonly own: Path;
}

export async function occasionOf(file: string, folder: string): Promise<Occasion> {
  const plan = readPlan(file);
  const root = rootOf(folder);
  const tree = readNow(root, [...plan.hashes.keys()]);
  const own = relative(root, plan.place).split(sep).join("/");
  return { ...plan, root, top: await workTree(root), tree, own };
}

/** Prints what would be written, computed from the files themselves: a document could claim anything. */
export function show(document: PlanDocument, changes: readonly Reversible[], tree: Tree): void {
  const style = { paint: paintFor(process.stdout), width: widthOf(process.stdout) };
  const planned = changes.map((change) => ({ ...change, sha256: null, diff: diffOf(change, tree) }));
  process.stdout.write(renderChanges({ ...document, changes: planned }, style));
}

export function diffOf(change: Reversible, tree: Tree): string {
  return unifiedDiff(tree.get(change.path), apply(tree, [change]).get(change.path), change.path);
}
