import type { Reversible } from "@gha2pulumi/migrate";
import { apply, printable, type Tree } from "@gha2pulumi/repo";
import { confirmed, refuseWithoutWayBack, say } from "./consent.ts";
import { nodeDisk } from "./disk-calls.ts";
import { removeEmptied } from "./disk-restore.ts";
import { applyToDisk, hashesOf, sha256 } from "./disk-write.ts";
import { loadEngine } from "./engine.ts";
import type { ExitCode } from "./exit.ts";
import { Fault } from "./fault.ts";
import type { InFolder, PlanOptions } from "./options.ts";
import { occasionOf, show, type Occasion } from "./plan-carry.ts";
import { listed, misfit, type Wording } from "./plan-fit.ts";
import { count } from "./terminal-wording.ts";

const wording: Wording = {
  exists: "is there again, though the plan deleted it",
  gone: "is gone, though the plan wrote it",
  differs: "is no longer what the plan wrote",
};

/** `rollback`: every file as it was before the plan was applied, byte for byte, or nothing. */
export async function rollback(file: string, options: InFolder<PlanOptions>): Promise<ExitCode> {
  const occasion = await occasionOf(file, options.folder);
  const { root, tree, document, own } = occasion;
  const { inverse } = await loadEngine();
  const changes = inverse(occasion.changes);
  refuseEdited(occasion, changes);
  show(document, changes, tree);
  if (changes.length === 0) return say("Nothing to change.", 0);
  const paths = changes.map(({ path }) => path);
  // What the plan wrote is seldom committed yet, and each of these files holds just that: nothing of it can be lost.
  await refuseWithoutWayBack({ ...occasion, paths, spared: [own, ...paths] }, options.allowDirty);
  if (!(await confirmed(root, changes.length, options.yes))) return say("Nothing was written.", 0);
  applyToDisk(root, tree, changes, hashesOf(tree, changes));
  removeEmptied(root, changesOf("delete", changes), nodeDisk);
  const back = document.phase?.back ?? [];
  const outside =
    back.length === 0 ? "" : `\nOutside of the repository:\n${back.map((one) => `  ${printable(one)}`).join("\n")}`;
  return say(`Took back ${count(changes.length, "change")}.${outside}`, 0);
}

function changesOf(kind: Reversible["kind"], changes: readonly Reversible[]): readonly string[] {
  return changes.filter((change) => change.kind === kind).map(({ path }) => path);
}

function refuseEdited({ tree, hashes, changes: planned }: Occasion, changes: readonly Reversible[]): void {
  const problems = changes.flatMap((change) => {
    const problem = misfit(change, tree.get(change.path), wording) ?? otherwise(change, tree, hashes);
    return problem === undefined ? [] : [problem];
  });
  if (problems.length === 0) return;
  const untouched = planned.every((change) => misfit(change, tree.get(change.path), wording) === undefined);
  const help = untouched
    ? "nothing was written; no change of this plan is there"
    : "nothing was written; take those edits back first, or undo the rest by hand with git";
  throw new Fault("GP713", listed(problems), help);
}

/** An edited file must become the one the plan was made for: what stands around the edits counts too. */
function otherwise(change: Reversible, tree: Tree, hashes: Occasion["hashes"]): string | undefined {
  if (change.kind !== "edit") return undefined;
  const back = apply(tree, [change]).get(change.path) ?? "";
  if (sha256(back) === hashes.get(change.path)) return undefined;
  return `${change.path} ${wording.differs}, outside of what the plan edited`;
}
