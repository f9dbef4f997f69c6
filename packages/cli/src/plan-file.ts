import type { Path } from "@gha2pulumi/repo";

/** The plan that `migrate --keep-plan` leaves beside its changes, at the repository's root. */
export const planFile: Path = "gha2pulumi.plan.json";
