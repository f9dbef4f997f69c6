import type { Store } from "../engine/engine.ts";
import { isTurnedOn } from "./kill-switch.ts";

/** What is known of a campaign besides its repositories. */
export interface CampaignState {
  /** Counted from 1. */
  readonly run: number;
  readonly state: "running" | "ended";
  /** Whether the kill switch is on. */
  readonly paused: boolean;
  /** Why no further wave was opened; "" when there was no reason. */
  readonly held: string;
}

const table = "campaigns";
const none: Omit<CampaignState, "paused"> = { run: 0, state: "ended", held: "" };

export async function campaignState(store: Store, campaign: string): Promise<CampaignState> {
  const kept = ((await store.get(table, campaign)) as unknown as typeof none | undefined) ?? none;
  return { ...kept, paused: await isTurnedOn(store, campaign) };
}

/** Keeps everything but the kill switch, which has an entry of its own. */
export async function keepState(
  store: Store,
  campaign: string,
  { run, state, held }: Omit<CampaignState, "paused">,
): Promise<void> {
  await store.put(table, campaign, { run, state, held });
}

/** Begins a run, or goes on with the one that was interrupted: its number, under which its work is known. */
export async function begunRun(store: Store, campaign: string): Promise<number> {
  const before = await campaignState(store, campaign);
  if (before.state === "running") return before.run;
  await keepState(store, campaign, { ...before, run: before.run + 1, state: "running", held: "" });
  return before.run + 1;
}
