import type { Json, Store } from "../engine/engine.ts";

/** What is known of a campaign besides its repositories. */
export interface CampaignState {
  /** Counted from 1. */
  readonly run: number;
  readonly state: "running" | "ended";
  readonly paused: boolean;
  /** Why no further wave was opened; "" when there was no reason. */
  readonly held: string;
}

const table = "campaigns";
const none: CampaignState = { run: 0, state: "ended", paused: false, held: "" };

export async function campaignState(store: Store, campaign: string): Promise<CampaignState> {
  return ((await store.get(table, campaign)) as unknown as CampaignState | undefined) ?? none;
}

export async function keepState(store: Store, campaign: string, state: CampaignState): Promise<void> {
  await store.put(table, campaign, state as unknown as Json);
}

/** Begins a run, or goes on with the one that was interrupted: its number, under which its work is known. */
export async function begunRun(store: Store, campaign: string): Promise<number> {
  const before = await campaignState(store, campaign);
  if (before.state === "running") return before.run;
  await keepState(store, campaign, { ...before, run: before.run + 1, state: "running", held: "" });
  return before.run + 1;
}

/** The kill switch is on. */
export class Paused extends Error {
  override readonly name = "Paused";

  constructor() {
    super("the campaign is paused");
  }
}

/** Throws `Paused` while a campaign may not write. */
export async function refusePaused(store: Store, campaign: string): Promise<void> {
  if ((await campaignState(store, campaign)).paused) throw new Paused();
}
