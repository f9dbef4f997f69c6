import { describe, expect, test } from "vitest";
import { findIntents } from "./intents.ts";
import { readWorld } from "./world.ts";

/** The paths of the one update of a workflow, and whether it surely runs; `filters` are `name: patterns`. */
function update(condition: string, filters: readonly string[], on = "push: { branches: [main] }"): unknown {
  const workflow = [
    `on: { ${on} }`,
    "jobs:",
    "  changes:",
    "    runs-on: ubuntu-latest",
    "    outputs:",
    "      infra: ${{ steps.filter.outputs.infra }}",
    "      api: ${{ steps.filter.outputs.api }}",
    "      all: ${{ steps.filter.outputs.changes }}",
    "    steps:",
    "      - uses: actions/checkout@v4",
    "      - uses: dorny/paths-filter@v3",
    "        id: filter",
    "        with:",
    "          filters: |",
    ...filters.map((filter) => `            ${filter}`),
    "  update:",
    "    needs: changes",
    `    if: ${condition}`,
    "    runs-on: ubuntu-latest",
    "    steps:",
    "      - uses: actions/checkout@v4",
    "      - run: pulumi up --yes --stack acme/network/prod",
    "        env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }",
  ].join("\n");
  const tree = new Map([
    [".github/workflows/network.yml", workflow],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const { intents } = findIntents(readWorld({ tree, surroundings: new Map([["default-branch", "main"]]) }));
  expect(intents).toHaveLength(1);
  const isSure = intents[0]?.occurrences.every(({ certainty }) => certainty === true);
  return isSure ? intents[0]?.on.map(({ paths }) => paths) : "unknown";
}

const infra = "infra: ['infra/**', Pulumi.yaml]";
const api = "api: 'api/**'";
const one = "needs.changes.outputs.infra == 'true'";
const other = "needs.changes.outputs.api == 'true'";

describe("what can be written as path filters is", () => {
  test.each([
    ["one filter", one, [infra, api], ["infra/**", "Pulumi.yaml"]],
    ["either of two", `${one} || ${other}`, [infra, api], ["infra/**", "Pulumi.yaml", "api/**"]],
    ["a pattern that both have", `${one} || ${other}`, [infra, "api: ['infra/**']"], ["infra/**", "Pulumi.yaml"]],
    [
      "the pattern that both have, where both are asked for",
      `${one} && ${other}`,
      [infra, "api: ['infra/**']"],
      ["infra/**"],
    ],
    ["the list of one filter", "needs.changes.outputs.all != '[]'", [infra], ["infra/**", "Pulumi.yaml"]],
    [
      "one of the list of two filters",
      "contains(needs.changes.outputs.all, 'infra')",
      [infra, api],
      ["infra/**", "Pulumi.yaml"],
    ],
  ])("%s", (_, condition, filters, paths) => {
    expect(update(condition, filters)).toEqual([paths]);
  });

  test("a condition that files do not decide leaves the trigger's own paths", () => {
    expect(update("github.ref == 'refs/heads/main'", [infra], "push: { branches: [main], paths: ['x/**'] }")).toEqual([
      ["x/**"],
    ]);
  });

  test("the trigger's paths with those of the filter, where one list holds the other", () => {
    const on = (paths: string): string => `push: { branches: [main], paths: [${paths}] }`;
    expect(update(one, [infra], on("'infra/**', Pulumi.yaml, 'api/**'"))).toEqual([["infra/**", "Pulumi.yaml"]]);
    expect(update(one, [infra], on("'infra/**'"))).toEqual([["infra/**"]]);
    expect(update(one, [infra], on("'infra/**', 'api/**'"))).toBe("unknown");
    expect(update(one, [infra], on("'**', '!docs/**'"))).toBe("unknown");
  });
});

describe("what cannot stays unknown", () => {
  test.each([
    ["files of both", `${one} && ${other}`, [infra, api]],
    ["files of one and none of the other", `${one} && needs.changes.outputs.api != 'true'`, [infra, api]],
    ["no files of one", "needs.changes.outputs.infra != 'true'", [infra]],
    ["something else besides", `${one} && vars.UP == 'yes'`, [infra]],
    ["something else instead", `${one} || vars.UP == 'yes'`, [infra]],
    ["a filter that is not read", one, ["infra: ['infra/**', '!infra/docs/**']"]],
  ])("%s", (_, condition, filters) => {
    expect(update(condition, filters)).toBe("unknown");
  });

  test("pushes to a branch that is compared with another", () => {
    expect(update(one, [infra], "push: { branches: [main, topic] }")).toBe("unknown");
  });

  test("a run by hand", () => {
    expect(update(one, [infra], "push: { branches: [main] }, workflow_dispatch: {}")).toBe("unknown");
  });
});
