import * as aws from "@pulumi/aws";

const repositories = ["infra", "app"];

new aws.iam.Role("deploy", {
  name: "infra-deploy",
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [
      ...repositories.map((one): aws.iam.PolicyStatement => ({
        Effect: "Allow",
        Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { "token.actions.githubusercontent.com:sub": `repo:acme/${one}:*` } },
      })),
    ],
  },
});
