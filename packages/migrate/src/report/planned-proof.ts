import { byText } from "@gha2pulumi/repo";
import type { Surroundings } from "@gha2pulumi/workflow";
import { isAcceptedCase } from "../accepted.ts";
import { assumptionCode, assumptions } from "../assumptions.ts";
import type { Effect } from "../effects.ts";
import type { Case, Verdict } from "../prove.ts";
import { eventLabel, filesLabel, mergeActions } from "./event-label.ts";
import type { PlannedCase, PlannedProof } from "./plan-document.ts";

/** Cases as a person reads them: what nothing runs in is left out, and actions that do the same are one line. */
export function plannedProof(cases: readonly Case[], surroundings: Surroundings): PlannedProof {
  const planned = cases
    .map((one) => plannedCase(one, isAcceptedCase(one, surroundings)))
    .filter((one) => one.before.length > 0 || one.after.length > 0 || isNear(one.event));
  const merged = mergeActions(planned);
  const verdicts: Record<Verdict, number> = { same: 0, missing: 0, extra: 0, changed: 0, undecided: 0 };
  for (const one of merged) verdicts[one.verdict] += 1;
  const codes = [...new Set(merged.flatMap((one) => one.assuming))].sort(byText);
  return { cases: merged, assumptions: codes.map((code) => ({ code, text: assumptions.get(code) ?? code })), verdicts };
}

/** Pushes and pull requests that do nothing are worth a line: they show that nothing new starts. */
function isNear(event: string): boolean {
  return event.startsWith("push ") || event.startsWith("PR to ");
}

function plannedCase({ event, before, after, verdict, notes, assuming, codes }: Case, accepted: boolean): PlannedCase {
  return {
    event: eventLabel(event),
    files: filesLabel(event),
    before: before.map(effectLabel),
    after: after.map(effectLabel),
    verdict,
    assuming: [...new Set(assuming.map(assumptionCode))].sort(byText),
    notes,
    codes,
    accepted,
  };
}

function effectLabel(effect: Effect): string {
  const maybe = effect.condition === "" ? "" : " if …";
  const start = { automatic: "", available: " by hand", dropped: ": given up" }[effect.start];
  return `${effect.operation} ${effect.stack}${start}${maybe}`;
}
