import * as cdk from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

export class DeployStack extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new iam.CfnRole(this, "Deploy", {
      roleName: "infra-deploy",
      assumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } },
          },
        ],
      },
    });
  }
}
