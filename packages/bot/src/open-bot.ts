import { homedir } from "node:os";
import { join } from "node:path";
import type { Grammars } from "@gha2pulumi/migrate";
import { version } from "../package.json";
import { dashboardWork } from "./campaign/dashboard-work.ts";
import { heed } from "./campaign/kill-switch.ts";
import { planWork } from "./campaign/plan-work.ts";
import { closeWork, pullWork } from "./campaign/pull-work.ts";
import { visitWork } from "./campaign/visit-work.ts";
import type { Works } from "./campaign/run-campaign.ts";
import type { Services } from "./campaign/outside.ts";
import type { Configuration } from "./configuration.ts";
import type { Clock, Engine, Json, Work } from "./engine/engine.ts";
import { isDatabase } from "./engine/state.ts";
import { openEngine } from "./engine/open.ts";
import { credentialsOf, type Credentials } from "./github/credentials.ts";

/** A campaign's state, opened, with everything its work needs. */
export interface Bot {
  readonly engine: Engine;
  readonly services: Services;
  readonly works: Works;
}

export interface BotOptions {
  readonly configuration: Configuration;
  /** A folder, or `postgres://…`. */
  readonly state: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly grammars: () => Grammars;
  readonly worker?: string;
  /** Only looks and asks: work is done by others. */
  readonly idle?: boolean;
  /** Tests turn time faster. */
  readonly clock?: Clock;
}

/** Where a campaign is remembered when nobody says where. */
export function usualState(environment: BotOptions["environment"]): string {
  const base = environment["XDG_STATE_HOME"] ?? join(homedir(), ".local/state");
  return join(base, "gha2pulumi-bot");
}

/** Opens the state and the way to GitHub. The engine's errors and a missing token are thrown. */
export async function openBot(options: BotOptions): Promise<Bot> {
  const { configuration, state, environment, grammars, worker, idle, clock } = options;
  // Work is made before the engine that runs it.
  const made: { engine?: Engine; credentials?: Credentials } = {};
  const services: Services = {
    get credentials() {
      if (made.credentials === undefined) throw new Error("the bot is not open yet");
      return made.credentials;
    },
    engine: () => {
      if (made.engine === undefined) throw new Error("the bot is not open yet");
      return made.engine;
    },
    stateFolder: isDatabase(state) ? undefined : state,
    grammars,
    version,
  };
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  // What was left running, or waits in the queue, begins while the engine still opens.
  const onceOpen = (work: Work<Json, Json>): Work<Json, Json> => ({
    name: work.name,
    run: async (input, context) => {
      await opened;
      return await work.run(input, context);
    },
  });
  const works: Works = {
    plan: onceOpen(planWork(services)),
    pull: onceOpen(pullWork(services)),
    close: onceOpen(closeWork(services)),
    visit: onceOpen(visitWork(services)),
    dashboard: onceOpen(dashboardWork(services)),
  };
  const { pullRequestsPerHour, writesPerMinute, writesPerHour, concurrency, perOwner } = configuration.limits;
  // Three writes open a pull request: a branch, a commit, and itself.
  const perHour = Math.min(writesPerHour, 3 * (pullRequestsPerHour ?? writesPerHour));
  const engine = await openEngine({
    state,
    works: Object.values(works) as never,
    limits: { perMinute: writesPerMinute, perHour, apart: 1000 },
    concurrency,
    perPartition: perOwner,
    ...(clock === undefined ? {} : { clock }),
    ...(worker === undefined ? {} : { worker }),
    ...(idle === undefined ? {} : { idle }),
  });
  made.engine = engine;
  try {
    const userAgent = `gha2pulumi-bot/${version}`;
    made.credentials = credentialsOf({ environment, store: engine.store, clock: engine.clock, userAgent });
  } catch (error) {
    await engine.close();
    throw error;
  }
  if (services.stateFolder !== undefined) await heed(engine, services.stateFolder, configuration.campaign);
  open();
  return { engine, services, works };
}
