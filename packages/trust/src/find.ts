import { isGitHub, issuerKind, type Token } from "./claims.ts";
import { answer, doubts, leaves, no, settle, yes, type Answer, type Formula, type Leaf, type Test } from "./formula.ts";
import { like, matches, type Glob } from "./glob.ts";
import { knownClasses, type KnownClasses } from "./product.ts";

/**
 * The outcome of a search for a token: there is none, for certain; here is one; or something could not be read, and
 * `token` (when there is one) depends on it.
 */
export type Found =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: Token }
  | { readonly kind: "unknown"; readonly because: readonly string[]; readonly token: Token | undefined };

/** A choice for one claim: a text, or none; how much it is unlike a real token; and what each test then says. */
interface Choice {
  readonly text: string | undefined;
  readonly odd: number;
  readonly tests: ReadonlyMap<Test, boolean>;
}
interface Candidate {
  readonly token: Token;
  readonly odd: number;
  readonly length: number;
}
interface Search {
  best: Candidate | undefined;
  doubtful: Candidate | undefined;
  readonly because: Set<string>;
  steps: number;
  readonly known: KnownClasses;
}

const mostSteps = 500_000;
/** An issuer that no rule names. */
const stranger = "issuer.example";

/**
 * A token of which the formula holds: one that looks like a real one if there is any, and then a shortest one.
 * Tokens here have each claim once or not at all, as GitHub's and Pulumi's do, and any text in each, whatever the
 * others say: a witness may name a branch in `ref` and another one in `sub`. So *none* holds for all real tokens.
 */
export function find(formula: Formula, known: KnownClasses = new Map()): Found {
  const search: Search = { best: undefined, doubtful: undefined, because: new Set(), steps: 0, known };
  const issuers = [...new Set(leaves(formula).map(({ issuer }) => issuer))].sort();
  for (const issuer of [...issuers, stranger]) searchIssuer(formula, issuer, search);
  if (search.best) return { kind: "token", token: search.best.token };
  if (search.because.size === 0) return { kind: "none" };
  return { kind: "unknown", because: [...search.because], token: search.doubtful?.token };
}

function searchIssuer(formula: Formula, issuer: string, search: Search): void {
  const own = settle(formula, (leaf) => {
    if (leaf.kind === "issuer") return leaf.issuer === issuer ? yes : no;
    return leaf.issuer === issuer ? leaf : leaf.missing ? yes : no;
  });
  const tests = leaves(own).filter((leaf) => leaf.kind === "test");
  // The claims that every token has come first in the witness, also where no test asks for them.
  const names = [...new Set([...(issuer === stranger ? [] : ["aud", "sub"]), ...tests.map(({ claim }) => claim)])];
  const choices = new Map<string, readonly Choice[]>();
  for (const claim of names) {
    const found = choicesFor(issuer, claim, tests, search.known);
    if (found === undefined) return void search.because.add(`the patterns of \`${claim}\` are too many to compare`);
    choices.set(claim, found);
  }
  extend(own, issuer, [...choices], new Map(), { token: { issuer, claims: new Map() }, odd: 0, length: 0 }, search);
}

/** Adds one claim after another, and turns back where the formula can no longer hold or the token gets no better. */
function extend(
  formula: Formula,
  issuer: string,
  open: readonly (readonly [string, readonly Choice[]])[],
  decided: ReadonlyMap<Test, boolean>,
  so: Candidate,
  search: Search,
): void {
  search.steps += 1;
  if (search.steps > mostSteps) return void search.because.add("there are too many combinations of claims to compare");
  if (search.best && !better(so, search.best)) return;
  const found = answerSoFar(formula, decided);
  if (found.kind === "no") return;
  const [first, ...rest] = open;
  if (first === undefined)
    return note(found.kind === "unknown" ? supposing(formula, decided, found) : found, so, search);
  const [claim, choices] = first;
  for (const choice of choices) {
    const claims = choice.text === undefined ? so.token.claims : new Map([...so.token.claims, [claim, [choice.text]]]);
    const next = {
      token: { issuer, claims },
      odd: so.odd + choice.odd,
      length: so.length + (choice.text ?? "").length,
    };
    extend(formula, issuer, rest, new Map([...decided, ...choice.tests]), next, search);
  }
}

/** A test that is not decided yet is an unknown without a reason. */
function answerSoFar(
  formula: Formula,
  decided: ReadonlyMap<Test, boolean>,
  suppose?: (about: string) => boolean | undefined,
): Answer {
  const leaf = (of: Leaf): Answer => {
    const outcome = of.kind === "test" ? decided.get(of) : undefined;
    return outcome === undefined ? { kind: "unknown", because: [] } : outcome ? yes : no;
  };
  return answer(formula, leaf, suppose);
}

/** Above this many doubts we do not go through all ways in which they may turn out. */
const mostDoubts = 8;

/** The answer when every way in which the unclear parts may turn out gives the same one; else still unknown. */
function supposing(formula: Formula, decided: ReadonlyMap<Test, boolean>, unknown: Answer): Answer {
  const about = doubts(formula);
  if (about.length > mostDoubts) return unknown;
  const ways = Array.from({ length: 2 ** about.length }, (_, way) =>
    answerSoFar(formula, decided, (one) => ((way >> about.indexOf(one)) & 1) === 1),
  );
  const [first] = ways;
  return first !== undefined && ways.every(({ kind }) => kind === first.kind) ? first : unknown;
}

function note(found: Answer, candidate: Candidate, search: Search): void {
  if (found.kind === "yes") search.best = candidate;
  if (found.kind !== "unknown") return;
  for (const reason of found.because) search.because.add(reason);
  if (search.doubtful === undefined || better(candidate, search.doubtful)) search.doubtful = candidate;
}

function better(a: Candidate, b: Candidate): boolean {
  return a.odd < b.odd || (a.odd === b.odd && a.length < b.length);
}

function choicesFor(
  issuer: string,
  claim: string,
  tests: readonly Test[],
  known: KnownClasses,
): readonly Choice[] | undefined {
  const own = tests.filter((test) => test.claim === claim);
  const usual = usualForms(issuer, claim);
  const globs = [...own.flatMap((test) => test.globs), ...usual];
  const classes = knownClasses(globs, known);
  if (classes === undefined) return undefined;
  const always = claim === "sub" || claim === "aud";
  const missing = { text: undefined, odd: always ? 1 : 0, tests: new Map(own.map((test) => [test, test.missing])) };
  const present = classes.map(({ text, matched }): Choice => {
    const odd = usual.length > 0 && !matched.slice(globs.length - usual.length).includes(true) ? 1 : 0;
    return { text, odd, tests: outcomes(own, matched) };
  });
  const order = (choice: Choice): number => choice.odd * 1e6 + (choice.text ?? "").length;
  return [missing, ...present].sort((a, b) => order(a) - order(b));
}

function outcomes(tests: readonly Test[], matched: readonly boolean[]): ReadonlyMap<Test, boolean> {
  let from = 0;
  return new Map(
    tests.map((test) => {
      const some = matched.slice(from, (from += test.globs.length)).includes(true);
      return [test, some !== test.differs];
    }),
  );
}

const githubForms = ["pull_request", "environment:?*", "ref:refs/heads/?*", "ref:refs/tags/?*"].map((form) =>
  like(`repo:?*/?*:${form}`),
);
const pulumiForms = [
  like("pulumi:deploy:org:?*:project:?*:stack:?*:operation:?*:scope:write"),
  like("pulumi:environments:?*:?*:?*:?*"),
];

/** What real tokens have in a claim. It orders witnesses and decides nothing: any text is searched. */
function usualForms(issuer: string, claim: string): readonly Glob[] {
  if (claim === "sub" && isGitHub(issuer)) return githubForms;
  if (claim === "sub" && issuerKind(issuer) === "pulumi") return pulumiForms;
  return [like("?*")];
}

/** Whether a token's subject has a form that its issuer is known to write. */
export function looksReal({ issuer, claims }: Token): boolean {
  return ["aud", "sub"].every((claim) =>
    (claims.get(claim) ?? []).some((value) => usualForms(issuer, claim).some((form) => matches(form, value))),
  );
}
