import { isDatabase } from "../engine/state.ts";
import { BotFault, type ExitCode } from "../fault.ts";
import type { CampaignOptions } from "../options.ts";
import { withCampaign } from "./opened.ts";

/** `bot worker`: does the work that `bot run` of another process asks for, until it is told to stop. */
export async function worker(options: CampaignOptions & { readonly name: string }): Promise<ExitCode> {
  if (!isDatabase(options.state ?? "")) {
    throw new BotFault("workers share a state of PostgreSQL", "give --state postgres://user@host/database");
  }
  return await withCampaign(options, { worker: options.name }, async ({ engine }) => {
    process.stderr.write(`the worker ${options.name} works until it is stopped\n`);
    const asked = new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await Promise.race([asked, engine.stopped]);
    return 0 as const;
  });
}
