from aws_cdk import Stack, aws_iam as iam
from constructs import Construct


class DeployStack(Stack):
    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        github = iam.OpenIdConnectProvider(self, "GitHub", url="https://token.actions.githubusercontent.com")
        role = iam.Role(
            self, "Deploy",
            role_name="infra-deploy",
            assumed_by=iam.WebIdentityPrincipal(
                github.open_id_connect_provider_arn,
                {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/infra:*"}},
            ),
        )
