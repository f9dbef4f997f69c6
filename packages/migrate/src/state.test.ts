import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

const path = ".github/workflows/deploy.yml";
const called = ".github/workflows/up.yml";
const push = "on: { push: { branches: [main] } }\n";
const secret = "'${{ secrets.PULUMI_ACCESS_TOKEN }}'";

const job = (step: string, env = "{}"): string =>
  `jobs:\n  up:\n    runs-on: ubuntu-latest\n    env: ${env}\n    steps:\n      - uses: actions/checkout@v4\n      - ${step}\n`;
const action = (token: string, more = ""): string =>
  `uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod${more} }\n        env: { ${token} }`;

async function seen(files: Readonly<Record<string, string>>): Promise<string> {
  const tree = new Map([["Pulumi.yaml", "name: network\nruntime: yaml\n"], ...Object.entries(files)]);
  const { document } = await migrate({ tree, surroundings: new Map([["repository", "acme/network"]]) }, undefined);
  const [operation] = document.operations;
  const parts = [document.backend.kind, operation?.disposition, ...(operation?.reasons ?? []).map(({ code }) => code)];
  return [...parts, ...(operation?.identities ?? []).map(({ kind }) => kind)].join(" ");
}

test.each([
  ["a secret", action(`PULUMI_ACCESS_TOKEN: ${secret}`), "pulumi-cloud move"],
  ["none", action(""), "diy keep GP210"],
  ["none, and a passphrase", action("PULUMI_CONFIG_PASSPHRASE: ''"), "diy keep GP210"],
  ["empty", action("PULUMI_ACCESS_TOKEN: ''"), "diy keep GP210"],
  ["null", action("PULUMI_ACCESS_TOKEN: null"), "diy keep GP210"],
  ["an empty expression", action("PULUMI_ACCESS_TOKEN: \"${{ '' }}\""), "diy keep GP210"],
  ["empty in a script", "run: PULUMI_ACCESS_TOKEN= pulumi up --yes --stack acme/network/prod", "diy keep GP210"],
  [
    "an empty one over that of the job",
    action("PULUMI_ACCESS_TOKEN: ''"),
    "diy keep GP210",
    `{ PULUMI_ACCESS_TOKEN: ${secret} }`,
  ],
  [
    "a login over an empty one of the job",
    `uses: pulumi/auth-actions@v1\n        with: { organization: acme }\n      - ${action("")}`,
    "pulumi-cloud move",
    "{ PULUMI_ACCESS_TOKEN: '' }\n    permissions: { id-token: write }",
  ],
  [
    "an empty one over a login",
    `run: pulumi login\n        env: { PULUMI_ACCESS_TOKEN: ${secret} }\n      - ${action("PULUMI_ACCESS_TOKEN: ''")}`,
    "pulumi-cloud move",
  ],
])("a Pulumi token: %s", async (_, step, expected, env = "{}") => {
  expect(await seen({ [path]: push + job(step, env) })).toBe(expected);
});

test.each([
  ["backend-url: 's3://acme-state'", "unknown keep GP211"],
  ["backend: '${{ vars.STATE }}'", "unknown keep GP211"],
  ["backend-url: 'https://api.pulumi.com'", "pulumi-cloud move"],
  ["login: 'true'", "pulumi-cloud move"],
])("an input that the action does not have: %s", async (input, expected) => {
  expect(await seen({ [path]: push + job(action(`PULUMI_ACCESS_TOKEN: ${secret}`, `, ${input}`)) })).toBe(expected);
});

test.each([
  ["", "diy keep GP210"],
  [`secrets: { PULUMI_ACCESS_TOKEN: ${secret} }`, "pulumi-cloud move"],
  ["secrets: inherit", "pulumi-cloud move aws-static"],
])("optional secrets of a called workflow, by a caller with `%s`", async (secrets, expected) => {
  const optional = ["PULUMI_ACCESS_TOKEN", "AWS_ID", "AWS_KEY"].map((name) => `${name}: { required: false }`);
  const env = `{ PULUMI_ACCESS_TOKEN: ${secret}, AWS_ACCESS_KEY_ID: '\${{ secrets.AWS_ID }}', AWS_SECRET_ACCESS_KEY: '\${{ secrets.AWS_KEY }}' }`;
  const files = {
    [path]: `${push}jobs:\n  network:\n    uses: ./${called}\n    ${secrets}\n`,
    [called]: `on: { workflow_call: { secrets: { ${optional.join(", ")} } } }\n${job("run: pulumi up --yes --stack acme/network/prod", env)}`,
  };
  expect(await seen(files)).toBe(expected);
});
