import type { Bound } from "@gha2pulumi/repo";
import { expect, test } from "vitest";
import { leftByAction } from "./left-by-action.ts";

const from = [{ path: ".github/workflows/deploy.yml", start: 0, end: 1 }] as const;

function left(action: string, inputs: Readonly<Record<string, string>>): string | undefined {
  const bound = new Map(Object.entries(inputs).map(([name, text]): [string, Bound] => [name, { text: [text], from }]));
  return leftByAction(action, bound, (folder) => (folder === "infra" ? "nodejs" : undefined));
}

test.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ["actions/cache", { path: "~/.npm\nnode_modules\n**/node_modules" }, ""],
  ["actions/cache", { path: "~/go/pkg/mod\n~/.cache/go-build" }, ""],
  ["actions/cache", { path: "/github/workspace/lambda/node_modules" }, ""],
  ["actions/cache", { path: "${{ steps.npm.outputs.dir }}" }, ""],
  ["actions/cache/restore", { path: "node_modules", "fail-on-cache-miss": "true" }, ""],
  ["actions/cache", { path: "/github/workspace/lambda/dist" }, "brings `lambda/dist`"],
  ["actions/cache", { path: "node_modules\nlambda/bin" }, "brings `lambda/bin`"],
  ["actions/cache", { path: "target" }, "brings `target`"],
  ["actions/cache", { path: "packages/fn/dist" }, "brings `packages/fn/dist`"],
  ["actions/cache", { path: "/tmp/image.tar" }, "brings `/tmp/image.tar`"],
  ["actions/cache/restore", { path: "~/built", "fail-on-cache-miss": "true" }, "brings `~/built`"],
  ["actions/setup-python", { "pip-install": "-r requirements.txt" }, ""],
  ["actions/setup-python", { "pip-install": "boto3" }, "installs `boto3`"],
  ["actions/setup-dotnet", { "dotnet-version": "8" }, ""],
  ["actions/setup-dotnet", { "source-url": "https://nuget.example.com" }, "writes a `nuget.config`"],
  ["actions/setup-java", { "java-version": "21" }, ""],
  ["actions/setup-java", { "server-id": "github" }, "writes a `settings.xml`"],
  ["bahmutov/npm-install", {}, ""],
  ["bahmutov/npm-install", { "working-directory": "infra" }, ""],
  ["bahmutov/npm-install", { "working-directory": "infra\nlambda" }, "installs packages in `lambda`"],
  ["bahmutov/npm-install", { "install-command": "yarn --frozen-lockfile" }, ""],
  ["bahmutov/npm-install", { "install-command": "yarn build:all" }, "runs `yarn build:all`"],
  ["pnpm/action-setup", { run_install: "false" }, ""],
  ["pnpm/action-setup", { run_install: "- args: [--frozen-lockfile]\n" }, ""],
  ["pnpm/action-setup", { run_install: "- cwd: lambda\n  args: [--prod]\n" }, "installs other packages"],
  ["hashicorp/setup-terraform", { terraform_version: "1.9.0" }, ""],
  ["hashicorp/setup-terraform", { cli_config_credentials_token: "${{ secrets.T }}" }, "writes a token for Terraform"],
  ["jaxxstorm/action-install-gh-release", { repo: "pulumi/pulumictl" }, ""],
  ["jaxxstorm/action-install-gh-release", { repo: "acme/tool" }, "installs `acme/tool`"],
  ["step-security/harden-runner", { "egress-policy": "audit" }, ""],
  ["step-security/harden-runner", { "egress-policy": "block" }, "may keep the job from other hosts"],
])("%s with %o", (action, inputs, expected) => {
  expect(left(action, inputs)).toBe(
    expected === "" ? undefined : `\`${action}\` ${expected}, which a deployment does not have`,
  );
});
