import { byText } from "@gha2pulumi/repo";
import { asked, ruleFormula, type Place } from "./admits.ts";
import { isGitHub, issuerKey, issuerKind, type Token } from "./claims.ts";
import type { Before, Phase, Stays, TrustChange } from "./change.ts";
import { find, type Found } from "./find.ts";
import { all, any, issued, leaves, not, type Formula } from "./formula.ts";
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

/**
 * Who gets in that did not, and who no longer does: a row for each party, then for each issuer everybody else.
 * `all` is said of tokens that agree with themselves; `none` and `some` of any.
 */
export function compare<R extends Rule>(
  change: TrustChange<R>,
  parties: readonly Party[],
  stays: Stays,
  place: Place,
): Comparison {
  const rules = [ruleBefore(change.before), ruleIn(change.transition), ruleIn(change.final)] as const;
  const groups = groupsOf(rules, parties, place);
  return {
    rows: groups.map((group) => rowOf(group, change, rules, place)),
    beyond: change.beyond,
    transitionBlocked: change.transition.kind === "blocked" ? change.transition.because : [],
    finalBlocked: change.final.kind === "blocked" ? change.final.because : [],
    notes: change.notes,
    stays: stays.kind === "somebody" ? stays.who : [],
  };
}

function ruleBefore<R extends Rule>(before: Before<R>): Rule | undefined {
  return before.kind === "new" || before.kind === "hidden" ? undefined : before;
}

function ruleIn<R extends Rule>(phase: Phase<R>): Rule | undefined {
  return phase.rule;
}

function groupOf(party: Party): Group {
  const from = issuerName(party.issuer);
  return { from, who: party.subjects.map(describeSubject).join(", "), inside: partyTokens(party) };
}

/** For each issuer that a party or a rule names: its parties, then everybody else. */
function groupsOf(rules: readonly (Rule | undefined)[], parties: readonly Party[], place: Place): readonly Group[] {
  const formulas = rules.flatMap((rule) => (rule === undefined ? [] : [ruleFormula(rule, place)]));
  const named = formulas.flatMap((formula) => leaves(formula).map(({ issuer }) => issuer));
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

function rowOf<R extends Rule>(
  { from, who, inside }: Group,
  change: TrustChange<R>,
  [before, transition, final]: readonly [Rule | undefined, Rule | undefined, Rule | undefined],
  place: Place,
): Row {
  const hidden: Cell = { kind: "unknown", because: ["the rule is not known"] };
  const cell = (rule: Rule | undefined, otherwise: Cell): Cell =>
    rule === undefined ? otherwise : cellOf(inside, rule, place);
  return {
    from,
    who,
    before: cell(before, change.before.kind === "new" ? { kind: "none" } : hidden),
    transition: cell(transition, { kind: "absent" }),
    final: cell(final, { kind: "absent" }),
  };
}

function cellOf(inside: Formula, rule: Rule, place: Place): Cell {
  const formula = ruleFormula(rule, place);
  const inAndAdmitted = find(asked(all([inside, formula]), rule));
  if (inAndAdmitted.kind === "none") return { kind: "none" };
  const inAndRefused = find(asked(all([inside, not(formula)]), rule));
  if (inAndRefused.kind === "none") return { kind: "all" };
  if (inAndAdmitted.kind === "token") return { kind: "some", token: inAndAdmitted.token };
  return { kind: "unknown", because: inAndAdmitted.because };
}
