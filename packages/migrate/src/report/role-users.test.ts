import { describe, expect, test } from "vitest";
import { migrate } from "../migrate.ts";

const arn = "arn:aws:iam::111122223333:role/network-deploy";
const github = "token.actions.githubusercontent.com";

function policy(...subjects: readonly string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${github}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: subjects.length === 0 ? {} : { StringLike: { [`${github}:sub`]: subjects } },
      },
    ],
  });
}

/** What the last step waits for, in a repository whose deploy moves and that has these files besides. */
async function waits(
  more: Readonly<Record<string, string>>,
  { role = arn, told = policy("repo:acme/network:*") }: { role?: string; told?: string } = {},
): Promise<readonly string[]> {
  const tree = new Map(
    Object.entries({
      "Pulumi.yaml": "name: network\nruntime: nodejs\n",
      "Pulumi.prod.yaml": "config: {}\n",
      "package.json": "{}\n",
      "package-lock.json": "{}\n",
      ".github/workflows/deploy.yml": `on: { push: { branches: [main] } }
permissions: { id-token: write, contents: read }
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with: { role-to-assume: "${role}", aws-region: eu-west-1 }
      - run: npm ci
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: acme/network/prod }
        env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}" }
`,
      ...more,
    }),
  );
  const surroundings = new Map([
    ["repository", "acme/network"],
    ["trust-policy.network-deploy", told],
    ["trust-policy.DEPLOY_ROLE", told],
  ]);
  const { document } = await migrate({ tree, surroundings }, undefined);
  const table = document.trust[0]?.table ?? "";
  const [, below = ""] = table.split("refused by the cloud: no\n");
  return below
    .replace(/\n {10}/g, " ")
    .split("\n")
    .filter((line) => /^ {2}(?:STAYS|WAITS)/.test(line))
    .map((line) => line.slice(10).replace(" -> final phase blocked", ""));
}

function workflow(role: string): Readonly<Record<string, string>> {
  return {
    ".github/workflows/assets.yml": `on: push
jobs:
  sync:
    runs-on: ubuntu-24.04
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          ${role}
`,
  };
}
const at = ".github/workflows/assets.yml:8";

describe("what still assumes a role once the plan is carried out", () => {
  test.each([
    ["nothing else is there", {}, {}, []],
    ["another login spells the same role out", workflow(`role-to-assume: ${arn}`), {}, [`${at} still assumes it`]],
    ["another login takes another role", workflow(`role-to-assume: ${arn}-2x`.replace("-deploy-2x", "-read")), {}, []],
    ["the role stands in a comment", workflow(`role-session-name: x # ${arn}`), {}, []],
    [
      "another login computes its role",
      workflow("role-to-assume: ${{ inputs.role }}"),
      {},
      [`${at} logs in as \${{ inputs.role }}, which may be this role`],
    ],
    [
      "both read the same variable, however it is spaced",
      workflow("role-to-assume: ${{vars.DEPLOY_ROLE}}"),
      { role: "${{ vars.DEPLOY_ROLE }}" },
      [`${at} still assumes it`],
    ],
    [
      "what a variable holds may be spelled out elsewhere",
      workflow(`role-to-assume: ${arn}`),
      { role: "${{ vars.DEPLOY_ROLE }}" },
      [`${at} logs in as ${arn}, which may be this role`],
    ],
    [
      "a script takes it",
      { "sync.sh": `aws sts assume-role-with-web-identity --role-arn ${arn}\n` },
      {},
      ["sync.sh:1 still assumes it"],
    ],
    [
      "the policy names another repository",
      {},
      { told: policy("repo:acme/network:*", "repo:acme/app:*") },
      ["its policy also lets in `repo:acme/app:*`"],
    ],
    [
      "the policy names every repository",
      {},
      { told: policy("repo:acme/*") },
      ["its policy also lets in `repo:acme/*`"],
    ],
    [
      "a pattern begins like this one",
      {},
      { told: policy("repo:acme/network*") },
      ["its policy also lets in `repo:acme/network*`"],
    ],
    [
      "the policy knows this repository by its ids",
      {},
      { told: policy("repo:acme@1/network@2:ref:refs/heads/main") },
      [],
    ],
  ] as const)("%s", async (_, more, how, expected) => {
    expect(await waits(more, how)).toEqual(expected);
  });
});
