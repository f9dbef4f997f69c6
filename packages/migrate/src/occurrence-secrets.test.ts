import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

const inFile = "echo ${{ secrets.CLUSTER }} | base64 -d > ~/.kube/config";
const either =
  'if [[ $LIVE == yes ]]; then echo "KEY=${{ secrets.LIVE_KEY }}" >> $GITHUB_ENV; else echo "KEY=${{ secrets.TEST_KEY }}" >> $GITHUB_ENV; fi';

test.each<readonly [what: string, line: string, expected: readonly string[]]>([
  ["in a file of its own", inFile, ["CLUSTER"]],
  ["by an earlier step", 'echo "KEY=${{ secrets.LIVE_KEY }}" >> $GITHUB_ENV', ["LIVE_KEY"]],
  ["by an earlier step, one of two", either, ["LIVE_KEY", "TEST_KEY"]],
])("secrets that are written %s are those of the operation", async (_, line, expected) => {
  const tree = new Map([
    ["Pulumi.yaml", "name: network\nruntime: yaml\n"],
    [
      ".github/workflows/deploy.yml",
      `on: { push: { branches: [main] } }\njobs:\n  up:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          ${line}\n      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n        env: { PULUMI_ACCESS_TOKEN: '\${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n`,
    ],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  expect(document.operations.map(({ secrets }) => secrets)).toEqual([expected]);
});
