module "deploy" {
  source                 = "terraform-aws-modules/iam/aws//modules/iam-role"
  version                = "~> 6.0"
  name                   = "infra-deploy"
  enable_github_oidc     = true
  oidc_wildcard_subjects = ["acme/infra:*"]
}
