variable "account_id" {
  type = string
}

resource "aws_iam_role" "deploy" {
  name               = "infra-deploy"
  assume_role_policy = templatefile("${path.module}/trust.json.tpl", { account_id = var.account_id })
}
