import { expect, test } from "vitest";
import { bases, fuzz } from "./run.ts";

/** A minute of it in every run of the tests; `pnpm fuzz` takes as long as one wants. */
test("2,000 mutated repositories: no crash, no byte lost, no path outside, nothing misleading, none slow", async () => {
  const { inputs, faults } = await fuzz(await bases(undefined), { first: 1, inputs: 2_000, seconds: 60 });
  expect(faults).toEqual([]);
  expect(inputs).toBeGreaterThan(50);
});
