import { apply } from "@gha2pulumi/repo";
import { confirmed, refuseDifference, refuseWithoutWayBack, say } from "./consent.ts";
import { applyToDisk, sha256 } from "./disk-write.ts";
import { loadEngine } from "./engine.ts";
import { differences, exitCodeOf, type ExitCode } from "./exit.ts";
import { Fault } from "./fault.ts";
import type { InFolder, PlanOptions } from "./options.ts";
import { diffOf, occasionOf, show, type Occasion } from "./plan-carry.ts";
import { listed, misfit, type Wording } from "./plan-fit.ts";
import { isWellFormed } from "./plan-read.ts";
import { count } from "./terminal-wording.ts";

const wording: Wording = {
  exists: "exists now, and did not when the plan was made",
  gone: "is gone since the plan was made",
  differs: "has changed since the plan was made",
};

/** `apply`: exactly the changes of a reviewed plan, or nothing. */
export async function applyPlan(file: string, options: InFolder<PlanOptions>): Promise<ExitCode> {
  const occasion = await occasionOf(file, options.folder);
  const { root, document, changes, hashes, tree, own } = occasion;
  await refuseMovedOn(occasion);
  refuseOtherThanShown(occasion);
  show(document, changes, tree);
  const code = exitCodeOf(document, { exitCode: false });
  if (differences(document) > 0) return refuseDifference(document, code);
  if (changes.length === 0) return say("Nothing to change.", code);
  const paths = changes.map(({ path }) => path);
  await refuseWithoutWayBack({ ...occasion, paths, spared: [own] }, options.allowDirty);
  if (!(await confirmed(root, changes.length, options.yes))) return say("Nothing was written.", code);
  applyToDisk(root, tree, changes, hashes);
  return say(`Wrote ${count(changes.length, "change")}. Next: gha2pulumi verify, and to go back: rollback.`, code);
}

async function refuseMovedOn({ changes, hashes, tree }: Occasion): Promise<void> {
  const problems = changes.flatMap((change) => {
    const now = tree.get(change.path);
    if ((now === undefined ? null : sha256(now)) === hashes.get(change.path)) return [];
    const outside = `${change.path} ${wording.differs}, outside of what the plan edits`;
    return [misfit(change, now, wording) ?? outside];
  });
  if (problems.length === 0) return;
  const { inverse } = await loadEngine();
  const applied = inverse(changes).every((change) => misfit(change, tree.get(change.path), wording) === undefined);
  const help = applied
    ? "nothing was written; every change of this plan is there already"
    : "nothing was written; make the plan again for the files as they are now";
  throw new Fault("GP701", listed(problems), help);
}

/** What a person reviewed are the diffs, and what is written are the changes: they must be the same. */
function refuseOtherThanShown({ document, changes, tree }: Occasion): void {
  const help = "nothing was written; do not use this plan: whoever reviewed it has seen something else";
  for (const [i, change] of changes.entries()) {
    const torn = change.kind === "edit" && misfit(change, tree.get(change.path), wording);
    if (typeof torn === "string") {
      throw new Fault("GP710", `changes[${i}]: what it says it takes out of ${change.path} is not there`, help);
    }
    if (!isWellFormed(apply(tree, [change]).get(change.path) ?? "")) {
      throw new Fault("GP710", `changes[${i}]: what it makes of ${change.path} is not valid Unicode`, help);
    }
    if (diffOf(change, tree) !== document.changes[i]?.diff) {
      throw new Fault("GP710", `changes[${i}]: its diff is not what it does to ${change.path}`, help);
    }
  }
}
