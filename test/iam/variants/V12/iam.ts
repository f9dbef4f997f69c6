import * as awsiam from "@pulumi/aws-iam";

export const deploy = new awsiam.AssumableRoleWithOIDC("deploy", {
  role: { name: "infra-deploy", policyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"] },
  providerUrls: ["token.actions.githubusercontent.com"],
  oidcSubjectsWithWildcards: ["repo:acme/infra:*"],
});
