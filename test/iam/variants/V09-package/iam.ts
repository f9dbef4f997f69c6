import { GitHubActionsRole } from "@acme/pulumi-roles";

export const deploy = new GitHubActionsRole("infra-deploy", { githubOrg: "acme", githubRepo: "infra" });
