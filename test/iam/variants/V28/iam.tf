locals {
  github_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
}

resource "aws_iam_role" "deploy" {
  for_each = toset(["dev", "prod"])
  name     = "infra-deploy-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Federated = local.github_arn }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = { "token.actions.githubusercontent.com:sub" = "repo:acme/infra:environment:${each.key}" }
        }
      },
    ]
  })
}
