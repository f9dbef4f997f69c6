import * as aws from "@pulumi/aws";

new aws.iam.Role("deploy", {
  name: "infra-deploy",
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({
    Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
  }),
});
