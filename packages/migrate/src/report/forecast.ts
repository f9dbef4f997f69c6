import { byText, cronTimes, timesAMonth } from "@gha2pulumi/repo";
import type { AuditedRepository, Forecast, Given, RepositoryForecast } from "./audit-document.ts";
import type { PlannedOperation } from "./plan-document.ts";

/** What one repository would have run in Pulumi Deployments: only what moves or is called is a deployment then. */
export function repositoryForecast(operations: readonly PlannedOperation[]): RepositoryForecast {
  const starts = operations
    .filter(({ disposition }) => disposition === "move" || disposition === "call")
    .flatMap(({ on, stacks }) => on.map((trigger) => ({ trigger, deployments: Math.max(1, stacks.length) })));
  const schedules = starts
    .filter(({ trigger }) => trigger.event === "schedule")
    .map(({ trigger, deployments }) => {
      const times = trigger.condition === undefined ? cronTimes(trigger.cron ?? "") : undefined;
      return { cron: trigger.cron ?? "", runs: times && timesAMonth(times) * deployments };
    });
  const others = starts.filter(({ trigger }) => trigger.event !== "schedule");
  return {
    scheduledRuns: tenths(schedules.reduce((total, { runs = 0 }) => total + runs, 0)),
    unknownSchedules: schedules.filter(({ runs }) => runs === undefined).map(({ cron }) => cron),
    events: summed(others.map(({ trigger, deployments }) => ({ event: trigger.event, deployments }))),
  };
}

/** All repositories together. A number that nobody told is missing, and what hangs on it is null. */
export function forecastOf(repositories: readonly AuditedRepository[], given: Given): Forecast {
  const forecasts = repositories.map(({ forecast }) => forecast);
  const events = summed(forecasts.flatMap((one) => one.events));
  const runsOf = new Map(given.runsPerMonth.map(({ event, runs }) => [event, runs]));
  const scheduledRuns = tenths(forecasts.reduce((total, one) => total + one.scheduledRuns, 0));
  const unknownSchedules = forecasts.reduce((total, one) => total + one.unknownSchedules.length, 0);
  const missing = events.map(({ event }) => event).filter((event) => !runsOf.has(event));
  const started = events.reduce((total, { event, deployments }) => total + deployments * (runsOf.get(event) ?? 0), 0);
  const runs = missing.length > 0 || unknownSchedules > 0 ? null : tenths(scheduledRuns + started);
  const minutes = runs === null || given.minutesPerRun === null ? null : tenths(runs * given.minutesPerRun);
  return { scheduledRuns, unknownSchedules, events, given, missing, runs, minutes };
}

/** The forecast as a formula on one line, with what is not told by its name; "" where nothing would run. */
export function forecastText({
  scheduledRuns,
  unknownSchedules,
  events,
  given,
  missing,
  runs,
  minutes,
}: Forecast): string {
  const runsOf = new Map(given.runsPerMonth.map((one) => [one.event, one.runs]));
  const terms = [
    ...(scheduledRuns > 0 ? [`${Math.round(scheduledRuns)} by schedule`] : []),
    ...(unknownSchedules > 0 ? [`${unknownSchedules} schedules that are not plain`] : []),
    ...events.map(({ event, deployments }) =>
      [`up to ${deployments} ×`, ...(runsOf.has(event) ? [String(runsOf.get(event)), "×"] : []), event].join(" "),
    ),
  ];
  if (terms.length === 0) return "";
  const [first] = missing;
  const untold = [
    ...(first === undefined ? [] : [`how often ${missing.join(", ")} happens (--runs-per-month ${first}=NUMBER)`]),
    ...(given.minutesPerRun === null ? ["minutes of a deployment (--minutes-per-run NUMBER)"] : []),
  ];
  return [
    `${terms.join(" + ")} deployments a month`,
    ...(runs === null ? [] : [`together up to ${Math.round(runs)}`]),
    ...(minutes === null ? [] : [`up to ${Math.round(minutes)} minutes`]),
    ...(untold.length === 0 ? [] : [`not told: ${untold.join(", ")}`]),
  ].join("; ");
}

function summed(all: RepositoryForecast["events"]): RepositoryForecast["events"] {
  const events = [...new Set(all.map(({ event }) => event))];
  return events
    .map((event) => ({
      event,
      deployments: all.filter((one) => one.event === event).reduce((total, one) => total + one.deployments, 0),
    }))
    .sort((a, b) => b.deployments - a.deployments || byText(a.event, b.event));
}

function tenths(number: number): number {
  return Math.round(number * 10) / 10;
}
