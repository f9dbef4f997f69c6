import { expect, test } from "vitest";
import { insertedLines } from "../../../../test/support/notation.ts";
import { readDefinitions } from "../definitions.ts";

const path = "lib/deploy-stack.ts";
const treeOf = (text: string): ReadonlyMap<string, string> => new Map([[path, text]]);
const added = (text: string): Promise<string> => insertedLines({ [path]: text }, undefined);

const stack = (role: string): string => `import * as cdk from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";

export class DeployStack extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const github = new iam.OpenIdConnectProvider(this, "GitHub", { url: "https://token.actions.githubusercontent.com" });
    ${role}
  }
}
`;

const conditions = `{ StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } }`;
const statement = (role: string): string => `    ${role}.assumeRolePolicy?.addStatements(new iam.PolicyStatement({
      sid: "PulumiDeployments",
      actions: ["sts:AssumeRoleWithWebIdentity"],
      principals: [new iam.FederatedPrincipal(\`arn:\${cdk.Aws.PARTITION}:iam::\${cdk.Aws.ACCOUNT_ID}:oidc-provider/api.pulumi.com/oidc\`, {
        StringEquals: { "api.pulumi.com/oidc:aud": "acme" },
        StringLike: { "api.pulumi.com/oidc:sub": "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write" },
      }, "sts:AssumeRoleWithWebIdentity")],
    }));`;

test.each([
  ["OpenIdConnectPrincipal", `new iam.OpenIdConnectPrincipal(github, ${conditions})`],
  ["WebIdentityPrincipal", `new iam.WebIdentityPrincipal(github.openIdConnectProviderArn, ${conditions})`],
  [
    "FederatedPrincipal",
    `new iam.FederatedPrincipal(github.openIdConnectProviderArn, ${conditions}, "sts:AssumeRoleWithWebIdentity")`,
  ],
  ["CompositePrincipal", `new iam.CompositePrincipal(new iam.OpenIdConnectPrincipal(github, ${conditions}))`],
])("%s is read, and its role gets a statement behind it", async (variant, principal) => {
  const text = stack(`const role = new iam.Role(this, "Deploy", { assumedBy: ${principal} });`);
  const { roles } = await readDefinitions(treeOf(text), undefined);
  expect(roles).toMatchObject([
    {
      notation: "cdk-typescript",
      variant,
      policy: { statements: [{ kind: "read", conditions: [{ values: ["repo:acme/infra:*"] }] }] },
    },
  ]);
  const name = roles[0]?.name;
  expect(name?.kind === "generated" && name.pattern.test("infra-Deploy1A2B3C4D-9Z8Y7X6W5V4U")).toBe(true);
  expect(await added(text)).toBe(statement("role"));
});

test("a role of a field is called by it", async () => {
  const text = stack(
    `this.role = new iam.Role(this, "Deploy", {\n      roleName: "infra-deploy",\n      assumedBy: new iam.OpenIdConnectPrincipal(github, ${conditions}),\n    });`,
  );
  expect(await added(text)).toBe(statement("this.role"));
});

test("what cannot be added to is left alone", async () => {
  const role = `new iam.Role(this, "Deploy", { assumedBy: new iam.OpenIdConnectPrincipal(github, ${conditions}) });`;
  expect(await added(stack(role))).toBe("refused: the role has no name to add a statement to");
  expect(await added(stack(`for (const name of names) { const role = ${role} }`))).toBe(
    "refused: a loop makes it, perhaps several times",
  );
});

test("a role for a service is none of ours", async () => {
  const text = stack(
    `const role = new iam.Role(this, "Run", { assumedBy: new iam.ServicePrincipal("ec2.amazonaws.com") });`,
  );
  expect((await readDefinitions(treeOf(`${text}// AssumeRole\n`), undefined)).roles).toEqual([]);
});
