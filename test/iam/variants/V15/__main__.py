import pulumi_aws as aws

github = aws.iam.get_open_id_connect_provider(url="https://token.actions.githubusercontent.com")

assume = aws.iam.get_policy_document(
    statements=[
        aws.iam.GetPolicyDocumentStatementArgs(
            actions=["sts:AssumeRoleWithWebIdentity"],
            principals=[aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="Federated", identifiers=[github.arn])],
            conditions=[
                aws.iam.GetPolicyDocumentStatementConditionArgs(test="StringLike", variable="token.actions.githubusercontent.com:sub", values=["repo:acme/infra:*"]),
            ],
        ),
    ]
)

deploy = aws.iam.Role("deploy", name="infra-deploy", assume_role_policy=assume.json)
