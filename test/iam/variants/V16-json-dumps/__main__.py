import pulumi
import pulumi_aws as aws

github = aws.iam.OpenIdConnectProvider("github", url="https://token.actions.githubusercontent.com", client_id_lists=["sts.amazonaws.com"])

aws.iam.Role(
    "deploy",
    name="infra-deploy",
    assume_role_policy=pulumi.Output.json_dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Federated": github.arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/infra:*"}},
        }],
    }),
)
