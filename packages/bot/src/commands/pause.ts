import { leaveWord, turnSwitch, type Word } from "../campaign/kill-switch.ts";
import { machineUser } from "../campaign/log.ts";
import { readConfiguration } from "../configuration.ts";
import { StateInUse } from "../engine/errors.ts";
import type { ExitCode } from "../fault.ts";
import type { CampaignOptions } from "../options.ts";
import { withCampaign } from "./opened.ts";

/**
 * `bot pause` and `bot resume`: every write looks whether the campaign is paused before it is made. The process that has
 * an embedded state is left word; nobody else could open it.
 */
export async function pause(options: CampaignOptions, paused: boolean): Promise<ExitCode> {
  const word: Word = { paused, who: machineUser() };
  const { campaign } = readConfiguration(options.config);
  try {
    await withCampaign(options, { idle: true, worker: "pause" }, ({ engine }) => turnSwitch(engine, campaign, word));
    process.stdout.write(
      `The campaign ${campaign} ${paused ? "is paused: nothing is written to GitHub" : "goes on with its next run"}.\n`,
    );
  } catch (error) {
    if (!(error instanceof StateInUse)) throw error;
    leaveWord(error.folder, campaign, word);
    process.stdout.write(
      `The campaign ${campaign} ${paused ? "is paused" : "goes on"}: process ${error.pid}, which works for it, heeds that before its next write to GitHub.\n`,
    );
  }
  return 0;
}
