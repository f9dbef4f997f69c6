module "oidc_github" {
  source              = "unfunco/oidc-github/aws"
  version             = "3.0.0"
  iam_role_name       = "infra-deploy"
  github_repositories = ["acme/infra:ref:refs/heads/main"]
}
