import { expect, test } from "vitest";
import { migrate } from "../migrate.ts";

const deploy = (on: string, secret: string, stack: string): string => `on: ${on}
permissions: { id-token: write, contents: read }
env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}" }
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with: { role-to-assume: "\${{ secrets.${secret} }}", aws-region: eu-west-1 }
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: ${stack} }
`;

const push = "{ push: { branches: [main] } }";

async function rolesOf(workflows: readonly string[]): Promise<readonly (readonly [string, readonly string[]])[]> {
  const files = workflows.map((text, at): [string, string] => [`.github/workflows/deploy-${at}.yml`, text]);
  const tree = new Map([["Pulumi.yaml", "name: network\nruntime: nodejs\n"], ...files]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  return document.trust.map(({ role, stacks }) => [role, stacks]);
}

// https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets
test("names of secrets know no case: it is one role, and one value in the settings program", async () => {
  expect(
    await rolesOf([
      deploy(push, "AWS_ROLE_ARN", "acme/network/dev"),
      deploy(push, "aws_role_arn", "acme/network/prod"),
      deploy(push, "Aws_Role_Arn", "acme/network/staging"),
    ]),
  ).toEqual([["<AWS_ROLE_ARN>", ["acme/network/dev", "acme/network/prod", "acme/network/staging"]]]);
});

test("what stays takes the same role as what moves, and is not listed beside it", async () => {
  // Which pool of agents would run it, nobody has told.
  const stays = deploy(push, "aws_role_arn", "acme/network/dev").replace("ubuntu-24.04", "[self-hosted, own]");
  const moves = deploy(push, "AWS_ROLE_ARN", "acme/network/prod");
  expect((await rolesOf([stays])).map(([role]) => role)).toEqual(["<AWS_ROLE_ARN>"]);
  expect(await rolesOf([moves, stays])).toEqual([["<AWS_ROLE_ARN>", ["acme/network/prod"]]]);
});
