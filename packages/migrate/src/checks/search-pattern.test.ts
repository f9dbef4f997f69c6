import fc from "fast-check";
import { expect, test } from "vitest";
import { isFoundIn } from "./search-pattern.ts";

const rows: readonly [pattern: string, name: string, found: boolean | undefined][] = [
  ["^deploy", "deploy (prod)", true],
  ["^deploy", "no deploy", false],
  ["deploy$", "no deploy", true],
  ["deploy$", "deploy (prod)", false],
  ["^(preview|update)( \\(.+\\))?$", "update (prod)", true],
  ["^(preview|update)( \\(.+\\))?$", "update of prod", false],
  ["^[a-c\\d_]+$", "abc_12", true],
  ["^[^a-c]+$", "abd", false],
  ["[]x]", "]", true],
  ["^(?i)deploy", "Deploy", undefined],
  ["(?i)^deploy", "Deploy", true],
  ["(?:a|b)*?c", "ababc", true],
  ["(?P<name>a)", "a", true],
  ["", "deploy", true],
  ["a{2}", "aa", undefined],
  ["(?=a)", "a", undefined],
  ["(?!a)", "b", undefined],
  ["(a)\\1", "aa", undefined],
  ["\\bdeploy\\b", "deploy", undefined],
  ["a++", "a", undefined],
  ["(a", "a", undefined],
  ["a)", "a", undefined],
  ["[a", "a", undefined],
  ["x".repeat(301), "x", undefined],
];

test.each(rows)("`%s` in `%s`: %s", (pattern, name, found) => {
  expect(isFoundIn(pattern, [name])).toBe(found);
});

const gaps: readonly [pattern: string, pieces: readonly string[], found: boolean][] = [
  ["^deploy prod$", ["deploy ", ""], true],
  ["^update", ["deploy ", ""], false],
  ["^update", ["", ""], true],
  ["staging$", ["deploy ", " now"], false],
  ["^deploy .* now$", ["deploy ", " now"], true],
  ["^deploy \\(b\\)$", ["deploy (", ")"], true],
];

test.each(gaps)("`%s` in a name of %j, with anything between: %s", (pattern, pieces, found) => {
  expect(isFoundIn(pattern, pieces)).toBe(found);
});

test("it finds what RegExp finds, where it reads the expression", () => {
  const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\w", "^", "$", "(a|b)", "(?:ab)", "(a|)");
  const part = fc
    .tuple(atom, fc.constantFrom("", "*", "+", "?"))
    .map(([one, sign]) => (/^[\^$]$/.test(one) ? one : one + sign));
  const pattern = fc.array(fc.oneof(part, fc.constant("|")), { maxLength: 6 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(pattern, fc.stringMatching(/^[abc]{0,6}$/), (source, text) => {
      expect(isFoundIn(source, [text])).toBe(new RegExp(source, "s").test(text));
    }),
    { numRuns: 500 },
  );
});

test("an expression that takes RegExp for ever takes it no time", () => {
  expect(isFoundIn("^(a+)+$", [`${"a".repeat(99)}b`])).toBe(false);
});
