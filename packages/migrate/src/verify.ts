import { readProven } from "./effects.ts";
import { prove, type Case } from "./prove.ts";
import type { Snapshot } from "./world.ts";

/** Plays events on two trees without any plan: what the second does, compared with the first. */
export async function proveTrees(before: Snapshot, after: Snapshot): Promise<readonly Case[]> {
  return prove(await readProven(before), await readProven(after));
}
