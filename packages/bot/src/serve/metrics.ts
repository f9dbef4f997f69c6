import { Counter, Gauge, Registry, collectDefaultMetrics } from "prom-client";
import type { Row } from "../campaign/row.ts";
import { isPaused } from "../campaign/kill-switch.ts";
import { rowsOf } from "../campaign/run-campaign.ts";
import { campaignState } from "../campaign/state-of-campaign.ts";
import type { Configuration } from "../configuration.ts";
import type { Bot } from "../open-bot.ts";

/** What became of a delivery. */
export type WebhookOutcome =
  "accepted" | "replayed" | "ignored" | "unsigned" | "malformed" | "too-large" | "refused" | "failed";

export interface Metrics {
  readonly webhook: (event: string, outcome: WebhookOutcome) => void;
  readonly contentType: string;
  /** In the text format of Prometheus. */
  readonly text: () => Promise<string>;
}

/** A metric that is read where it stands whenever somebody asks: one number for each value of its label. */
interface Reading {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly read: () => Promise<ReadonlyMap<string, number>>;
}

/** How a campaign stands. Names of repositories are in none of it: their number would be that of the series. */
export function metricsOf(
  { engine, services }: Pick<Bot, "engine" | "services">,
  { campaign }: Configuration,
): Metrics {
  const register = new Registry();
  register.setDefaultLabels({ campaign });
  collectDefaultMetrics({ register });
  const rows = (): Promise<readonly Row[]> => rowsOf(engine, campaign);
  const { asked } = services.credentials;

  reading(register, Gauge, {
    name: "gha2pulumi_repositories",
    help: "Repositories of the campaign.",
    label: "state",
    read: async () => countedBy(await rows(), ({ state }) => state),
  });
  reading(register, Gauge, {
    name: "gha2pulumi_pull_requests",
    help: "Pull requests of the campaign. A draft is not counted as open.",
    label: "state",
    read: async () =>
      countedBy(await rows(), ({ pull }) => (pull?.state === "open" && pull.isDraft ? "draft" : pull?.state)),
  });
  reading(register, Gauge, {
    name: "gha2pulumi_work",
    help: "Pieces of work of all processes that have not ended.",
    label: "state",
    read: async () => new Map(Object.entries(await engine.load())),
  });
  reading(register, Gauge, {
    name: "gha2pulumi_campaign",
    help: "The campaign: paused is 1 while it may not write, run the number of its last run.",
    label: "fact",
    read: async () => {
      const { run } = await campaignState(engine.store, campaign);
      return new Map([
        ["paused", (await isPaused(services, campaign)) ? 1 : 0],
        ["run", run],
      ]);
    },
  });
  reading(register, Counter, {
    name: "gha2pulumi_github_requests_total",
    help: "Requests of this process to GitHub: unchanged are those that cost nothing, limited those that came too fast.",
    label: "kind",
    read: async () => new Map(Object.entries(asked).map(([kind, many]) => [kinds[kind as keyof typeof kinds], many])),
  });
  const webhooks = new Counter({
    name: "gha2pulumi_webhooks_total",
    help: "Deliveries to this process, by event and by what became of them.",
    labelNames: ["event", "outcome"],
    registers: [register],
  });
  return {
    webhook: (event, outcome) => webhooks.inc({ event, outcome }),
    contentType: register.contentType,
    text: () => register.metrics(),
  };
}

const kinds = { reads: "read", unchanged: "unchanged", writes: "write", limited: "limited" } as const;

function reading(register: Registry, kind: typeof Gauge | typeof Counter, { name, help, label, read }: Reading): void {
  new kind({
    name,
    help,
    labelNames: [label],
    registers: [register],
    async collect() {
      this.reset();
      for (const [value, many] of await read()) this.inc({ [label]: value }, many);
    },
  });
}

function countedBy(rows: readonly Row[], by: (row: Row) => string | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = by(row);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
