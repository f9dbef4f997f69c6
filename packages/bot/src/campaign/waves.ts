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
