import * as aws from "@pulumi/aws";

const github = new aws.iam.OpenIdConnectProvider("github", {
  url: "https://token.actions.githubusercontent.com",
  clientIdLists: ["sts.amazonaws.com"],
});

new aws.iam.Role("deploy", {
  name: "infra-deploy",
  assumeRolePolicy: github.arn.apply((arn) =>
    aws.iam
      .getPolicyDocument({
        statements: [
          {
            actions: ["sts:AssumeRoleWithWebIdentity"],
            principals: [{ type: "Federated", identifiers: [arn] }],
            conditions: [
              { test: "StringLike", variable: "token.actions.githubusercontent.com:sub", values: ["repo:acme/infra:*"] },
            ],
          },
        ],
      })
      .then((document) => document.json),
  ),
});
