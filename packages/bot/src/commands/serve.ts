import { printable } from "@gha2pulumi/repo";
import { isPaused } from "../campaign/kill-switch.ts";
import { wholeRun } from "../campaign/whole-run.ts";
import { BotFault, faultOf, type ExitCode } from "../fault.ts";
import type { ServeOptions } from "../options.ts";
import { startServer } from "../serve/server.ts";
import { withCampaign, type Opened } from "./opened.ts";

/** The variable that holds what GitHub signs its webhooks with. */
const secretName = "GITHUB_WEBHOOK_SECRET";

/** `bot serve`: keeps pull requests current as GitHub tells what happens to them, until it is told to stop. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const secret = process.env[secretName] ?? "";
  if (secret === "") {
    throw new BotFault(`${secretName} is not set`, "give it the secret of the GitHub App's webhook");
  }
  const port = numberOf("--port", options.port, 0, 65_535);
  const every = options.every === undefined ? undefined : numberOf("--every", options.every, 1, 24 * 365);
  const { worker } = options;
  return await withCampaign(options, worker === undefined ? {} : { worker }, async (opened) => {
    const { engine, configuration } = opened;
    const stop = new AbortController();
    const asked = new Promise<string>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
    });
    const server = await startServer({ bot: opened, configuration, secret, host: options.host, port, log });
    log(`listening on ${server.url} for the campaign ${configuration.campaign}`);
    const runs = every === undefined ? Promise.resolve() : repeated(opened, every, stop.signal);
    try {
      const signal = await Promise.race([asked, engine.stopped, runs.then(() => asked)]);
      log(`${signal ?? "closed"}: stopping; what is not done is left to the next start`);
    } finally {
      stop.abort();
      await server.stop();
    }
    // A run that goes on ends with the engine.
    await engine.close();
    await runs;
    return 0 as const;
  });
}

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

function numberOf(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new BotFault(`${flag} ${text} is no whole number from ${least} to ${most}`, `give ${flag} one`);
}

/** A run at the start, and each time so many hours after the one before has ended. What one fails of, the next may not. */
async function repeated(opened: Opened, hours: number, signal: AbortSignal): Promise<void> {
  const { engine, services, works, configuration } = opened;
  while (!signal.aborted) {
    try {
      if (await isPaused(services, configuration.campaign)) log("no run: the campaign is paused");
      else {
        const { rows, state, unshown } = await wholeRun({ services, works, configuration, progress: () => undefined });
        const failed = rows.filter((row) => row.state === "failed").length;
        if (unshown !== undefined) log(printable(unshown));
        log(`run ${state.run} has ended: ${rows.length} repositories, ${failed} failed`);
      }
    } catch (error) {
      if (signal.aborted) return;
      const fault = faultOf(error);
      if (fault === undefined) throw error;
      log(`the run has failed: ${fault.message}`);
    }
    await engine.clock.sleep(hours * 3_600_000, signal);
  }
}
