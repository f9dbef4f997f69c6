import * as cdk from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

export class DeployStack extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const github = new iam.OpenIdConnectProvider(this, "GitHub", { url: "https://token.actions.githubusercontent.com" });
    const role = new iam.Role(this, "Deploy", {
      roleName: "infra-deploy",
      assumedBy: new iam.FederatedPrincipal(
        github.openIdConnectProviderArn,
        { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } },
        "sts:AssumeRoleWithWebIdentity",
      ),
    });
    new cdk.CfnOutput(this, "RoleArn", { value: role.roleArn });
  }
}
