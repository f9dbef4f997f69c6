import { planCampaign } from "../campaign/run-campaign.ts";
import { begunRun, campaignState, keepState } from "../campaign/state-of-campaign.ts";
import type { ExitCode } from "../fault.ts";
import type { ReportOptions } from "../program.ts";
import { presentRows } from "../report/present.ts";
import { progressOn, withCampaign } from "./opened.ts";

/** `bot plan`: what would become of every repository; nothing is written to GitHub. */
export async function plan(options: ReportOptions): Promise<ExitCode> {
  return await withCampaign(options, {}, async ({ engine, services, works, configuration }) => {
    const { campaign } = configuration;
    const number = await begunRun(engine.store, campaign);
    const progress = progressOn(process.stderr);
    const rows = await planCampaign({ services, works, configuration, number, progress });
    await keepState(engine.store, campaign, { ...(await campaignState(engine.store, campaign)), state: "ended" });
    await presentRows(rows, await campaignState(engine.store, campaign), configuration, options);
    return rows.some(({ state }) => state === "failed") ? 20 : 0;
  });
}
