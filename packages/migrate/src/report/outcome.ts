import type { Change } from "@gha2pulumi/repo";
import type { Definitions } from "@gha2pulumi/trust";
import type { Plan } from "../decision.ts";
import type { ProvenWorld } from "../effects.ts";
import type { Findings } from "../intents.ts";
import type { Case } from "../prove.ts";

/** Everything a report is made from. */
export interface Outcome {
  readonly world: ProvenWorld;
  readonly findings: Findings;
  readonly plan: Plan;
  readonly changes: readonly Change[];
  readonly proof: readonly Case[];
  /** The roles that the repository's files define. */
  readonly definitions: Definitions;
}
