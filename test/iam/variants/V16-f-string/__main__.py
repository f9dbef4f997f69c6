import pulumi_aws as aws

account = "111122223333"

aws.iam.Role(
    "deploy",
    name="infra-deploy",
    assume_role_policy=f"""{{
  "Version": "2012-10-17",
  "Statement": [
    {{
      "Effect": "Allow",
      "Principal": {{"Federated": "arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com"}},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {{"StringLike": {{"token.actions.githubusercontent.com:sub": "repo:acme/infra:*"}}}}
    }}
  ]
}}""",
)
