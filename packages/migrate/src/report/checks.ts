import type { Trail } from "@gha2pulumi/repo";
import { vanishingChecks } from "../vanishing-checks.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedCheck } from "./plan-document.ts";

/** The checks that go away with their jobs; none where nothing is changed. */
export function plannedChecks({ plan, world }: Outcome, at: (trail: Trail) => string): readonly PlannedCheck[] {
  return vanishingChecks(plan.removals, world).map(({ text, exact, workflow, job, from, reach, required }) => ({
    name: text,
    exact,
    workflow: workflow.path,
    job: job.id,
    location: at([from]),
    reach,
    required: required ?? null,
  }));
}
