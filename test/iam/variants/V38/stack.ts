import * as cdk from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { GithubActionsIdentityProvider, GithubActionsRole } from "aws-cdk-github-oidc";
export class DeployStack extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const provider = GithubActionsIdentityProvider.fromAccount(this, "GitHub");
    const role = new GithubActionsRole(this, "Deploy", {
      provider,
      roleName: "infra-deploy",
      owner: "acme",
      repo: "infra",
      filter: "ref:refs/heads/main",
    });
    new cdk.CfnOutput(this, "RoleArn", { value: role.roleArn });
  }
}
