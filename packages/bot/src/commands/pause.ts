import { logged, machineUser } from "../campaign/log.ts";
import { campaignState, keepState } from "../campaign/state-of-campaign.ts";
import type { ExitCode } from "../fault.ts";
import type { CampaignOptions } from "../options.ts";
import { withCampaign } from "./opened.ts";

/** `bot pause` and `bot resume`: every write looks whether the campaign is paused before it is made. */
export async function pause(options: CampaignOptions, paused: boolean): Promise<ExitCode> {
  return await withCampaign(options, { idle: true, worker: "pause" }, async ({ engine, configuration }) => {
    const { campaign } = configuration;
    await keepState(engine.store, campaign, { ...(await campaignState(engine.store, campaign)), paused });
    const what = paused ? "pauses the campaign" : "lets the campaign go on";
    await logged(engine, campaign, { repository: null, who: machineUser(), what });
    process.stdout.write(
      `The campaign ${campaign} ${paused ? "is paused: nothing is written to GitHub" : "goes on with its next run"}.\n`,
    );
    return 0 as const;
  });
}
