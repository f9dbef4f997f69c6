module "github_oidc" {
  source    = "philips-labs/github-oidc/aws"
  version   = "0.8.1"
  role_name = "infra-deploy"
  repo      = "acme/infra"
}
