import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

const path = ".github/workflows/deploy.yml";
const called = ".github/workflows/up.yml";
const push = "on: { push: { branches: [main] } }\n";
const grant = "permissions: { id-token: write, contents: read }\n";
const read = "permissions: { contents: read }\n";
const aws =
  "- uses: aws-actions/configure-aws-credentials@v4\n        with: { aws-region: eu-west-1, role-to-assume: 'arn:aws:iam::111122223333:role/network'";
const awsRole = `${aws} }`;
const azure = "- uses: azure/login@v2\n        with: { tenant-id: t, subscription-id: s, client-id: c";
const google = "- uses: google-github-actions/auth@v2\n        with: {";
const token = "- uses: pulumi/auth-actions@v1\n        with: { organization: acme }";

function job(login: string, lines = "", runner = "ubuntu-latest"): string {
  return `jobs:\n  up:\n    runs-on: ${runner}\n${lines}    steps:\n      - uses: actions/checkout@v4\n      ${login}\n      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n        env: { PULUMI_ACCESS_TOKEN: '\${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n`;
}

async function codes(files: Readonly<Record<string, string>>): Promise<string> {
  const tree = new Map([["Pulumi.yaml", "name: network\nruntime: yaml\n"], ...Object.entries(files)]);
  const { document } = await migrate({ tree, surroundings: new Map([["repository", "acme/network"]]) }, undefined);
  return document.operations
    .map(({ disposition, reasons }) => [disposition, ...reasons.map(({ code }) => code)].join(" "))
    .join(", ");
}

const call = `jobs:\n  network:\n    uses: ./${called}\n    secrets: inherit\n`;
const calledOn = "on: workflow_call\n";

test.each<readonly [what: string, files: Readonly<Record<string, string>>, expected: string]>([
  ["allowed by the workflow", { [path]: push + grant + job(awsRole) }, "move"],
  ["allowed by the job", { [path]: push + read + job(awsRole, `    ${grant}`) }, "move"],
  ["allowed everything", { [path]: `${push}permissions: write-all\n${job(awsRole)}` }, "move"],
  ["nothing written", { [path]: push + job(awsRole) }, "keep GP433"],
  ["read-all", { [path]: `${push}permissions: read-all\n${job(awsRole)}` }, "keep GP433"],
  ["taken away by the job", { [path]: push + grant + job(awsRole, `    ${read}`) }, "keep GP433"],
  ["Azure", { [path]: push + job(`${azure} }`) }, "keep GP433"],
  ["Azure, the runner's identity", { [path]: push + job(`${azure}, auth-type: IDENTITY }`) }, "move"],
  [
    "Azure by a secret",
    { [path]: push + job("- uses: azure/login@v2\n        with: { creds: '${{ secrets.A }}' }") },
    "move",
  ],
  ["Google", { [path]: push + job(`${google} workload_identity_provider: p }`) }, "keep GP433"],
  ["Google by a key", { [path]: push + job(`${google} credentials_json: '\${{ secrets.G }}' }`) }, "move"],
  ["a token of Pulumi", { [path]: push + job(token) }, "keep GP433"],
  ["on a runner of the owner", { [path]: push + job(token, "", "self-hosted") }, "keep GP433 GP226"],
  [
    "a login that never runs",
    { [path]: push + job(awsRole.replace("\n", "\n        if: github.event_name == 'release'\n")) },
    "move",
  ],
  ["given by the caller", { [path]: push + grant + call, [called]: calledOn + job(awsRole) }, "move"],
  ["not given by the caller", { [path]: push + read + call, [called]: calledOn + job(awsRole) }, "keep GP433"],
  ["nothing written in both", { [path]: push + call, [called]: calledOn + job(awsRole) }, "keep GP433"],
  ["asked for in vain", { [path]: push + read + call, [called]: calledOn + grant + job(awsRole) }, "keep GP201"],
  ["asked for by default", { [path]: push + call, [called]: calledOn + job(awsRole, `    ${grant}`) }, "keep GP201"],
  ["asked for and given", { [path]: push + grant + call, [called]: calledOn + grant + job(awsRole) }, "move"],
])("a login with GitHub's identity: %s", async (_, files, expected) => {
  expect(await codes(files)).toBe(expected);
});

test.each<readonly [output: string, expected: string]>([
  ["pulumi-access-token", "move"],
  ["access-token", "keep GP434"],
])("a Pulumi token out of the output %s", async (output, expected) => {
  const text = job(token.replace("- uses", "- id: login\n        uses"));
  const files = { [path]: push + grant + text.replace("secrets.PULUMI_ACCESS_TOKEN", `steps.login.outputs.${output}`) };
  expect(await codes(files)).toBe(expected);
});
