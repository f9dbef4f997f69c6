import { userInfo } from "node:os";
import type { Engine } from "../engine/engine.ts";

/** One thing that was done for a campaign. */
export interface LogEntry {
  /** `owner/name`; null for what is about the whole campaign. */
  readonly repository: string | null;
  /** A login of GitHub, or the user of the machine that gave the command. */
  readonly who: string;
  readonly what: string;
  /** The digest of the plan that it carries out, and the commit that this was made for. */
  readonly plan?: string;
  readonly base?: string;
}

/** Adds to the campaign's log, which is never changed: who did what, and when. */
export async function logged(engine: Engine, campaign: string, entry: LogEntry): Promise<void> {
  const at = new Date(engine.clock.now()).toISOString();
  await engine.store.append(campaign, { at, campaign, ...entry });
}

/** Who gives the commands of this process; a container may have no name for its user. */
export function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

/** The log as JSON Lines, the oldest entry first; https://jsonlines.org. */
export async function logText(engine: Engine, campaign: string): Promise<string> {
  return (await engine.store.log(campaign)).map((entry) => `${JSON.stringify(entry)}\n`).join("");
}
