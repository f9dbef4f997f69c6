package main

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func trust(ctx *pulumi.Context, github *iam.OpenIdConnectProvider) error {
	policy := github.Arn.ApplyT(func(arn string) (string, error) {
		text, err := json.Marshal(map[string]interface{}{
			"Version": "2012-10-17",
			"Statement": []map[string]interface{}{
				{
					"Effect":    "Allow",
					"Principal": map[string]string{"Federated": arn},
					"Action":    "sts:AssumeRoleWithWebIdentity",
					"Condition": map[string]interface{}{"StringLike": map[string]string{"token.actions.githubusercontent.com:sub": "repo:acme/infra:*"}},
				},
			},
		})
		return string(text), err
	}).(pulumi.StringOutput)
	_, err := iam.NewRole(ctx, "deploy", &iam.RoleArgs{Name: pulumi.String("infra-deploy"), AssumeRolePolicy: policy})
	return err
}
