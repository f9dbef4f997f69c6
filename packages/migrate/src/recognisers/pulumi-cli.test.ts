import { expect, test } from "vitest";
import { findIntents } from "../intents.ts";
import { readWorld } from "../world.ts";

/** Codes of what stands against an update, by the script that it stands in and the variables of its job. */
function codes(script: string, env: string): readonly string[] {
  const text = `on: { push: { branches: [main] } }\njobs:\n  up:\n    runs-on: ubuntu-latest\n    env: { PULUMI_ACCESS_TOKEN: x, ${env} }\n    steps:\n      - run: |\n${script.replace(/^/gm, "          ")}\n`;
  const tree = new Map([
    [".github/workflows/deploy.yml", text],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const { intents } = findIntents(readWorld({ tree, surroundings: new Map() }));
  return intents.flatMap(({ occurrences: [one] }) => one.obstacles.map(({ code }) => code));
}

const up = "pulumi up --yes --stack acme/network/prod";

test.each<readonly [string, string, readonly string[]]>([
  [up, "", []],
  [`pulumi stack init acme/prod\n${up}`, "", ["GP223"]],
  [`pulumi stack init acme/prod || true\n${up}`, "", []],
  [`pulumi stack select acme/prod || pulumi stack init acme/prod\n${up}`, "", []],
  [up, "PULUMI_OPTION_CWD: ../other", ["GP224"]],
  [up, 'PULUMI_OPTION_CWD: ""', []],
  [up.replace(" --yes", ""), 'PULUMI_SKIP_CONFIRMATIONS: "true"', []],
  [up.replace(" --yes", ""), 'PULUMI_SKIP_CONFIRMATIONS: "false"', ["GP249"]],
])("what stands against %s with %s", (script, env, expected) => {
  expect(codes(script, env)).toEqual(expected);
});
