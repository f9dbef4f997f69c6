import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";

export class DeployStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const trust = new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          actions: ["sts:AssumeRoleWithWebIdentity"],
          principals: [{ type: "Federated", identifiers: ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"] }],
          condition: [{ test: "StringLike", variable: "token.actions.githubusercontent.com:sub", values: ["repo:acme/infra:*"] }],
        },
      ],
    });
    new IamRole(this, "deploy", { name: "infra-deploy", assumeRolePolicy: trust.json });
  }
}
