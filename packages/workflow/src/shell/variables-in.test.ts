import { expect, test } from "vitest";
import { playScript } from "./play-script.ts";
import { variablesIn } from "./variables-in.ts";

test.each([
  ["pulumi up", "STACK", false],
  ['pulumi up -s "$STACK"', "STACK", true],
  ["pulumi up -s ${STACK%-*}", "STACK", true],
  ['pulumi up -s "$STACK_NAME"', "STACK", false],
  ["unset STACK", "STACK", true],
  ['for name in A B; do unset "$name"; done', "STACK", true],
  ['declare -x "$name=value"', "STACK", true],
  ["unset ${{ inputs.name }}", "STACK", true],
  ["unset \\\n  $name", "STACK", true],
  ["unset PULUMI_$name", "STACK", true],
  ['local stack="$1"', "STACK", false],
])("`%s` may read or change %s: %s", (script, name, expected) => {
  expect(variablesIn(script)(name)).toBe(expected);
});

test("a variable that is taken away by way of another one is gone", () => {
  const environment = new Map([
    ["STACK", ["prod"]],
    ["name", ["STACK"]],
  ]);
  const scope = { directory: ["."], environment, expressions: [], told: new Set<string>() };
  const [call] = playScript('unset "$name"\npulumi up', scope).calls;
  expect(call?.unset).toEqual(["STACK"]);
});
