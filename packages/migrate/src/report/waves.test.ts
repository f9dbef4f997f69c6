import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wavesOf, type Candidate } from "./waves.ts";

const row = (repository: string, shape: string, risk: Candidate["risk"] = "low"): Candidate => ({
  repository,
  shape,
  risk,
});
const names = (waves: readonly (readonly Candidate[])[]): readonly string[] =>
  waves.map((wave) => wave.map(({ repository }) => repository).join(" "));

const table: readonly (readonly [what: string, rows: readonly Candidate[], waves: readonly string[]])[] = [
  ["no repository", [], []],
  ["one", [row("a", "x")], ["a"]],
  ["the most common shape goes first", [row("a", "x"), row("b", "y"), row("c", "y")], ["b", "a c"]],
  ["low risk goes first", [row("a", "x", "high"), row("b", "y", "medium"), row("c", "z")], ["c", "b a"]],
  ["what changes nothing is in no wave", [row("a", "x", "none"), row("b", "y")], ["b"]],
  [
    "one of a shape is tried before the others",
    [row("a", "x"), row("b", "y"), row("c", "y"), row("d", "y"), row("e", "x"), row("f", "x")],
    ["a", "b e f", "c d"],
  ],
  [
    "after the last size all that may go",
    Array.from({ length: 60 }, (_, i) => row(`r${String(i).padStart(2, "0")}`, "x")),
    [
      "r00",
      "r01 r02 r03 r04 r05",
      Array.from({ length: 25 }, (_, i) => `r${String(i + 6).padStart(2, "0")}`).join(" "),
      Array.from({ length: 29 }, (_, i) => `r${String(i + 31).padStart(2, "0")}`).join(" "),
    ],
  ],
];

describe("the waves of a campaign", () => {
  test.each(table)("%s", (_, rows, waves) => {
    expect(names(wavesOf(rows))).toEqual(waves);
  });

  const anyRows = fc.uniqueArray(
    fc.record({
      repository: fc.stringMatching(/^[a-z]{1,4}$/),
      shape: fc.constantFrom("v", "w", "x", "y", "z"),
      risk: fc.constantFrom("low" as const, "medium" as const, "high" as const, "none" as const),
    }),
    { selector: ({ repository }) => repository, maxLength: 80 },
  );
  const anySizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 });

  test("hold every repository once, and no shape that was not tried before more than once", () => {
    fc.assert(
      fc.property(anyRows, anySizes, (rows, sizes) => {
        const waves = wavesOf(rows, sizes);
        const all = waves.flat().map(({ repository }) => repository);
        const wanted = rows.filter(({ risk }) => risk !== "none").map(({ repository }) => repository);
        expect([...all].sort()).toEqual([...wanted].sort());
        const tried = new Set<string>();
        for (const [i, wave] of waves.entries()) {
          expect(wave.length).toBeLessThanOrEqual(Math.max(1, sizes[i] ?? Infinity));
          for (const shape of new Set(wave.map((one) => one.shape)))
            if (!tried.has(shape)) expect(wave.filter((one) => one.shape === shape)).toHaveLength(1);
          for (const { shape } of wave) tried.add(shape);
        }
      }),
    );
  });

  test("do not hang on the order of the rows", () => {
    fc.assert(
      fc.property(anyRows, anySizes, (rows, sizes) => {
        expect(wavesOf([...rows].reverse(), sizes)).toEqual(wavesOf(rows, sizes));
      }),
    );
  });

  test("never put a risk before a lower one that could have gone instead", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const [first = []] = wavesOf(rows);
        const [one] = first;
        if (one !== undefined && one.risk !== "low") expect(rows.filter(({ risk }) => risk === "low")).toEqual([]);
      }),
    );
  });
});
