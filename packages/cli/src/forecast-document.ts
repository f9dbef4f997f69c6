import type { Audit, EditionForecast, HistoryForecast, Load } from "@gha2pulumi/migrate";

/** A forecast as `--format json` prints it. `history` is null where GitHub was not asked. */
export interface ForecastDocument {
  readonly schemaVersion: 1;
  readonly estimate: true;
  readonly shape: Audit["forecast"];
  readonly history: HistoryForecast | null;
  readonly load: Load;
  readonly prices: string;
  readonly editions: readonly EditionForecast[];
}
