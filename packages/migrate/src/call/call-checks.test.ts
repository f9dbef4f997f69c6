import { expect, test } from "vitest";
import { migrate } from "../migrate.ts";

const steps = (command: string, more: string): string =>
  `    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: go test ./...
      - uses: pulumi/actions@v6
        with: { command: ${command}, stack-name: acme/network/prod }
        env: { PULUMI_ACCESS_TOKEN: '\${{ secrets.PULUMI_ACCESS_TOKEN }}' }
${more}`;

const workflow = `name: Deploy
on: { push: { branches: [main] }, pull_request: { branches: [main] } }
jobs:
  look:
    if: github.event_name == 'pull_request'
${steps("preview", "")}  deploy:
    if: github.event_name == 'push'
${steps("up", "      - run: ./notify.sh\n")}`;

test("tests stay in front of a call, and neither its deployment nor the preview of the stack repeats them", async () => {
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow],
    ["Pulumi.yaml", "name: network\nruntime: go\n"],
  ]);
  const { document, changes } = await migrate({ tree, surroundings: new Map() }, undefined);
  expect(document.operations.map(({ operation, disposition }) => [operation, disposition])).toEqual([
    ["update", "call"],
    ["preview", "move"],
  ]);
  const written = changes.map((change) => (change.kind === "create" ? change.text : "")).join("\n");
  expect(written).not.toContain("go test");
  expect(document.proof.verdicts).toMatchObject({ missing: 0, extra: 0, changed: 0, undecided: 0 });
});
