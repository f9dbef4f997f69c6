import * as aws from "@pulumi/aws";

const github = new aws.iam.OpenIdConnectProvider("github", {
  url: "https://token.actions.githubusercontent.com",
  clientIdLists: ["sts.amazonaws.com"],
});

const assume = aws.iam.getPolicyDocumentOutput({
  statements: [{
    actions: ["sts:AssumeRoleWithWebIdentity"],
    principals: [{ type: "Federated", identifiers: [github.arn] }],
    conditions: [
      { test: "StringEquals", variable: "token.actions.githubusercontent.com:aud", values: ["sts.amazonaws.com"] },
      { test: "StringLike", variable: "token.actions.githubusercontent.com:sub", values: ["repo:acme/infra:*"] },
    ],
  }],
});

new aws.iam.Role("deploy", { name: "infra-deploy", assumeRolePolicy: assume.json });
