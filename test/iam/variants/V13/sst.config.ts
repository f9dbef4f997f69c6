/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: () => ({ name: "infra", home: "aws" }),
  async run() {
    const github = new aws.iam.OpenIdConnectProvider("github", {
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
    new aws.iam.Role("deploy", {
      name: "infra-deploy",
      assumeRolePolicy: $jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: github.arn },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } },
          },
        ],
      }),
    });
  },
});
