package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func trust(ctx *pulumi.Context, github *iam.OpenIdConnectProvider, repository string) error {
	_, err := iam.NewRole(ctx, "deploy", &iam.RoleArgs{
		Name: pulumi.String("infra-deploy"),
		AssumeRolePolicy: pulumi.Sprintf(`{
			"Version": "2012-10-17",
			"Statement": [
				{
					"Effect": "Allow",
					"Principal": {"Federated": "%s"},
					"Action": "sts:AssumeRoleWithWebIdentity",
					"Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/%s:*"}}
				}
			]
		}`, github.Arn, repository),
	})
	return err
}
