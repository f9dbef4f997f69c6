import { byText } from "@gha2pulumi/repo";
import type { Finding, FindingContext, FindingKind } from "./finding.ts";
import { moveFindings } from "./move-findings.ts";
import type { Rule } from "./rule.ts";
import { subjectFindings } from "./subject-findings.ts";

/** Every kind of finding about trust, in the order of their codes: what `explain` tells, and what is looked for. */
export const findingKinds: readonly FindingKind[] = [...subjectFindings, ...moveFindings].sort((a, b) =>
  byText(a.code, b.code),
);

/** What there is to say about a rule, in the order of the codes. Only what is known speaks: silence is no approval. */
export function findings(rule: Rule, context: FindingContext): readonly Finding[] {
  return findingKinds.flatMap(({ code, see }) => see(rule, context).map((one) => ({ code, ...one })));
}

/** What there is to say about the move of a rule that nobody knows: only `adds` of it is. */
export function seenInMove(adds: Rule, context: FindingContext): readonly Finding[] {
  return moveFindings.flatMap(({ code, see }) => see(adds, context).map((one) => ({ code, ...one })));
}
