import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, eventKey } from "@gha2pulumi/repo";
import { migrate, proveTrees } from "@gha2pulumi/migrate";
import { fixtures } from "./support/fixture.ts";
import { grammars } from "./support/grammars.ts";
import { randomEvents } from "./support/random-events.ts";

const moved = fixtures().filter(({ name }) => /^(calls|repositories|recognisers|clouds|formats|unwrap)\//.test(name));

/** The proof plays one event of each class; any other event of the world is of one of these classes. */
describe("a random event has a verdict that the proof has", () => {
  test.each(moved.map((fixture) => [fixture.name, fixture] as const))("%s", async (_, { before, surroundings }) => {
    const { changes } = await migrate({ tree: before, surroundings }, grammars);
    if (changes.length === 0) return;
    const after = apply(before, changes);
    const own = await proveTrees({ tree: before, surroundings }, { tree: after, surroundings }, [], grammars);
    const verdicts = new Set(own.map(({ verdict }) => verdict));
    await fc.assert(
      fc.asyncProperty(randomEvents(before, after), async (events) => {
        const all = await proveTrees({ tree: before, surroundings }, { tree: after, surroundings }, events, grammars);
        const added = all.slice(own.length).filter(({ verdict }) => !verdicts.has(verdict));
        expect(added.map(({ event, verdict, notes }) => `${verdict} ${eventKey(event)} ${notes.join("; ")}`)).toEqual(
          [],
        );
      }),
      { numRuns: 2 },
    );
  });
});

/** Events that start nothing anywhere would show nothing. */
test("random events reach what the fixtures do", async () => {
  let seen = 0;
  for (const { before, surroundings } of moved) {
    const { changes } = await migrate({ tree: before, surroundings }, grammars);
    const gone = apply(
      before,
      changes.filter(({ kind }) => kind !== "create"),
    );
    const events = fc.sample(randomEvents(before, apply(before, changes)), { numRuns: 12, seed: 7 }).flat();
    const world = { tree: before, surroundings };
    const own = await proveTrees(world, { ...world, tree: gone }, [], grammars);
    const all = await proveTrees(world, { ...world, tree: gone }, events, grammars);
    if (all.slice(own.length).some(({ verdict }) => verdict !== "same")) seen += 1;
  }
  expect(seen).toBeGreaterThan(100);
});
