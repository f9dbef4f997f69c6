import { asked, ruleFormula, type Place } from "./admits.ts";
import { find, type Found } from "./find.ts";
import { all, any, not, type Formula } from "./formula.ts";
import { partiesFormula, partyTokens, type Party } from "./party.ts";
import type { Rule } from "./rule.ts";

/** Whom a rule lets in that the intent does not: nobody, or the shortest offending token. */
export function beyond(rule: Rule, meant: readonly Party[], place: Place): Found {
  return outside(rule, ruleFormula(rule, place), partiesFormula(meant));
}

/** Who is meant to get in and does not. */
export function shortOf(rule: Rule, meant: readonly Party[], place: Place): Found {
  return outside(rule, any(meant.map(partyTokens)), ruleFormula(rule, place));
}

/** Whom the second rule lets in that the first does not. */
export function gained(before: Rule, after: Rule, place: Place): Found {
  return outside(after, ruleFormula(after, place), ruleFormula(before, place));
}

/** How far one rule reaches, against another: the words of the report, and a token for each direction. */
export interface Reach {
  readonly kind: "same" | "wider" | "narrower" | "different" | "unknown";
  readonly gains: Found;
  readonly loses: Found;
}

/** Compares two rules by whom they let in, not by how they are written. */
export function reach(before: Rule, after: Rule, place: Place): Reach {
  const [gains, loses] = [gained(before, after, place), gained(after, before, place)];
  if (gains.kind === "unknown" || loses.kind === "unknown") return { kind: "unknown", gains, loses };
  const kinds = { nonenone: "same", tokennone: "wider", nonetoken: "narrower", tokentoken: "different" } as const;
  return { kind: kinds[`${gains.kind}${loses.kind}`], gains, loses };
}

function outside(rule: Rule, inner: Formula, outer: Formula): Found {
  return find(asked(all([inner, not(outer)]), rule.kind));
}
