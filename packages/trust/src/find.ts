import { isGitHub, issuerKind, type Token } from "./claims.ts";
import { answer, doubts, leaves, no, settle, yes, type Answer, type Formula, type Test } from "./formula.ts";
import { like, matches, type Glob } from "./glob.ts";
import { namedClasses, nameOf } from "./product.ts";

/**
 * The outcome of a search for a token: there is none, for certain; here is one; or something could not be read, and
 * `token` (when there is one) depends on it.
 */
export type Found =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: Token }
  | { readonly kind: "unknown"; readonly because: readonly string[]; readonly token: Token | undefined };

/** A choice for one claim: a text, or none; how much it is unlike a real token; and the tests of which a glob matches. */
interface Choice {
  readonly claim: string;
  readonly text: string | undefined;
  readonly odd: number;
  readonly hit: ReadonlySet<Test>;
}
/** The choices that have been made, the last one first, and what they add up to. */
interface Candidate {
  readonly choice: Choice | undefined;
  readonly before: Candidate | undefined;
  readonly odd: number;
  readonly length: number;
}
interface Search {
  best: Candidate | undefined;
  doubtful: Candidate | undefined;
  readonly because: Set<string>;
  steps: number;
}

const mostSteps = 500_000;
/** An issuer that no rule names. */
const stranger = "issuer.example";

/**
 * A token of which the formula holds: one that looks like a real one if there is any, and then a shortest one.
 * Tokens here have each claim once or not at all, as GitHub's and Pulumi's do, and any text in each, whatever the
 * others say: a witness may name a branch in `ref` and another one in `sub`. So *none* holds for all real tokens.
 */
export function find(formula: Formula): Found {
  const search: Search = { best: undefined, doubtful: undefined, because: new Set(), steps: 0 };
  const issuers = [...new Set(leaves(formula).map(({ issuer }) => issuer))].sort();
  const tokens = new Map<Candidate, Token>();
  for (const issuer of [...issuers, stranger]) {
    searchIssuer(formula, issuer, search);
    for (const one of [search.best, search.doubtful])
      if (one && !tokens.has(one)) tokens.set(one, { issuer, claims: claimsOf(one) });
  }
  const tokenOf = (one: Candidate | undefined): Token | undefined => one && tokens.get(one);
  const best = tokenOf(search.best);
  if (best) return { kind: "token", token: best };
  if (search.because.size === 0) return { kind: "none" };
  return { kind: "unknown", because: [...search.because], token: tokenOf(search.doubtful) };
}

function claimsOf({ choice, before }: Candidate): Token["claims"] {
  const earlier = before ? claimsOf(before) : new Map<string, readonly string[]>();
  return choice?.text === undefined ? earlier : new Map([...earlier, [choice.claim, [choice.text]]]);
}

function searchIssuer(formula: Formula, issuer: string, search: Search): void {
  const own = settle(formula, (leaf) => {
    if (leaf.kind === "issuer") return leaf.issuer === issuer ? yes : no;
    return leaf.issuer === issuer ? leaf : leaf.missing ? yes : no;
  });
  const tests = leaves(own).filter((leaf) => leaf.kind === "test");
  // The claims that every token has come first in the witness, also where no test asks for them.
  const names = [...new Set([...(issuer === stranger ? [] : ["aud", "sub"]), ...tests.map(({ claim }) => claim)])];
  const choices: (readonly Choice[])[] = [];
  for (const claim of names) {
    const found = choicesFor(issuer, claim, tests, mustsOf(own, claim));
    if (found === undefined) return void search.because.add(`the patterns of \`${claim}\` are too many to compare`);
    choices.push(found);
  }
  extend(own, doubts(own), choices, { choice: undefined, before: undefined, odd: 0, length: 0 }, search);
}

/**
 * Adds one claim after another, and turns back where the formula can no longer hold or the token gets no better. Of the
 * formula only what the claims so far leave open is handed on, and what it is unclear `about`.
 */
function extend(
  open: Formula,
  about: readonly string[],
  choices: readonly (readonly Choice[])[],
  so: Candidate,
  search: Search,
): void {
  search.steps += 1;
  if (search.steps > mostSteps) return void search.because.add("there are too many combinations of claims to compare");
  if (search.best && !better(so, search.best)) return;
  const left = so.choice === undefined ? open : decided(open, so.choice);
  if (left.kind === "no") return;
  const [first, ...rest] = choices;
  if (first === undefined) return note(left.kind === "yes" ? yes : supposing(left, about), so, search);
  for (const choice of first) {
    const length = so.length + (choice.text ?? "").length;
    extend(left, about, rest, { choice, before: so, odd: so.odd + choice.odd, length }, search);
  }
}

/** What a choice leaves of a formula. */
function decided(formula: Formula, { claim, text, hit }: Choice): Formula {
  return settle(formula, (leaf) => {
    if (leaf.kind !== "test" || leaf.claim !== claim) return leaf;
    return (text === undefined ? leaf.missing : hit.has(leaf) !== leaf.differs) ? yes : no;
  });
}

/** Above this many doubts we do not go through all ways in which they may turn out. */
const mostDoubts = 8;

/** The answer when every way in which the unclear parts may turn out gives the same one; else still unknown. */
function supposing(left: Formula, about: readonly string[]): Answer {
  const leaf = (): Answer => ({ kind: "unknown", because: [] });
  const unknown = answer(left, leaf);
  if (about.length > mostDoubts) return unknown;
  const ways = Array.from({ length: 2 ** about.length }, (_, way) =>
    answer(left, leaf, (one) => ((way >> about.indexOf(one)) & 1) === 1),
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

/** What a text of this claim must match for the formula to hold, whatever else does: sets of globs, one of each. */
function mustsOf(formula: Formula, claim: string): readonly (readonly Glob[])[] {
  const parts = formula.kind === "all" ? formula.of : [formula];
  return parts.flatMap((part) => {
    const choices = part.kind === "any" ? part.of : [part];
    const tests = choices.filter((one): one is Test => one.kind === "test" && one.claim === claim && !one.differs);
    return tests.length === choices.length ? [tests.flatMap(({ globs }) => globs)] : [];
  });
}

function choicesFor(
  issuer: string,
  claim: string,
  tests: readonly Test[],
  musts: readonly (readonly Glob[])[],
): readonly Choice[] | undefined {
  const own = tests.filter((test) => test.claim === claim);
  const usual = usualForms(issuer, claim);
  const needed = musts.map((must) => new Set(must.map(nameOf)));
  const all = namedClasses([...own.flatMap((test) => test.globs), ...usual]);
  const classes = all?.filter(({ matched }) => needed.every((must) => matched.some((name) => must.has(name))));
  if (classes === undefined) return undefined;
  const askedBy = new Map<string, Test[]>();
  for (const test of own) {
    for (const name of test.globs.map(nameOf)) {
      const known = askedBy.get(name);
      if (known) known.push(test);
      else askedBy.set(name, [test]);
    }
  }
  const usualNames = new Set(usual.map(nameOf));
  const always = claim === "sub" || claim === "aud";
  const missing: Choice = { claim, text: undefined, odd: always ? 1 : 0, hit: new Set() };
  const present = classes.map(({ text, matched }): Choice => {
    const isUsual = usual.length === 0 || matched.some((name) => usualNames.has(name));
    const odd = isUsual && !(usual === githubForms && unlike.test(text)) ? 0 : 1;
    return { claim, text, odd, hit: new Set(matched.flatMap((name) => askedBy.get(name) ?? [])) };
  });
  const order = (choice: Choice): number => choice.odd * 1e6 + (choice.text ?? "").length;
  return [missing, ...present].sort((a, b) => order(a) - order(b));
}

const githubForms = ["pull_request", "environment:?*", "ref:refs/heads/?*", "ref:refs/tags/?*"].map((form) =>
  like(`repo:?*/?*:${form}`),
);
/** Neither owners, repositories nor what follows them begin with a colon: a form above only takes one for a character. */
const unlike = /^repo:[^/]*:[^/]*\/|^repo:[^:]*::/;
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
