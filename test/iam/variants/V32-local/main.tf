module "deploy" {
  source = "./modules/deploy-role"
}
