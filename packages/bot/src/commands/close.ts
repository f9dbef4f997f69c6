import { closeCampaign } from "../campaign/run-campaign.ts";
import { begunRun, campaignState, keepState } from "../campaign/state-of-campaign.ts";
import type { ExitCode } from "../fault.ts";
import type { WritingOptions } from "../program.ts";
import { presentRows } from "../report/present.ts";
import { confirmed } from "./confirmed.ts";
import { progressOn, withCampaign } from "./opened.ts";

/** `bot close`: ends the campaign in every repository; what a person has put on a branch stays open. */
export async function close(options: WritingOptions): Promise<ExitCode> {
  return await withCampaign(options, {}, async ({ engine, services, works, configuration }) => {
    const { campaign } = configuration;
    if (!(await confirmed(`Close every open pull request of the campaign ${campaign}?`, options.yes))) return 0;
    const number = await begunRun(engine.store, campaign);
    const progress = progressOn(process.stderr);
    const rows = await closeCampaign({ services, works, configuration, number, progress });
    const state = { ...(await campaignState(engine.store, campaign)), state: "ended" as const };
    await keepState(engine.store, campaign, state);
    await presentRows(rows, state, configuration, options);
    return rows.some((row) => row.state === "failed") ? 20 : 0;
  });
}
