import { expect, test } from "vitest";
import { bases, fuzz } from "./run.ts";

/** Two minutes of it at most in every run of the tests; `pnpm fuzz` takes as long as one wants. */
test("2,000 mutated repositories: no crash, no byte lost, no path outside, nothing misleading, none slow", async () => {
  const { inputs, faults } = await fuzz(await bases(undefined), { first: 1, inputs: 2_000, seconds: 120 });
  expect(faults).toEqual([]);
  expect(inputs).toBeGreaterThan(200);
});
