import fc from "fast-check";
import { apply, type Change, type Splice, type Tree } from "@gha2pulumi/repo";
import { describe, expect, test } from "vitest";
import { fixtures } from "../../../test/support/fixture.ts";
import { migrate } from "./migrate.ts";
import { inverse, reversible, type Reversible } from "./rollback.ts";

/** The changes of a plan document, as whoever only has the document sees them. */
function changesIn(document: unknown): readonly Reversible[] {
  return (JSON.parse(JSON.stringify(document)) as { changes: readonly Reversible[] }).changes;
}

describe("every fixture", () => {
  test.each(fixtures().map((fixture) => [fixture.name, fixture] as const))(
    "%s: applied and taken back, it is as it was",
    async (_name, { before, surroundings }) => {
      const { document, changes } = await migrate({ tree: before, surroundings }, undefined);
      const planned = changesIn(document);
      const after = apply(before, planned);
      expect([...after]).toEqual([...apply(before, changes)]);
      expect([...apply(after, inverse(planned))]).toEqual([...before]);
      expect([...apply(before, inverse(inverse(planned)))]).toEqual([...after]);
    },
  );
});

describe("any changes", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\r\n", "\n", "é", "😀", " "), maxLength: 40 });
  const cuts = (length: number) =>
    fc
      .tuple(
        fc.array(fc.nat({ max: length }), { maxLength: 8 }),
        fc.array(text, { minLength: 5, maxLength: 5 }),
        fc.boolean(),
      )
      .map(([numbers, texts, turned]): readonly Splice[] => {
        const sorted = [...numbers].sort((a, b) => a - b);
        const pairs = Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => i);
        const splices = pairs.map((i) => ({
          start: sorted[2 * i] ?? 0,
          end: sorted[2 * i + 1] ?? 0,
          text: texts[i] ?? "",
        }));
        return turned ? splices.toReversed() : splices;
      });
  const edited = text.chain((before) => cuts(before.length).map((splices) => ({ before, splices })));
  const change = fc.oneof(
    edited.map(({ before, splices }): [string | undefined, Change] => [before, { kind: "edit", path: "f", splices }]),
    text.map((before): [string | undefined, Change] => [before, { kind: "delete", path: "f" }]),
    text.map((made): [string | undefined, Change] => [undefined, { kind: "create", path: "f", text: made }]),
  );

  test("the inverse leads back", () => {
    fc.assert(
      fc.property(change, ([before, one]) => {
        const tree: Tree = new Map(before === undefined ? [["g", "x"]] : [["f", before]]);
        const after = apply(tree, [one]);
        const back = inverse([reversible(one, tree)]);
        expect([...apply(after, back)]).toEqual([...tree]);
        expect([...apply(tree, inverse(back))]).toEqual([...after]);
      }),
      { numRuns: 1000 },
    );
  });

  test("splices that touch one another keep their order", () => {
    const tree: Tree = new Map([["f", "abcdefgh"]]);
    const splices = [
      { start: 0, end: 2, text: "" },
      { start: 2, end: 2, text: "x" },
      { start: 2, end: 2, text: "y" },
      { start: 2, end: 5, text: "" },
      { start: 5, end: 8, text: "z" },
    ];
    const one = reversible({ kind: "edit", path: "f", splices }, tree);
    expect(apply(tree, [one]).get("f")).toBe("xyz");
    expect(apply(new Map([["f", "xyz"]]), inverse([one])).get("f")).toBe("abcdefgh");
  });
});
