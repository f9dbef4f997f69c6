import { expect, test } from "vitest";
import { findIntents } from "./intents.ts";
import { isNamedByRun } from "./stack-blockers.ts";
import { readWorld } from "./world.ts";

const head = "on: { push: { branches: [main] }, workflow_dispatch: { inputs: { number: {} } } }\n";

/** Whether the stack of the one operation of a script is another in each run. */
function named(script: string, env = ""): boolean {
  const lines = script.split("\n").map((line) => `          ${line}\n`);
  const tree = new Map([
    ["Pulumi.yaml", "name: network\nruntime: yaml\n"],
    [
      ".github/workflows/deploy.yml",
      `${head}jobs:\n  up:\n    runs-on: ubuntu-latest\n    env: { ${env} }\n    steps:\n      - run: |\n${lines.join("")}`,
    ],
  ]);
  const { intents } = findIntents(readWorld({ tree, surroundings: new Map() }));
  return intents.some(({ occurrences }) => occurrences.some(({ operates }) => isNamedByRun(operates)));
}

test.each<readonly [string, string, boolean]>([
  ["pulumi up -s $STACK", "STACK: '${{ vars.STACK }}'", false],
  ["pulumi up -s $STACK", "STACK: 'pr-${{ inputs.number }}'", true],
  ['pulumi up -s "$(cat stack.txt)"', "", false],
  ['pulumi up -s "$(echo $STACK | cut -c1-7)"', "STACK: '${{ vars.STACK }}'", false],
  ['pulumi up -s "$(echo $STACK | cut -c1-7)"', "STACK: '${{ inputs.number }}'", true],
  ['pulumi up -s "$(git describe)"', "", true],
  ["for stack in $(pulumi stack ls); do pulumi up -s $stack; done", "", true],
  ["if git diff --quiet; then S=dev; else S=prod; fi\npulumi up -s $S", "", true],
  ["pulumi up -s ${STACK:-dev}", "", false],
])("whether the stack of `%s` with %s differs from run to run: %s", (script, env, expected) => {
  expect(named(script, env)).toBe(expected);
});
