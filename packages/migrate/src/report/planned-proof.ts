import { byText, location, type Tree } from "@gha2pulumi/repo";
import { isAcceptedCase } from "../accepted.ts";
import { assumptionCode, assumptionPlace, assumptions } from "../assumptions.ts";
import type { Effect } from "../effects.ts";
import type { Case, Verdict } from "../prove.ts";
import type { Snapshot } from "../world.ts";
import { eventLabel, filesLabel, mergeActions } from "./event-label.ts";
import type { PlannedCase, PlannedProof } from "./plan-document.ts";

/** Cases as a person reads them: what nothing runs in is left out, and actions that do the same are one line. */
export function plannedProof(cases: readonly Case[], { surroundings, tree }: Snapshot): PlannedProof {
  const planned = cases
    .map((one) => plannedCase(one, isAcceptedCase(one, surroundings)))
    .filter((one) => one.before.length > 0 || one.after.length > 0 || isNear(one.event));
  const merged = mergeActions(planned);
  const verdicts: Record<Verdict, number> = { same: 0, missing: 0, extra: 0, changed: 0, undecided: 0 };
  for (const one of merged) verdicts[one.verdict] += 1;
  const codes = [...new Set(merged.flatMap((one) => one.assuming))].sort(byText);
  const places = placesOf(cases, tree);
  const isSwitched = cases.some(({ after }) => after.some(({ runner }) => runner === "deployment"));
  const textOf = (code: string): string =>
    code === "GP601" && !isSwitched ? deployedForCalls : `${assumptions.get(code) ?? code}${places.get(code) ?? ""}`;
  return { cases: merged, assumptions: codes.map((code) => ({ code, text: textOf(code) })), verdicts };
}

/** What is only called waits for no switch. */
const deployedForCalls = "The settings program has been deployed, from the branch the workflows ran on.";

/** What to say behind each assumption that is made about places in files. */
function placesOf(cases: readonly Case[], tree: Tree): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>();
  for (const name of cases.flatMap(({ assuming }) => assuming)) {
    const place = assumptionPlace(name);
    if (place === undefined) continue;
    const code = assumptionCode(name);
    found.set(code, (found.get(code) ?? new Set()).add(`\`${location(tree, place)}\``));
  }
  return new Map([...found].map(([code, places]) => [code, ` It is about ${[...places].sort(byText).join(", ")}.`]));
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
