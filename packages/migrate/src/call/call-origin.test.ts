import { splice } from "@gha2pulumi/repo";
import { expect, test } from "vitest";
import { migrate } from "../migrate.ts";

const path = ".github/workflows/deploy.yml";

/** The token of the call, or why there is none, behind these steps; the operation has these variables of its own. */
async function tokenBehind(steps: string, own = ""): Promise<string | undefined> {
  const before = `on: { push: { branches: [main] } }\njobs:\n  deploy:\n    environment: production\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n${steps}      - run: pulumi up --yes --stack acme/network/prod\n${own}`;
  const tree = new Map([
    [path, before],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const { document, changes } = await migrate({ tree, surroundings: new Map() }, undefined);
  const change = changes.find((one) => one.path === path);
  if (change?.kind !== "edit") return document.operations[0]?.reasons.map(({ code }) => code).join(" ");
  const calls = splice(before, change.splices).split("- name: Pulumi update")[1] ?? "";
  return /PULUMI_ACCESS_TOKEN: (.*)/.exec(calls)?.[1];
}

const reference = "        env: { PULUMI_ACCESS_TOKEN: 'op://ci/pulumi/token' }\n";
const job = "${{ env.PULUMI_ACCESS_TOKEN }}";

test.each<readonly [what: string, steps: string, own: string, token: string]>([
  [
    "1Password",
    `      - uses: 1password/load-secrets-action@v2\n        with: { export-env: true }\n${reference}`,
    "",
    job,
  ],
  [
    "Vault",
    "      - uses: hashicorp/vault-action@v3\n        with: { secrets: secret/ci token | PULUMI_ACCESS_TOKEN }\n",
    "",
    job,
  ],
  [
    "Bitwarden",
    "      - uses: bitwarden/sm-action@v2\n        with: { secrets: 0a1b > PULUMI_ACCESS_TOKEN }\n",
    "",
    job,
  ],
  [
    "Secrets Manager",
    '      - uses: aws-actions/aws-secretsmanager-get-secrets@v2\n        with: { secret-ids: "PULUMI_ACCESS_TOKEN, ci/pulumi" }\n',
    "",
    job,
  ],
  [
    "ESC",
    "      - uses: pulumi/esc-action@v1\n        with: { environment: acme/ci, keys: PULUMI_ACCESS_TOKEN }\n",
    "",
    job,
  ],
  ["GITHUB_ENV", '      - run: echo "PULUMI_ACCESS_TOKEN=$(./token)" >> $GITHUB_ENV\n', "", "GP206 GP221"],
  ["a reference that nothing opens", "", reference, "GP206 GP251"],
])("the token of a call: %s", async (_, steps, own, token) => {
  expect(await tokenBehind(steps, own)).toBe(token);
});
