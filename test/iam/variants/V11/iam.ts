import * as awsnative from "@pulumi/aws-native";

new awsnative.iam.Role("deploy", {
  roleName: "infra-deploy",
  assumeRolePolicyDocument: {
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } },
    }],
  },
});
