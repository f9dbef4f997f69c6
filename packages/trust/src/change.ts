import { ruleFormula, asked, type Place } from "./admits.ts";
import { find, type Found } from "./find.ts";
import { all, not } from "./formula.ts";
import { partiesFormula, type Party } from "./party.ts";
import type { Rule } from "./rule.ts";

/** What there is before a change: a rule, none because the identity is new, or one that no file shows. */
export type Before<R extends Rule> = R | { readonly kind: "new" } | { readonly kind: "hidden" };

/** One of the rules a change goes through, or why it must not be written, and what it would be where that is known. */
export type Phase<R> = { readonly kind: "rule"; readonly rule: R } | Blocked<R>;

export interface Blocked<R> {
  readonly kind: "blocked";
  readonly because: readonly string[];
  readonly rule: R | undefined;
}

/**
 * What still assumes the identity through GitHub once the move is done: nobody, for certain; somebody, in words and,
 * as far as they are known, as parties; or it is not known, because nobody has looked or for the reasons given.
 */
export type Stays =
  | { readonly kind: "nobody" }
  | { readonly kind: "somebody"; readonly who: readonly string[]; readonly parties: readonly Party[] }
  | { readonly kind: "unknown"; readonly because: readonly string[] };

/** A change in two steps: both issuers are trusted, then Pulumi's alone. */
export interface TrustChange<R extends Rule> {
  readonly before: Before<R>;
  /** What is added for Pulumi, as a rule of its own: all that can be said where the rule before is hidden. */
  readonly adds: R;
  readonly transition: Phase<R>;
  readonly final: Phase<R>;
  /** Whom the transition lets in that neither was let in before nor is meant to be: nobody, or a token. */
  readonly beyond: Found;
  /** What a reader has to know, and nothing refuses. */
  readonly notes: readonly string[];
}

export function phase<R>(rule: R): Phase<R> {
  return { kind: "rule", rule };
}

export function blocked(...because: readonly string[]): Blocked<never> {
  return { kind: "blocked", because, rule: undefined };
}

/** The last step: the rule, unless something has to be waited for. */
export function unlessWaiting<R>(because: readonly string[], rule: R): Phase<R> {
  return because.length === 0 ? phase(rule) : { kind: "blocked", because, rule };
}

/** Why the last step has to wait, or nothing. */
export function waitsFor(stays: Stays): readonly string[] {
  switch (stays.kind) {
    case "nobody":
      return [];
    case "somebody":
      return stays.who.map((one) => `${one} still assumes it`);
    case "unknown":
      return stays.because.length > 0 ? stays.because : ["nobody has looked whether anything else assumes it"];
  }
}

/** Whom a step adds besides those who are meant. */
export function addedBeyond(before: Before<Rule>, after: Rule, meant: readonly Party[], place: Place): Found {
  const old = before.kind === "new" || before.kind === "hidden" ? [] : [not(ruleFormula(before, place))];
  return find(asked(all([ruleFormula(after, place), ...old, not(partiesFormula(meant))]), after.kind));
}
