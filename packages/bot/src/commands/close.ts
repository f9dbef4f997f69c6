import { printable } from "@gha2pulumi/repo";
import { logged, machineUser } from "../campaign/log.ts";
import { closeCampaign } from "../campaign/run-campaign.ts";
import { begunRun, campaignState, keepState } from "../campaign/state-of-campaign.ts";
import { shown } from "../campaign/whole-run.ts";
import type { ExitCode } from "../fault.ts";
import type { WritingOptions } from "../options.ts";
import { presentRows } from "../report/present.ts";
import { confirmed } from "./confirmed.ts";
import { progressOn, refuseWhilePaused, withCampaign } from "./opened.ts";

/** `bot close`: ends the campaign in every repository; what a person has put on a branch stays open. */
export async function close(options: WritingOptions): Promise<ExitCode> {
  return await withCampaign(options, {}, async ({ engine, services, works, configuration }) => {
    const { campaign } = configuration;
    refuseWhilePaused(await campaignState(engine.store, campaign), campaign);
    if (!(await confirmed(`Close every open pull request of the campaign ${campaign}?`, options.yes))) return 0;
    await logged(engine, campaign, { repository: null, who: machineUser(), what: "closes the campaign" });
    const number = await begunRun(engine.store, campaign);
    const progress = progressOn(process.stderr);
    const rows = await closeCampaign({ services, works, configuration, number, progress });
    const state = { ...(await campaignState(engine.store, campaign)), state: "ended" as const };
    const unshown = await shown({ services, works, configuration, number, progress }, rows, state);
    if (unshown !== undefined) process.stderr.write(`warning: ${printable(unshown)}\n`);
    await keepState(engine.store, campaign, state);
    await presentRows(rows, state, configuration, options);
    return rows.some((row) => row.state === "failed") ? 20 : 0;
  });
}
