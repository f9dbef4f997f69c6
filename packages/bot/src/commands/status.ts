import { rowsOf } from "../campaign/run-campaign.ts";
import { campaignState } from "../campaign/state-of-campaign.ts";
import type { ExitCode } from "../fault.ts";
import type { ReportOptions } from "../program.ts";
import { presentRows } from "../report/present.ts";
import { withCampaign } from "./opened.ts";

/** `bot status` and `bot report`: the campaign as its last run left it. */
export async function status(options: ReportOptions): Promise<ExitCode> {
  return await withCampaign(options, { idle: true, worker: "status" }, async ({ engine, configuration }) => {
    const rows = await rowsOf(engine, configuration.campaign);
    await presentRows(rows, await campaignState(engine.store, configuration.campaign), configuration, options);
    return rows.some((row) => row.state === "failed") ? 20 : 0;
  });
}
