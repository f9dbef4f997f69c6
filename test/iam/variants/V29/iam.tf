module "deploy" {
  source   = "terraform-aws-modules/iam/aws//modules/iam-github-oidc-role"
  version  = "~> 5.0"
  name     = "infra-deploy"
  subjects = ["acme/infra:*"]
  policies = { power = "arn:aws:iam::aws:policy/PowerUserAccess" }
}
