import type { Waves } from "../configuration.ts";
import type { PlanSummary, Row } from "./row.ts";

const levels = ["none", "low", "medium", "high"] as const;

/** Whether a plan's risk is one that gets a pull request. */
export function mayHaveWave({ plan, pull }: Row, { risk }: Waves): boolean {
  // One that was opened is kept up to date, whatever has become of its plan.
  if (pull !== null) return true;
  return plan !== null && plan.files > 0 && isWithin(plan, risk);
}

function isWithin({ risk }: PlanSummary, most: Waves["risk"]): boolean {
  return levels.indexOf(risk) <= levels.indexOf(most);
}

/**
 * The rows with the waves they are of. A wave that was given stays. Low risk comes first, and of each shape one
 * repository before the rest, so that what goes wrong with a shape goes wrong once.
 */
export function assignWaves(rows: readonly Row[], waves: Waves): readonly Row[] {
  const open = rows.filter((row) => row.wave === null && mayHaveWave(row, waves));
  const seen = new Set(rows.filter(({ wave }) => wave !== null).map(({ plan }) => plan?.shape));
  const ranked = [...open]
    .sort((a, b) => levelOf(a) - levelOf(b) || (a.name < b.name ? -1 : 1))
    .map((row) => {
      const isFirst = !seen.has(row.plan?.shape);
      seen.add(row.plan?.shape);
      return { row, isFirst };
    })
    .sort((a, b) => levelOf(a.row) - levelOf(b.row) || Number(b.isFirst) - Number(a.isFirst));
  const taken = rows.map(({ wave }) => wave ?? 0);
  const room = new Map(waves.sizes.map((size, i) => [i + 1, size - taken.filter((wave) => wave === i + 1).length]));
  const given = new Map<string, number>();
  for (const { row } of ranked) {
    const wave = [...room].find(([, left]) => left > 0)?.[0] ?? waves.sizes.length + 1;
    room.set(wave, (room.get(wave) ?? Number.POSITIVE_INFINITY) - 1);
    given.set(row.name, wave);
  }
  return rows.map((row) => held({ ...row, wave: row.wave ?? given.get(row.name) ?? null }, waves));
}

/** What would change files, and is more than the campaign may propose unasked. */
function held(row: Row, waves: Waves): Row {
  if (row.state !== "waiting" || row.plan === null || mayHaveWave(row, waves)) return row;
  return { ...row, state: "held", reason: `its risk is ${row.plan.risk}: ${row.plan.riskReasons.join("; ")}` };
}

function levelOf({ plan }: Row): number {
  return levels.indexOf(plan?.risk ?? "none");
}
