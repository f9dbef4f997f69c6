const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");

const github = new aws.iam.OpenIdConnectProvider("github", {
	url: "https://token.actions.githubusercontent.com",
	clientIdLists: ["sts.amazonaws.com"],
});

exports.deploy = new aws.iam.Role("deploy", {
	name: "infra-deploy",
	assumeRolePolicy: pulumi.jsonStringify({
		Version: "2012-10-17",
		Statement: [{
			Effect: "Allow",
			Principal: { Federated: github.arn },
			Action: "sts:AssumeRoleWithWebIdentity",
			Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:environment:prod" } },
		}],
	}),
});
