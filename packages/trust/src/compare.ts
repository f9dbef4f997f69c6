import { byText } from "@gha2pulumi/repo";
import { asked, ruleFormula, type Place } from "./admits.ts";
import { isGitHub, issuerKey, issuerKind, type Token } from "./claims.ts";
import type { Stays, TrustChange } from "./change.ts";
import { find, type Found } from "./find.ts";
import { all, any, issued, leaves, no, not, unclear, type Formula } from "./formula.ts";
import { partyFormula, partyTokens, type Party } from "./party.ts";
import type { Rule } from "./rule.ts";
import { describeSubject } from "./subject.ts";

/** How much of a row's tokens a rule lets in: all, some (with one of them), none; `absent` where there is no rule. */
export type Cell =
  | { readonly kind: "all" | "none" | "absent" }
  | { readonly kind: "some"; readonly token: Token }
  | { readonly kind: "unknown"; readonly because: readonly string[] };

/** A row of the table: who, and whether they get in before, in the transition, and in the end. */
export interface Row {
  readonly from: string;
  readonly who: string;
  readonly before: Cell;
  readonly transition: Cell;
  readonly final: Cell;
}

/** Everything a reader is told about one identity, as data. */
export interface Comparison {
  readonly rows: readonly Row[];
  /** Whom the transition admits beyond the intent. */
  readonly beyond: Found;
  /** Why a step cannot be taken yet, or at all. */
  readonly transitionBlocked: readonly string[];
  readonly finalBlocked: readonly string[];
  readonly notes: readonly string[];
  readonly stays: readonly string[];
}

/** Some tokens with a name: as they really are, and as little as tells them from others. */
interface Group {
  readonly from: string;
  readonly who: string;
  readonly inside: Formula;
}

/** The three rules as what they ask; `undefined` where there is none to ask. */
interface Formulas {
  readonly before: Formula;
  readonly transition: Formula | undefined;
  readonly final: Formula | undefined;
  readonly kind: Rule["kind"];
}

/**
 * Who gets in that did not, and who no longer does: for each issuer a row for each party, then one for everybody else.
 * `all` is said of tokens that agree with themselves; `none` and `some` of any.
 */
export function compare<R extends Rule>(
  change: TrustChange<R>,
  parties: readonly Party[],
  stays: Stays,
  place: Place,
): Comparison {
  const formulas = formulasOf(change, place);
  return {
    rows: groupsOf(formulas, parties).map((group) => rowOf(group, formulas)),
    beyond: change.beyond,
    transitionBlocked: change.transition.kind === "blocked" ? change.transition.because : [],
    finalBlocked: change.final.kind === "blocked" ? change.final.because : [],
    notes: change.notes,
    stays: stays.kind === "somebody" ? stays.who : [],
  };
}

/** A hidden rule lets in whom it does, and then those as well whom the addition does, unless it denies them. */
function formulasOf<R extends Rule>({ before, adds, transition, final }: TrustChange<R>, place: Place): Formulas {
  const { kind } = adds;
  if (before.kind === "hidden") {
    const hidden = unclear("the rule is not known");
    const both = any([hidden, ruleFormula(adds, place)]);
    return { kind, before: hidden, transition: both, final: both };
  }
  const asks = (rule: Rule | undefined): Formula | undefined => rule && ruleFormula(rule, place);
  const old = before.kind === "new" ? no : ruleFormula(before, place);
  return { kind, before: old, transition: asks(transition.rule), final: asks(final.rule) };
}

function groupOf(party: Party): Group {
  const from = issuerName(party.issuer);
  return { from, who: party.subjects.map(describeSubject).join(", "), inside: partyTokens(party) };
}

/** For each issuer that a party or a rule names: its parties, then everybody else. */
function groupsOf({ before, transition = no, final = no }: Formulas, parties: readonly Party[]): readonly Group[] {
  const named = [before, transition, final].flatMap((formula) => leaves(formula).map(({ issuer }) => issuer));
  const issuers = [...new Set([...parties.map(({ issuer }) => issuerKey(issuer)), ...named])];
  return issuers
    .sort((a, b) => order(a) - order(b) || byText(a, b))
    .flatMap((issuer) => {
      const own = parties.filter((party) => issuerKey(party.issuer) === issuer);
      const inside = all([issued(issuer), not(any(own.map(partyFormula)))]);
      const who = own.length === 0 ? "anybody" : everybodyElse(issuer);
      return [...own.map(groupOf), { from: issuerName(issuer), who, inside }];
    });
}

function order(issuer: string): number {
  return isGitHub(issuer) ? 0 : issuerKind(issuer) === "pulumi" ? 1 : 2;
}

function issuerName(issuer: string): string {
  const kind = issuerKind(issuer);
  if (kind === "github") return "GitHub";
  return kind === "pulumi" ? "Pulumi" : issuerKey(issuer);
}

function everybodyElse(issuer: string): string {
  if (isGitHub(issuer)) return "every other branch, tag, PR, repository";
  return issuerKind(issuer) === "pulumi" ? "every other stack, any other organisation" : "everybody else";
}

function rowOf({ from, who, inside }: Group, { kind, before, transition, final }: Formulas): Row {
  const cell = (formula: Formula | undefined): Cell =>
    formula === undefined ? { kind: "absent" } : cellOf(inside, formula, kind);
  return { from, who, before: cell(before), transition: cell(transition), final: cell(final) };
}

function cellOf(inside: Formula, formula: Formula, kind: Rule["kind"]): Cell {
  const admitted = find(asked(all([inside, formula]), kind));
  if (admitted.kind === "none") return { kind: "none" };
  const refused = find(asked(all([inside, not(formula)]), kind));
  if (refused.kind === "none") return { kind: "all" };
  if (admitted.kind === "token") return { kind: "some", token: admitted.token };
  return { kind: "unknown", because: admitted.because };
}
