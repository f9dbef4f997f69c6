import { wavesOf } from "@gha2pulumi/migrate";
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

/** The rows with the waves they are of. A wave that was given stays, and what is new since then comes after the last. */
export function assignWaves(rows: readonly Row[], waves: Waves): readonly Row[] {
  const last = Math.max(0, ...rows.map(({ wave }) => wave ?? 0));
  const candidates = rows.flatMap((row) =>
    row.wave === null && row.plan !== null && mayHaveWave(row, waves)
      ? [{ repository: row.name, shape: row.plan.shape, risk: row.plan.risk }]
      : [],
  );
  const given = new Map(
    wavesOf(candidates, waves.sizes.slice(last)).flatMap((members, i) =>
      members.map(({ repository }) => [repository, last + i + 1] as const),
    ),
  );
  return rows.map((row) => held({ ...row, wave: row.wave ?? given.get(row.name) ?? null }, waves));
}

/** What would change files, and is more than the campaign may propose unasked. */
function held(row: Row, waves: Waves): Row {
  if (row.state !== "waiting" || row.plan === null || mayHaveWave(row, waves)) return row;
  return { ...row, state: "held", reason: `its risk is ${row.plan.risk}: ${row.plan.riskReasons.join("; ")}` };
}
