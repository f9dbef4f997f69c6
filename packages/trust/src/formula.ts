import { like, type Glob } from "./glob.ts";

/** An answer that may be missing, with the reasons why. */
export type Answer =
  | { readonly kind: "yes" }
  | { readonly kind: "no" }
  | { readonly kind: "unknown"; readonly because: readonly string[] };

/**
 * A test of one claim of one issuer's tokens. `how` says what holds of a claim with several values: `some` value or
 * `every` value must pass; `one` is made for a single value. A value passes when some glob matches it or, with
 * `differs`, when none does. A token without the claim, or of another issuer, gets `missing`.
 */
export interface Test {
  readonly kind: "test";
  readonly issuer: string;
  readonly claim: string;
  readonly how: "one" | "some" | "every";
  readonly globs: readonly Glob[];
  readonly differs: boolean;
  readonly missing: boolean;
}

/**
 * A condition whose outcome we cannot tell. What has the same `about` has the same outcome for the same request,
 * whatever that is: so a condition that stands on both sides of a comparison does not make it uncertain.
 */
export interface Unclear {
  readonly kind: "unclear";
  readonly because: string;
  readonly about: string;
}

/** What a rule of any cloud asks of a token. Each cloud's document is read into this, and everything else is asked of it. */
export type Formula =
  | { readonly kind: "yes" }
  | { readonly kind: "no" }
  | Unclear
  | { readonly kind: "issuer"; readonly issuer: string }
  | Test
  | { readonly kind: "all" | "any"; readonly of: readonly Formula[] }
  | { readonly kind: "not"; readonly of: Formula };

export const yes = { kind: "yes" } as const;
export const no = { kind: "no" } as const;

export function unclear(because: string, about = because): Formula {
  return { kind: "unclear", because, about };
}

/** The formula, with everything unclear in it being about this. */
export function about(what: string, formula: Formula): Formula {
  switch (formula.kind) {
    case "unclear":
      return { ...formula, about: what };
    case "not":
      return { kind: "not", of: about(what, formula.of) };
    case "all":
    case "any":
      return { kind: formula.kind, of: formula.of.map((one) => about(what, one)) };
    default:
      return formula;
  }
}

export function issued(issuer: string): Formula {
  return { kind: "issuer", issuer };
}

/** The plain test of a claim with one value: some glob matches it. */
export function test(issuer: string, claim: string, globs: readonly Glob[]): Test {
  return { kind: "test", issuer, claim, how: "one", globs, differs: false, missing: false };
}

/** The claim is in the token, whatever it says. */
export function present(issuer: string, claim: string): Test {
  return { ...test(issuer, claim, [like("*")]), how: "some" };
}

/** All hold; what decides or adds nothing is left out. */
export function all(of: readonly Formula[]): Formula {
  if (of.some((one) => one.kind === "no")) return no;
  const rest = of.filter((one) => one.kind !== "yes").flatMap((one) => (one.kind === "all" ? one.of : [one]));
  return rest.length === 1 && rest[0] ? rest[0] : rest.length === 0 ? yes : { kind: "all", of: rest };
}

/** At least one holds; what decides or adds nothing is left out. */
export function any(of: readonly Formula[]): Formula {
  if (of.some((one) => one.kind === "yes")) return yes;
  const rest = of.filter((one) => one.kind !== "no").flatMap((one) => (one.kind === "any" ? one.of : [one]));
  return rest.length === 1 && rest[0] ? rest[0] : rest.length === 0 ? no : { kind: "any", of: rest };
}

export function not(of: Formula): Formula {
  if (of.kind === "yes") return no;
  if (of.kind === "no") return yes;
  return of.kind === "not" ? of.of : { kind: "not", of };
}

/** The part of a formula that can be seen of a token at once. */
export type Leaf = Extract<Formula, { kind: "issuer" | "test" }>;

/** What an unclear part is taken for: unknown, unless somebody supposes an outcome. */
type Suppose = (about: string) => boolean | undefined;

/** The formula's answer when its leaves have these: a decided part decides, an unknown one stays with its reasons. */
export function answer(formula: Formula, leaf: (of: Leaf) => Answer, suppose?: Suppose): Answer {
  switch (formula.kind) {
    case "yes":
    case "no":
      return formula;
    case "unclear": {
      const supposed = suppose?.(formula.about);
      return supposed === undefined ? { kind: "unknown", because: [formula.because] } : supposed ? yes : no;
    }
    case "issuer":
    case "test":
      return leaf(formula);
    case "not": {
      const inner = answer(formula.of, leaf, suppose);
      return inner.kind === "unknown" ? inner : inner.kind === "yes" ? no : yes;
    }
    case "all":
    case "any":
      return joined(
        formula.kind === "all" ? no : yes,
        formula.of.map((one) => () => answer(one, leaf, suppose)),
      );
  }
}

function joined(decides: typeof yes | typeof no, of: readonly (() => Answer)[]): Answer {
  const because = new Set<string>();
  let open = false;
  for (const one of of) {
    const found = one();
    if (found.kind === decides.kind) return decides;
    if (found.kind !== "unknown") continue;
    open = true;
    for (const reason of found.because) because.add(reason);
  }
  if (open) return { kind: "unknown", because: [...because] };
  return decides.kind === "yes" ? no : yes;
}

/** What the unclear parts of a formula are about. */
export function doubts(formula: Formula): readonly string[] {
  switch (formula.kind) {
    case "unclear":
      return [formula.about];
    case "not":
      return doubts(formula.of);
    case "all":
    case "any":
      return [...new Set(formula.of.flatMap(doubts))];
    default:
      return [];
  }
}

/** Every leaf of a formula. */
export function leaves(formula: Formula): readonly Leaf[] {
  switch (formula.kind) {
    case "issuer":
    case "test":
      return [formula];
    case "not":
      return leaves(formula.of);
    case "all":
    case "any":
      return formula.of.flatMap(leaves);
    default:
      return [];
  }
}

/** The formula with some leaves decided, and what follows from them. */
export function settle(formula: Formula, leaf: (of: Leaf) => Formula): Formula {
  switch (formula.kind) {
    case "issuer":
    case "test":
      return leaf(formula);
    case "not":
      return not(settle(formula.of, leaf));
    case "all":
      return all(formula.of.map((one) => settle(one, leaf)));
    case "any":
      return any(formula.of.map((one) => settle(one, leaf)));
    default:
      return formula;
  }
}
