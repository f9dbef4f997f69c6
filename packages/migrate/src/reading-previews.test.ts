import { splice } from "@gha2pulumi/repo";
import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

const token = "        env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n";
const checkout = "    steps:\n      - uses: actions/checkout@v4\n";
const project = [
  ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ["Pulumi.prod.yaml", "config:\n  network:size: 1\n"],
] as const;

const gcp = (name: string): string =>
  `      - uses: google-github-actions/auth@v2\n        with: { workload_identity_provider: projects/1/locations/global/workloadIdentityPools/p/providers/g, service_account: ${name}@acme.iam.gserviceaccount.com }\n`;
const key = (name: string): string =>
  `      - uses: aws-actions/configure-aws-credentials@v4\n        with: { aws-region: eu-west-1, aws-access-key-id: "\${{ secrets.${name}_ID }}", aws-secret-access-key: "\${{ secrets.${name}_KEY }}" }\n`;
const aws = (name: string): string =>
  `      - uses: aws-actions/configure-aws-credentials@v4\n        with: { aws-region: eu-west-1, role-to-assume: "arn:aws:iam::111122223333:role/${name}" }\n`;

test.each<readonly [what: string, login: typeof gcp, guard: string, expected: readonly string[]]>([
  ["accounts of Google Cloud", gcp, "", ["preview keep", "update call"]],
  ["and a preview that may be called", gcp, " && github.actor != 'dependabot[bot]'", ["preview keep", "update call"]],
  ["one account", () => gcp("ci"), "", ["preview move", "update call"]],
  ["keys of AWS", key, "", ["preview keep", "update call"]],
  ["keys of one name, one of them in an environment", () => key("CI"), "", ["preview ask", "update call"]],
  ["roles of AWS", aws, "", ["preview move", "update call"]],
])("a gated update and a preview that take other roles: %s", async (_, login, guard, expected) => {
  const job = (name: string, event: string, extra: string, role: string, command: string): string =>
    `  ${name}:\n    if: github.event_name == '${event}'${extra}\n    runs-on: ubuntu-latest\n${name === "up" ? "    environment: production\n" : ""}${checkout}${login(role)}      - uses: pulumi/actions@v6\n        with: { command: ${command}, stack-name: acme/network/prod }\n${token}`;
  const text = `on: { push: { branches: [main] }, pull_request: { branches: [main] } }\npermissions: { id-token: write }\njobs:\n${job("look", "pull_request", guard, "read", "preview")}${job("up", "push", "", "write", "up")}`;
  const tree = new Map([[".github/workflows/deploy.yml", text], ...project]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  const found = document.operations.map(({ operation, disposition }) => `${operation} ${disposition}`);
  expect(found.sort()).toEqual(expected);
});

test("a role that the callers of an action give stays theirs", async () => {
  const path = ".github/actions/p/action.yml";
  const action = `runs:\n  using: composite\n  steps:\n    - uses: aws-actions/configure-aws-credentials@v4\n      with: { aws-region: eu-west-1, role-to-assume: '\${{ inputs.role }}' }\n    - uses: pulumi/actions@v6\n      with: { command: '\${{ inputs.command }}', stack-name: acme/network/prod }\n`;
  const workflow = (on: string, command: string, role: string): string =>
    `on: { ${on}: { branches: [main] } }\nenv: { PULUMI_ACCESS_TOKEN: '\${{ secrets.PULUMI_ACCESS_TOKEN }}' }\npermissions: { id-token: write }\njobs:\n  pulumi:\n    runs-on: ubuntu-latest\n${checkout}      - uses: ./.github/actions/p\n        with: { command: ${command}, role: "arn:aws:iam::111122223333:role/${role}" }\n`;
  const tree = new Map([
    [path, `inputs: { role: {}, command: {} }\n${action}`],
    [".github/workflows/main.yml", workflow("push", "up", "write")],
    [".github/workflows/pr.yml", workflow("pull_request", "preview", "read")],
    ...project,
  ]);
  const { changes } = await migrate({ tree, surroundings: new Map() }, undefined);
  const change = changes.find((one) => one.path === path);
  const after = change?.kind === "edit" ? splice(tree.get(path) ?? "", change.splices) : "";
  expect(after).toContain("CALL_AWS_ROLE: ${{ inputs.role }}");
});
