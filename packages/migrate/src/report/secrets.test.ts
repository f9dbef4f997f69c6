import { expect, test } from "vitest";
import { migrate } from "../migrate.ts";

/** Where the secrets go that a called workflow reads, which handles the operations of its caller and does not change. */
async function secretsOf(declared: string): Promise<readonly (readonly string[])[]> {
  const caller = (on: string, command: string): string => `on: ${on}
jobs:
  go:
    uses: ./.github/workflows/_pulumi.yml
    with: { command: ${command} }
    secrets: inherit
`;
  const tree = new Map([
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ["Pulumi.prod.yaml", "config: {}\n"],
    ["package.json", "{}\n"],
    ["package-lock.json", "{}\n"],
    [".github/workflows/main.yml", caller("{ push: { branches: [main] } }", "up")],
    [".github/workflows/release.yml", caller("{ release: { types: [published] } }", "refresh")],
    [
      ".github/workflows/_pulumi.yml",
      `on:
  workflow_call:
    inputs: { command: { type: string, required: true } }${declared}
jobs:
  pulumi:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: pulumi/actions@v6
        with: { command: "\${{ inputs.command }}", stack-name: acme/network/prod }
        env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}", DB: "\${{ secrets.DB }}" }
`,
    ],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  return document.secrets.map(({ name, goes, usedBy }) => [name, goes, ...usedBy.map((path) => path.slice(18))]);
}

test("secrets of a called workflow that stays as it is are listed, whether or not it declares them", async () => {
  expect(await secretsOf("")).toEqual([
    ["DB", "config", "_pulumi.yml"],
    ["PULUMI_ACCESS_TOKEN", "stays", "_pulumi.yml"],
  ]);
  expect(await secretsOf("\n    secrets: { DB: {}, PULUMI_ACCESS_TOKEN: {} }")).toEqual([
    ["DB", "config", "main.yml", "release.yml"],
    ["PULUMI_ACCESS_TOKEN", "stays", "main.yml", "release.yml"],
  ]);
});
