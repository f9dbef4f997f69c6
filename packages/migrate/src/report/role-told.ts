import type { Path, Span } from "@gha2pulumi/repo";
import type { AwsMove, Comparison, Finding, FindingContext, Rule, TrustChange } from "@gha2pulumi/trust";
import type { PlannedReach, PlannedTrust } from "./plan-document.ts";

export interface SeenAt extends Finding {
  readonly span: Span;
}

/** What is told of one role's trust, besides who has to be let in. */
export interface Told extends Pick<PlannedTrust, "statement" | "table" | "reach" | "definition" | "hole"> {
  /** An AWS role as what a person takes away; `undefined` where too little is known for documents. */
  readonly move: AwsMove | undefined;
  /** Its change, which a token can be put to. */
  readonly asked: { readonly change: TrustChange<Rule>; readonly account: string | undefined } | undefined;
  /** Documents and scripts of clouds other than AWS, by path. */
  readonly files: ReadonlyMap<Path, string>;
  /** What a reviewer should see, at the place of the role or of the login that takes it. */
  readonly seen: readonly SeenAt[];
}

export const nothingTold: Told = {
  statement: null,
  table: null,
  reach: null,
  definition: null,
  hole: null,
  move: undefined,
  asked: undefined,
  files: new Map(),
  seen: [],
};

/** What a comparison proves, as the plan holds it. */
export function reachOf(
  { beyond, transitionBlocked }: Comparison,
  lost: readonly string[],
  previews: FindingContext["previews"],
): PlannedReach {
  const who = { none: "nobody", token: "somebody", unknown: "unknown" } as const;
  return { beyond: who[beyond.kind], blocked: transitionBlocked.length > 0, lost, previews: previews?.here ?? null };
}
