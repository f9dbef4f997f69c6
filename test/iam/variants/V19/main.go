package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func trust(ctx *pulumi.Context, githubArn string) error {
	document, err := iam.GetPolicyDocument(ctx, &iam.GetPolicyDocumentArgs{
		Statements: []iam.GetPolicyDocumentStatement{
			{
				Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
				Principals: []iam.GetPolicyDocumentStatementPrincipal{{Type: "Federated", Identifiers: []string{githubArn}}},
				Conditions: []iam.GetPolicyDocumentStatementCondition{
					{Test: "StringLike", Variable: "token.actions.githubusercontent.com:sub", Values: []string{"repo:acme/infra:*"}},
				},
			},
		},
	}, nil)
	if err != nil {
		return err
	}
	_, err = iam.NewRole(ctx, "deploy", &iam.RoleArgs{Name: pulumi.String("infra-deploy"), AssumeRolePolicy: pulumi.String(document.Json)})
	return err
}
