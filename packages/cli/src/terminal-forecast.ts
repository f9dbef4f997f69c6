import type { ForecastDocument } from "./forecast-document.ts";
import { labelled, table } from "./layout.ts";
import type { Style } from "./paint.ts";
import { count } from "./terminal-wording.ts";

/** A forecast on a terminal: what it rests on, what would run, and each edition's price for it. */
export function renderForecast(
  { shape, history, load, prices, editions }: ForecastDocument,
  formula: string,
  { paint, width }: Style,
): string {
  const at = { indent: 2, width };
  const rows = editions.map(({ edition, minutesCost, notes }) => [
    edition,
    minutesCost === null ? "?" : `$${minutesCost.toFixed(2)}`,
    notes.join("; "),
  ]);
  const lines = [
    paint.bold("Forecast of a month, an estimate"),
    "",
    ...labelled("formula", [formula === "" ? "nothing would run in Pulumi Deployments" : formula], at),
    ...labelled("history", history === null ? [] : [toldBy(history)], at),
    ...labelled(
      "minutes",
      [load.minutes === null ? "not known: give both assumptions, or --history" : `up to ${load.minutes}`],
      at,
    ),
    ...labelled(
      "at once",
      [history === null ? `up to ${load.atOnce}, started by one event` : `up to ${load.atOnce}`],
      at,
    ),
    ...(shape.unknownSchedules > 0 ? labelled("schedule", ["some are not plain, and count as nothing"], at) : []),
    "",
    paint.bold(`Price of the minutes, list ${prices}`),
    "",
    ...table(rows, width - 2).map((cells) => `  ${cells.join("  ")}`.trimEnd()),
    "",
    `Managed resources and the edition itself cost as well. The other list: --prices ${prices === "v6" ? "v5" : "v6"}.`,
  ];
  return `${lines.join("\n")}\n`;
}

function toldBy({ days, runs, read, jobs }: NonNullable<ForecastDocument["history"]>): string {
  const part = read < runs ? `, of which the latest ${read} were read` : "";
  return `${count(runs, "run")} in ${days} days${part}; ${count(jobs, "job")} with an operation that moves or is called, each counted with all its steps`;
}
