import { logText } from "../campaign/log.ts";
import { rowsOf } from "../campaign/run-campaign.ts";
import { campaignState } from "../campaign/state-of-campaign.ts";
import type { ExitCode } from "../fault.ts";
import type { ReportOptions } from "../options.ts";
import { presentRows, writeOut } from "../report/present.ts";
import { writeRepositories } from "../report/repository-files.ts";
import { withCampaign } from "./opened.ts";

/** `bot status` and `bot report`: the campaign as its last run left it. */
export async function status(options: ReportOptions): Promise<ExitCode> {
  return await withCampaign(options, { idle: true, worker: "status" }, async ({ engine, configuration }) => {
    const rows = await rowsOf(engine, configuration.campaign);
    const { campaign } = configuration;
    const { out } = options;
    if (out?.endsWith(".jsonl") === true) writeOut(out, await logText(engine, campaign));
    else if (out?.endsWith("/") === true) await writeRepositories(engine.store, campaign, rows, out);
    else await presentRows(rows, await campaignState(engine.store, campaign), configuration, options);
    return rows.some((row) => row.state === "failed") ? 20 : 0;
  });
}
