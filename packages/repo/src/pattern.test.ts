import fc from "fast-check";
import { expect, test } from "vitest";
import { escaped, mayFit, type OpenPart } from "./pattern.ts";

const open: readonly (OpenPart & { readonly written: string })[] = [
  { atLeast: 0, written: "[^]*" },
  { atLeast: 1, written: "[^]+" },
  { atLeast: 0, sign: /\d/, written: "\\d*" },
  { atLeast: 1, sign: /[0-9a-f]/, written: "[0-9a-f]+" },
];
const text = fc.string({ unit: fc.constantFrom("a", "b", "1", "-", "(", "."), maxLength: 6 });

test("fits what a regular expression of the same parts fits", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.constantFrom(...open)), { maxLength: 4 }), text, (parts, name) => {
      const pattern = parts.map((part) => (typeof part === "string" ? escaped(part) : part.written)).join("");
      expect(mayFit(parts, name)).toBe(new RegExp(`^${pattern}$`).test(name));
    }),
    { numRuns: 2_000 },
  );
});

test("an escaped text is found as it is", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (one) => new RegExp(`^${escaped(one)}$`).test(one)));
});

test("many open parts take no time", () => {
  const parts = Array.from({ length: 300 }, () => [{ atLeast: 0 } as const, "x"]).flat();
  const started = performance.now();
  expect(mayFit([...parts, "y"], "x".repeat(900))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test("of a name longer than any, it may be", () => {
  expect(mayFit(["a"], "b".repeat(1_001))).toBe(true);
});
