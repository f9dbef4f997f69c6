module "oidc_github" {
  source              = "unfunco/oidc-github/aws"
  version             = "3.0.0"
  create_iam_role     = false
  github_repositories = ["acme/infra:ref:refs/heads/main"]
}

resource "aws_iam_role" "deploy" {
  name               = "infra-deploy"
  assume_role_policy = module.oidc_github.assume_role_policy
}
