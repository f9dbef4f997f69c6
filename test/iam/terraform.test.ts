import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Tree } from "@gha2pulumi/repo";
import { admits, readAwsText, token } from "@gha2pulumi/trust";
import { afterAll, describe, expect, test } from "vitest";
import { readTree } from "../support/fixture.ts";
import { grammars } from "../support/grammars.ts";
import { rewrite } from "../support/notation.ts";
import { variants } from "./variant-table.ts";

/** Terraform itself validates what is written: the policies that are expressions without any provider, the rest with AWS's. */

const root = mkdtempSync(join(tmpdir(), "terraform-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const program = spawnSync("terraform", ["version"], { stdio: "ignore" }).error === undefined;
const why = program ? "" : " (skipped, because there is no `terraform` on the PATH)";

// A folder as `terraform providers mirror` or `-plugin-dir` wants it, with registry.terraform.io/hashicorp/aws in it.
const plugins = process.env["TERRAFORM_PLUGINS"] ?? "";
const whyNot = !program
  ? why
  : existsSync(join(plugins, "registry.terraform.io/hashicorp/aws"))
    ? ""
    : " (skipped, because AWS's provider is a download, and `TERRAFORM_PLUGINS` names no folder that has it)";

interface Said {
  readonly status: number | null;
  readonly out: string;
}

/** Without a network, and without the settings of this machine. */
function terraform(folder: string, ...words: readonly string[]): Said {
  const env = { PATH: process.env["PATH"] ?? "", HOME: root, TF_CLI_CONFIG_FILE: "/dev/null", CHECKPOINT_DISABLE: "1" };
  const { status, stdout, stderr } = spawnSync("terraform", words, { cwd: folder, env, encoding: "utf8" });
  return { status, out: status === 0 ? stdout : stdout + stderr };
}

function put(folder: string, tree: Tree): void {
  for (const [path, text] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function written(folder: string): Promise<Tree> {
  const tree = readTree(fileURLToPath(new URL(`variants/${folder}`, import.meta.url)));
  return (await rewrite(tree, grammars)).tree;
}

const account = "111122223333";
const github = "token.actions.githubusercontent.com";

/** What AWS would tell, in the place of its resources and data. */
const told: readonly (readonly [RegExp, string])[] = [
  [/data\.aws_caller_identity\.current\.account_id/g, "local.account"],
  [/aws_iam_openid_connect_provider\.github\.arn/g, "local.github"],
  [/var\.account_id/g, "local.account"],
];

const expressions = [
  ["V25", "iam.tf"],
  ["V26", "iam.tf"],
  ["V27-file", "iam.tf"],
  ["V27-template", "iam.tf"],
  ["V32-local", "modules/deploy-role/main.tf"],
] as const;

test.skipIf(!program)(`policies that are expressions are valid, and have the value that is meant${why}`, async () => {
  const outputs: string[] = [];
  for (const [folder, file] of expressions) {
    const tree = await written(folder);
    put(join(root, "expressions", folder), tree);
    const [, expression] = /assume_role_policy\s*=\s*([\s\S]*?)\n\}\n/.exec(tree.get(file) ?? "") ?? [];
    const own = told.reduce((text, [from, to]) => text.replace(from, to), expression ?? "none");
    const value = own.replaceAll("${path.module}", `\${path.module}/${folder}`);
    outputs.push(`output "${folder}" {\n  value = ${value}\n}\n`);
  }
  const locals = `locals {\n  account = "${account}"\n  github = "arn:aws:iam::${account}:oidc-provider/${github}"\n}\n`;
  writeFileSync(join(root, "expressions/main.tf"), locals + outputs.join("\n"));
  const on = (...words: readonly string[]): Said => terraform(join(root, "expressions"), ...words);
  expect(on("init", "-input=false", "-backend=false")).toMatchObject({ status: 0 });
  expect(on("validate", "-json")).toMatchObject({
    status: 0,
    out: expect.stringContaining('"valid": true') as string,
  });
  expect(on("apply", "-auto-approve", "-input=false")).toMatchObject({ status: 0 });
  const values = JSON.parse(on("output", "-json").out) as Readonly<Record<string, { readonly value: string }>>;
  expect(Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, column(value)]))).toEqual(
    Object.fromEntries(expressions.map(([folder]) => [folder, "yes yes no no"])),
  );
});

/** Who gets in by the policy that Terraform made: main, the stack's update, another repository, another stack. */
function column(policy: string): string {
  const rule = readAwsText(policy);
  if (rule.kind === "unread") return rule.because;
  const run = (stack: string): string =>
    `pulumi:deploy:org:acme:project:infra:stack:${stack}:operation:update:scope:write`;
  const tokens = [
    token(`https://${github}`, { aud: "sts.amazonaws.com", sub: "repo:acme/infra:ref:refs/heads/main" }),
    token("https://api.pulumi.com/oidc", { aud: "acme", sub: run("prod") }),
    token(`https://${github}`, { aud: "sts.amazonaws.com", sub: "repo:evil/infra:ref:refs/heads/main" }),
    token("https://api.pulumi.com/oidc", { aud: "acme", sub: run("prod2") }),
  ];
  return tokens.map((one) => admits(rule, one, { account }).kind).join(" ");
}

describe.skipIf(whyNot !== "")(`with AWS's provider${whyNot}`, () => {
  const folders = variants.filter(({ outcome, number }) => outcome.kind === "written" && number >= 23 && number <= 32);
  test.each(folders)("$folder is valid", async ({ folder }) => {
    put(join(root, folder), await written(folder));
    const on = (...words: readonly string[]): Said => terraform(join(root, folder), ...words);
    expect(on("init", "-input=false", "-backend=false", `-plugin-dir=${plugins}`)).toMatchObject({ status: 0 });
    expect(on("validate", "-json")).toMatchObject({
      status: 0,
      out: expect.stringContaining('"valid": true') as string,
    });
  });
});
