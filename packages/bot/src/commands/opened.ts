import { readFileSync } from "node:fs";
import { grammarsFrom, type Grammars } from "@gha2pulumi/repo";
import type { CampaignState } from "../campaign/state-of-campaign.ts";
import { readConfiguration, type Configuration } from "../configuration.ts";
import { BotFault } from "../fault.ts";
import { openBot, usualState, type Bot } from "../open-bot.ts";
import type { CampaignOptions } from "../options.ts";

/** A campaign, opened for one command. */
export interface Opened extends Bot {
  readonly configuration: Configuration;
}

/** Opens the campaign for as long as a command needs it. */
export async function withCampaign<T>(
  { config, state }: CampaignOptions,
  role: { readonly idle?: boolean; readonly worker?: string },
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const configuration = readConfiguration(config);
  const environment = process.env;
  const bot = await openBot({
    configuration,
    state: state ?? usualState(environment),
    environment,
    grammars: readGrammars,
    ...role,
  });
  try {
    return await use({ ...bot, configuration });
  } finally {
    await bot.engine.close();
  }
}

/** A command that would only write is refused while its campaign is paused. */
export function refuseWhilePaused({ paused }: CampaignState, campaign: string): void {
  if (paused) throw new BotFault(`the campaign ${campaign} is paused`, "`bot resume` lets it go on");
}

/** The grammars that lie beside the built program. */
function readGrammars(): Grammars {
  return grammarsFrom((name) => readFileSync(new URL(`../grammars/${name}.wasm`, import.meta.url)));
}

/** Tells how far a work has come: a line in place on a terminal, a line for each tenth off it. */
export function progressOn(stream: NodeJS.WriteStream): (what: string, done: number, total: number) => void {
  let last = "";
  return (what, done, total) => {
    if (stream.isTTY) {
      stream.write(done === total ? "\r\u001b[2K" : `\r\u001b[2K${what} ${done}/${total}`.slice(0, stream.columns + 5));
      return;
    }
    const line = `${what} ${total === 0 ? 0 : Math.floor((done / total) * 10) * 10} %`;
    if (line !== last && total > 0) stream.write(`${line} (${done}/${total})\n`);
    last = line;
  };
}
