import type { HistoryForecast } from "@gha2pulumi/migrate";
import { analyse, type Analysis } from "./analyse.ts";
import { runsPulumi, type ExitCode } from "./exit.ts";
import { Fault } from "./fault.ts";
import type { ForecastDocument } from "./forecast-document.ts";
import { givenBy } from "./forecast-given.ts";
import { runHistory } from "./github-history.ts";
import { gitHubReading, repositoryIn, type GitHubReading } from "./github-reading.ts";
import { sayNothingFound } from "./nothing-found.ts";
import type { ForecastOptions, InFolder } from "./options.ts";
import { progressOn } from "./progress.ts";
import { renderForecast } from "./terminal-forecast.ts";

/** `forecast`: what would run in Pulumi Deployments in a month, and its price; asks GitHub only with `--history`. */
export async function forecast(options: InFolder<ForecastOptions>): Promise<ExitCode> {
  const given = givenBy(options);
  const days = Number(/^[1-9]\d{0,2}$/.exec(options.days)?.[0] ?? NaN);
  if (Number.isNaN(days)) throw new Fault(undefined, "--days gives no number of days", "write it as --days 30");
  // Before the plan: without a token there is nothing to wait for.
  const gitHub = options.history ? gitHubReading() : undefined;
  const analysis = await analyse(options, progressOn(process.stderr));
  const { document, engine, surroundings } = analysis;
  if (!runsPulumi(document)) {
    sayNothingFound(analysis);
    return 3;
  }
  const shape = engine.auditOf(
    [engine.auditedRepository(surroundings.get("repository") ?? ".", document)],
    given,
  ).forecast;
  const history = gitHub === undefined ? null : await historyOf(analysis, gitHub, days);
  const load = {
    minutes: history?.minutes ?? shape.minutes,
    atOnce: history?.atOnce ?? Math.max(0, ...shape.events.map(({ deployments }) => deployments)),
    // A call of a workflow that the clock starts needs no schedule of Pulumi's.
    scheduled: document.operations.some(
      ({ disposition, on }) => disposition === "move" && on.some(({ event }) => event === "schedule"),
    ),
  };
  const editions = engine.priced(options.prices, load);
  const whole: ForecastDocument = {
    schemaVersion: 1,
    estimate: true,
    shape,
    history,
    load,
    prices: options.prices,
    editions,
  };
  if (options.format === "json") process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
  else {
    const { paintFor, widthOf } = await import("./paint.ts");
    const style = { paint: paintFor(process.stdout), width: widthOf(process.stdout) };
    process.stdout.write(renderForecast(whole, engine.forecastText(shape), style));
  }
  return 0;
}

async function historyOf(
  { document, engine, tree, surroundings }: Analysis,
  gitHub: GitHubReading,
  days: number,
): Promise<HistoryForecast> {
  const repository = repositoryIn(surroundings);
  const since = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const workflows = engine.workflowsThatMove(document.operations);
  const history = await runHistory(gitHub, repository, workflows, { days, since });
  return engine.historyForecast(document.operations, tree, surroundings, history);
}
