import { printable } from "@gha2pulumi/repo";
import { campaignState } from "../campaign/state-of-campaign.ts";
import { wholeRun } from "../campaign/whole-run.ts";
import type { ExitCode } from "../fault.ts";
import type { WritingOptions } from "../options.ts";
import { presentRows } from "../report/present.ts";
import { confirmed } from "./confirmed.ts";
import { progressOn, refuseWhilePaused, withCampaign } from "./opened.ts";

/** `bot run`: plans, and opens or brings up to date the pull requests of the waves that may be open. */
export async function runWaves(options: WritingOptions): Promise<ExitCode> {
  const { worker } = options;
  return await withCampaign(options, worker === undefined ? {} : { worker }, async (opened) => {
    const { engine, services, works, configuration } = opened;
    const { campaign } = configuration;
    refuseWhilePaused(await campaignState(engine.store, campaign), campaign);
    if (!(await confirmed(`Open pull requests of the campaign ${campaign}?`, options.yes))) return 0;
    const { rows, state, unshown } = await wholeRun({
      services,
      works,
      configuration,
      progress: progressOn(process.stderr),
    });
    if (unshown !== undefined) process.stderr.write(`warning: ${printable(unshown)}\n`);
    await presentRows(rows, state, configuration, options);
    return rows.some((row) => row.state === "failed") ? 20 : 0;
  });
}
