import { expect, test } from "vitest";
import type { Bound, Text } from "@gha2pulumi/repo";
import { plannedTexts } from "./planned-values.ts";

const tree = new Map([["a.yml", "STUB: '${{ inputs.stub }}'\nNAME: ${{ github.ref_name }}\n"]]);
const at = (text: Text, start: number, end: number): Bound => ({ text, from: [{ path: "a.yml", start, end }] });

test.each<readonly [string, readonly Bound[], readonly string[]]>([
  ["the same in every run", [at(["x"], 6, 26), at(["x"], 6, 26)], ["x"]],
  ["another in each", [at(["true"], 6, 26), at(["false"], 6, 26)], ["${{ inputs.stub }}"]],
  ["a branch of many", [at(["release/‹sample›"], 33, 55)], ["${{ github.ref_name }}"]],
  ["two that no file has", [at(["a"], 0, 3), at(["b"], 0, 3)], ["a", "b"]],
])("a value that is %s", (_, values, expected) => {
  expect(plannedTexts(values, tree)).toEqual(expected);
});
