import type { Event, Grammars } from "@gha2pulumi/repo";
import { readProven } from "./effects.ts";
import { shownWithoutSecrets } from "./literal-secrets.ts";
import { prove, type Case } from "./prove.ts";
import type { PlannedProof } from "./report/plan-document.ts";
import { plannedProof } from "./report/planned-proof.ts";
import type { Snapshot } from "./world.ts";

/**
 * Plays events on two trees without any plan, and `more`: what the second does, compared with the first. Without
 * grammars, settings in Python count as unread.
 */
export async function proveTrees(
  before: Snapshot,
  after: Snapshot,
  more: readonly Event[] = [],
  grammars?: Grammars,
): Promise<readonly Case[]> {
  return prove(await readProven(before, grammars), await readProven(after, grammars), "changed", more);
}

/** The same as a person reads it, for trees of which any file may differ. */
export async function verify(before: Snapshot, after: Snapshot, grammars: Grammars | undefined): Promise<PlannedProof> {
  return shownWithoutSecrets(
    plannedProof(prove(await readProven(before, grammars), await readProven(after, grammars), "all"), {
      tree: before.tree,
      surroundings: after.surroundings,
    }),
  );
}
