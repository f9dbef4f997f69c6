import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printToken, type Token } from "./claims.ts";
import { find, looksReal } from "./find.ts";
import { all, any, issued, not, test as claimTest, unclear, type Formula } from "./formula.ts";
import { exactly, glob, like, matches, wildPieces } from "./glob.ts";
import { holds } from "./holds.ts";
import { textClasses } from "./product.ts";

/** A second matcher that shares nothing with ours. */
const slow = (pattern: string, anyCase = false): RegExp =>
  new RegExp(
    `^${[...pattern].map((c) => (c === "*" ? "[^]*" : c === "?" ? "[^]" : c.replace(/\W/, "\\$&"))).join("")}$`,
    anyCase ? "i" : "",
  );

const expressions = new Map<string, RegExp>();
const remembered = (pattern: string, anyCase: boolean): RegExp => {
  const key = `${pattern}${anyCase}`;
  const known = expressions.get(key) ?? slow(pattern, anyCase);
  expressions.set(key, known);
  return known;
};

/** Every text over the letters of the patterns and one that no pattern has, up to a length. */
function texts(letters: string, most: number): readonly string[] {
  const found = [""];
  for (const text of found) if (text.length < most) for (const one of letters) found.push(text + one);
  return found;
}

describe("a glob", () => {
  test.each([
    ["repo:acme/infra:*", "repo:acme/infra:ref:refs/heads/main", true],
    ["repo:acme/infra:*", "repo:acme/infra", false],
    ["repo:acme/infra*", "repo:acme/infra-evil:pull_request", true],
    ["a?c", "a:c", true],
    ["a?c", "ac", false],
    ["*a*b*", "xxaxxbxx", true],
    ["**", "", true],
    ["", "", true],
    ["", "a", false],
    ["*ab", "aab", true],
    ["a*?", "a", false],
  ])("%s on %j: %s", (pattern, text, expected) => expect(matches(like(pattern), text)).toBe(expected));

  test("takes wildcards literally, and any case, when told so", () => {
    expect(matches(exactly("infra*"), "infra*")).toBe(true);
    expect(matches(exactly("infra*"), "infra-prod")).toBe(false);
    expect(matches(glob(wildPieces("STS:Assume*"), true), "sts:assumerole")).toBe(true);
  });

  test("agrees with another matcher", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "A", "*", "?"), maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "A", "B"), maxLength: 8 });
    const check = (p: string, t: string, anyCase: boolean): void => {
      expect(matches(glob(wildPieces(p), anyCase), t)).toBe(slow(p, anyCase).test(t));
    };
    fc.assert(fc.property(pattern, text, fc.boolean(), check), { seed: 11, numRuns: 5000 });
  });

  test("classes of texts are all there are, each with a shortest text", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 4 });
    const all = texts("abx", 6);
    const check = (patterns: readonly string[]): void => {
      const classes = textClasses(patterns.map(like)) ?? [];
      const shortest = new Map<string, number>();
      for (const one of all) {
        const key = patterns.map((p) => slow(p).test(one)).join();
        if (!shortest.has(key)) shortest.set(key, one.length);
      }
      const found = new Map(classes.map(({ text, matched }) => [matched.join(), text.length]));
      for (const [key, length] of shortest) expect(found.get(key)).toBe(length);
      for (const { text, matched } of classes) expect(patterns.map((p) => slow(p).test(text))).toEqual(matched);
      for (const [key, length] of found) expect(shortest.has(key) || length > 6).toBe(true);
    };
    fc.assert(fc.property(fc.array(pattern, { maxLength: 3 }), check), { seed: 3, numRuns: 500 });
  });
});

/** A test of one claim, as data, so that it can be judged twice. */
interface Plain {
  readonly claim: "sub" | "aud";
  readonly patterns: readonly string[];
  readonly wild: boolean;
  readonly anyCase: boolean;
  readonly differs: boolean;
  readonly missing: boolean;
}
const plain = (claim: "sub" | "aud", maxLength: number): fc.Arbitrary<Plain> =>
  fc.record({
    claim: fc.constant(claim),
    patterns: fc.array(fc.string({ unit: fc.constantFrom("a", ":", "*", "?"), maxLength }), {
      minLength: 1,
      maxLength: 2,
    }),
    wild: fc.boolean(),
    anyCase: fc.boolean(),
    differs: fc.boolean(),
    missing: fc.boolean(),
  });
const ours = ({ claim, patterns, wild, anyCase, differs, missing }: Plain): Formula => ({
  ...claimTest(
    "issuer.one",
    claim,
    patterns.map((p) => (wild ? glob(wildPieces(p), anyCase) : glob(exactly(p).pieces, anyCase))),
  ),
  differs,
  missing,
});
const theirs =
  ({ patterns, wild, anyCase, differs, missing }: Plain) =>
  (value: string | undefined): boolean => {
    if (value === undefined) return missing;
    const same = (p: string): boolean =>
      wild ? remembered(p, anyCase).test(value) : anyCase ? p.toLowerCase() === value.toLowerCase() : p === value;
    return patterns.some(same) !== differs;
  };

/** A policy: it admits what some Allow does and no Deny. */
interface Policy {
  readonly allow: readonly (readonly Plain[])[];
  readonly deny: readonly (readonly Plain[])[];
}
const statement = fc
  .tuple(plain("sub", 3), fc.option(plain("aud", 2), { nil: undefined }))
  .map(([sub, aud]) => (aud === undefined ? [sub] : [sub, aud]));
const policy: fc.Arbitrary<Policy> = fc.record({
  allow: fc.array(statement, { minLength: 1, maxLength: 2 }),
  deny: fc.array(statement, { maxLength: 1 }),
});
const policyFormula = ({ allow, deny }: Policy): Formula =>
  all([
    issued("issuer.one"),
    any(allow.map((one) => all(one.map(ours)))),
    not(any(deny.map((one) => all(one.map(ours))))),
  ]);

describe("inclusion by the product", () => {
  test("agrees with brute force on 10,000 random small cases", () => {
    const subs = [undefined, ...texts("aA:x*?", 3)];
    const auds = [undefined, ...texts("aA:x*?", 2)];
    const seen = { none: 0, token: 0 };
    const check = (a: Policy, b: Policy): void => {
      const found = find(all([policyFormula(a), not(policyFormula(b))]));
      const best = slowest(a, b, subs, auds);
      if (found.kind === "unknown") throw new Error("nothing is unknown here");
      seen[found.kind] += 1;
      if (found.kind === "none") {
        expect(best).toBeUndefined();
        return;
      }
      const { token } = found;
      expect(inside(a, token) && !inside(b, token), printToken(token)).toBe(true);
      const cost = costOf(token.claims.get("sub")?.[0], token.claims.get("aud")?.[0]);
      if (best === undefined) {
        const [sub, aud] = [token.claims.get("sub")?.[0] ?? "", token.claims.get("aud")?.[0] ?? ""];
        expect(sub.length > 3 || aud.length > 2).toBe(true);
        return;
      }
      expect(cost).toBeLessThanOrEqual(best);
      // Brute force looks at short texts only; where ours are as short, neither may be better.
      if ((token.claims.get("sub")?.[0] ?? "").length <= 3 && (token.claims.get("aud")?.[0] ?? "").length <= 2) {
        expect(cost).toBe(best);
      }
    };
    fc.assert(fc.property(policy, policy, check), { seed: 20261125, numRuns: 10_000 });
    expect(Math.min(seen.none, seen.token)).toBeGreaterThan(500);
  });

  test("says when something is unclear, and shows a token that hangs on it", () => {
    const some = claimTest("issuer.one", "sub", [like("a*")]);
    expect(find(all([some, unclear("a reason")]))).toMatchObject({ kind: "unknown", because: ["a reason"] });
    expect(find(any([some, unclear("a reason")]))).toMatchObject({ kind: "token" });
    expect(find(all([some, unclear("a reason"), not(some)]))).toEqual({ kind: "none" });
  });

  test("takes what is unclear on both sides for the same thing, and nothing else", () => {
    const some = claimTest("issuer.one", "sub", [like("a*")]);
    const more = any([some, claimTest("issuer.one", "sub", [like("b*")])]);
    const held = (formula: Formula, about = "the address"): Formula =>
      all([formula, unclear("not in the token", about)]);
    expect(find(all([held(some), not(held(some))]))).toEqual({ kind: "none" });
    expect(find(all([held(some), not(held(more))]))).toEqual({ kind: "none" });
    expect(find(all([held(more), not(held(some))])).kind).toBe("unknown");
    expect(find(all([held(some), not(held(some, "another address"))])).kind).toBe("unknown");
    expect(find(all([some, any([unclear("x", "a"), not(unclear("x", "a"))])])).kind).toBe("token");
  });

  test("finds that a rule for any issuer lets a stranger in", () => {
    expect(find(not(issued("issuer.one")))).toMatchObject({ kind: "token", token: { issuer: "issuer.example" } });
  });

  test("and no subject that GitHub never writes, such as one with two colons", () => {
    const issuer = "token.actions.githubusercontent.com";
    const sub = (pattern: string): Formula => claimTest(issuer, "sub", [like(pattern)]);
    const found = find(all([issued(issuer), sub("repo:acme/network:*"), not(sub("repo:acme/network:pull_request"))]));
    const shown = found.kind === "token" ? printToken(found.token) : "";
    expect(shown).toMatch(/ sub=repo:acme\/network:(?:environment|ref):[^:]/);
  });

  test("prefers a token that looks real, and knows whether one does", () => {
    const issuer = "token.actions.githubusercontent.com";
    const found = find(all([issued(issuer), claimTest(issuer, "sub", [like("repo:acme/*")])]));
    const shown = found.kind === "token" ? found.token : undefined;
    expect(shown && printToken(shown)).toBe(`${issuer} aud=x sub=repo:acme/x:pull_request`);
    expect(shown && looksReal(shown)).toBe(true);
  });
});

/** Missing and empty claims are no real token's; each counts more than any length. */
function costOf(...values: readonly (string | undefined)[]): number {
  return values.reduce((sum, value) => sum + (value ? value.length : 1000), 0);
}

/** The least cost of a pair of texts that the first policy admits and the second does not. */
function slowest(
  a: Policy,
  b: Policy,
  subs: readonly (string | undefined)[],
  auds: readonly (string | undefined)[],
): number | undefined {
  const statements = [a.allow, a.deny, b.allow, b.deny];
  let best: number | undefined;
  for (const sub of rows(statements.flat(), subs, "sub")) {
    for (const aud of rows(statements.flat(), auds, "aud")) {
      let at = 0;
      const [aAllow, aDeny, bAllow, bDeny] = statements.map((of) => of.map(() => both(sub, aud, at++)).includes(true));
      const cost = sub.cost + aud.cost;
      if (aAllow && !aDeny && !(bAllow && !bDeny)) best = Math.min(best ?? cost, cost);
    }
  }
  return best;
}

interface Row {
  readonly cost: number;
  readonly says: readonly (boolean | undefined)[];
}
const both = (sub: Row, aud: Row, at: number): boolean => sub.says[at] !== false && aud.says[at] !== false;

/** What each statement's test of one claim says of a text, and the least cost of such a text. */
function rows(
  statements: readonly (readonly Plain[])[],
  values: readonly (string | undefined)[],
  claim: string,
): readonly Row[] {
  const tests = statements.map((one) => one.find((test) => test.claim === claim));
  const judges = tests.map((one) => one && theirs(one));
  const found = new Map<string, Row>();
  for (const value of values) {
    const row = { cost: costOf(value), says: judges.map((judge) => judge?.(value)) };
    const known = found.get(row.says.join());
    if (known === undefined || row.cost < known.cost) found.set(row.says.join(), row);
  }
  return [...found.values()];
}

function inside({ allow, deny }: Policy, token: Token): boolean {
  const fits = (one: readonly Plain[]): boolean => one.every((test) => theirs(test)(token.claims.get(test.claim)?.[0]));
  const says = allow.some(fits) && !deny.some(fits);
  expect(holds(policyFormula({ allow, deny }), token).kind).toBe(says ? "yes" : "no");
  return says;
}
