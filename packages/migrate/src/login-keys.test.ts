import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

const path = ".github/workflows/deploy.yml";
const workflow = `on: { push: { branches: [main] } }
jobs:
  up:
    runs-on: ubuntu-latest
    env:
      PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
      DEPLOY_KEY_ID: \${{ secrets.PROD_KEY_ID }}
      DEPLOY_KEY: \${{ secrets.PROD_KEY }}
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with: { aws-access-key-id: '\${{ env.DEPLOY_KEY_ID }}', aws-secret-access-key: '\${{ env.DEPLOY_KEY }}', aws-region: eu-west-1 }
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: acme/network/prod }
`;

test.each([
  ["nothing", "export const name = 1;", undefined, "move"],
  ["another variable", "process.env.REGION;", undefined, "move"],
  ["the key", "process.env.DEPLOY_KEY;", undefined, "ask GP438"],
  ["a name put together", "process.env[`${kind}_KEY`];", undefined, "ask GP438"],
  ["all variables", "const env = process.env;", undefined, "ask GP438"],
  ["the key, by a slip", "process.env.DEPLOY_KEY;", "drop", "move"],
  ["the key, and needs it", "process.env.DEPLOY_KEY;", "carry", "move DEPLOY_KEY"],
])("a key of a login under its own name, and a program that reads %s", async (_, program, answer, expected) => {
  const surroundings = new Map([["repository", "acme/network"]]);
  if (answer !== undefined) surroundings.set("login-key/deploy.yml/up", answer);
  const tree = new Map([
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ["package-lock.json", "{}"],
    ["package.json", "{}"],
    ["index.ts", program],
    [path, workflow],
  ]);
  const { document, changes } = await migrate({ tree, surroundings }, undefined);
  const texts = changes.map((change) => (change.kind === "create" ? change.text : ""));
  const names = ["DEPLOY_KEY", "DEPLOY_KEY_ID"].filter((name) => texts.some((text) => text.includes(`${name}: `)));
  const seen = document.operations.flatMap(({ disposition, reasons }) => [disposition, ...reasons.map((r) => r.code)]);
  expect([...seen, ...names].join(" ")).toBe(expected);
});
