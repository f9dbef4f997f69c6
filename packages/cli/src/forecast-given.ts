import type { Given } from "@gha2pulumi/migrate";
import { Fault } from "./fault.ts";

/** What the forecast may assume. */
export function givenBy({
  runsPerMonth,
  minutesPerRun,
}: {
  readonly runsPerMonth: readonly string[];
  readonly minutesPerRun?: string;
}): Given {
  const runs = runsPerMonth.map((text) => {
    const [, event = "", number] = /^([a-z_]+)=(.*)$/.exec(text) ?? [];
    return { event, runs: numberIn(number, `--runs-per-month ${text}`) };
  });
  return {
    // The last one counts, as with every option.
    runsPerMonth: [...new Map(runs.map((one) => [one.event, one])).values()],
    minutesPerRun: minutesPerRun === undefined ? null : numberIn(minutesPerRun, `--minutes-per-run ${minutesPerRun}`),
  };
}

function numberIn(text: string | undefined, option: string): number {
  if (text !== undefined && /^\d{1,6}(?:\.\d+)?$/.test(text)) return Number(text);
  throw new Fault(
    undefined,
    `${option} gives no number`,
    "write it as --runs-per-month push=40 or --minutes-per-run 2.5",
  );
}
