import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { planTable, type StoredPlan } from "../campaign/plan-work.ts";
import type { Row } from "../campaign/row.ts";
import type { Store } from "../engine/engine.ts";
import { BotFault } from "../fault.ts";

/** Writes `owner/name.json` below a folder for each repository: where it stands, and its whole plan (null before one is made). */
export async function writeRepositories(
  store: Store,
  campaign: string,
  rows: readonly Row[],
  folder: string,
): Promise<void> {
  for (const { plan: _, ...row } of rows) {
    // Names come from GitHub, and from lists of people.
    if (!/^[\w.-]+\/[\w.-]+$/.test(row.name) || row.name.split("/").some((part) => /^\.+$/.test(part))) continue;
    const stored = (await store.get(planTable(campaign), row.name)) as unknown as StoredPlan | undefined;
    const text = `${JSON.stringify({ schemaVersion: 1, campaign, ...row, plan: stored?.document ?? null }, null, 2)}\n`;
    const file = join(folder, `${row.name}.json`);
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new BotFault(`${file} cannot be written: ${why}`, "give another folder with --out");
    }
  }
}
