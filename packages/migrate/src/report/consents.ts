import { acceptable, acceptedCodes, isAcceptedCase } from "../accepted.ts";
import { vanishingChecks } from "../vanishing-checks.ts";
import { eventLabel, filesLabel } from "./event-label.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedConsent } from "./plan-document.ts";

/** What was accepted, and the checks and events of the plan that rest on it. */
export function plannedConsents({ plan, proof, world }: Outcome): readonly PlannedConsent[] {
  const checks = vanishingChecks(plan.removals, world).filter(({ required }) => required);
  return acceptedCodes(world.surroundings).map((code) => ({
    code,
    text: acceptable.get(code) ?? "",
    used: [
      ...(code === "GP270" ? checks.map(({ text }) => `the check ${text}`) : []),
      ...proof
        .filter((one) => one.codes.includes(code) && isAcceptedCase(one, world.surroundings))
        .map(({ event }) => [eventLabel(event), filesLabel(event)].filter((text) => text !== "").join(" ")),
    ],
  }));
}
