import { expect, test } from "vitest";
import type { Intent } from "./intents.ts";
import { migrate } from "./migrate.ts";
import { branchOf } from "./stack-conflicts.ts";

test.each([
  [["master", "main"], "main", "main"],
  [["master", "main"], undefined, "master"],
  [["master", "main"], "trunk", "master"],
  [["release/*", "main"], undefined, "main"],
])("of the branches %j, with %s as the default one, a stack has %s", (branches, standard, expected) => {
  const intents = [{ on: [{ event: "push", branches }] }] as unknown as readonly Intent[];
  expect(branchOf(intents, standard)).toBe(expected);
});

const awsKeys = (name: string): string =>
  `      - uses: aws-actions/configure-aws-credentials@v4\n        with: { aws-region: eu-west-1, aws-access-key-id: "\${{ secrets.${name}_ID }}", aws-secret-access-key: "\${{ secrets.${name}_KEY }}" }\n`;
const gcpKey = (name: string): string =>
  `      - uses: google-github-actions/auth@v2\n        with: { project_id: acme-network, credentials_json: "\${{ secrets.${name} }}" }\n`;
const azureKey = (name: string): string =>
  `      - uses: azure/login@v2\n        with: { creds: "\${{ secrets.${name} }}" }\n`;
const inEnvironment = (variable: string) => (name: string) =>
  `      - run: echo "${variable}=$VALUE" >> "$GITHUB_ENV"\n        env: { VALUE: "\${{ secrets.${name} }}" }\n`;

test.each<readonly [what: string, login: (name: string) => string]>([
  ["AWS keys", awsKeys],
  ["a key of a service account", gcpKey],
  ["credentials of Azure", azureKey],
  ["a key that a step puts into the environment", inEnvironment("GOOGLE_CREDENTIALS")],
])("a preview with a key of its own does not take the role of the update: %s", async (_, login) => {
  const job = (name: string, event: string, key: string, command: string): string =>
    `  ${name}:\n    if: github.event_name == '${event}'\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n${login(key)}      - uses: pulumi/actions@v6\n        with: { command: ${command}, stack-name: acme/network/prod }\n        env: { PULUMI_ACCESS_TOKEN: '\${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n`;
  const planned = async (preview: string): Promise<readonly string[]> => {
    const text = `on: { push: { branches: [main] }, pull_request: { branches: [main] } }\njobs:\n${job("look", "pull_request", preview, "preview")}${job("up", "push", "WRITES", "up")}`;
    const tree = new Map([
      [".github/workflows/deploy.yml", text],
      ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
      ["Pulumi.prod.yaml", "config:\n  network:size: 1\n"],
    ]);
    const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
    return document.operations.map(({ operation, disposition }) => `${operation} ${disposition}`).sort();
  };
  expect(await planned("READS")).toEqual(["preview keep", "update move"]);
  expect(await planned("WRITES")).toEqual(["preview move", "update move"]);
});
