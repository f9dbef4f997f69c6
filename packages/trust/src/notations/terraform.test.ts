import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grammars } from "../../../../test/support/grammars.ts";
import { insertedLines, rewrite, transitionOf, withoutSplices } from "../../../../test/support/notation.ts";
import { readDefinitions } from "../definitions.ts";

const path = "infra/iam.tf";
const treeOf = (text: string): ReadonlyMap<string, string> => new Map([[path, text]]);
const added = (text: string, more: Readonly<Record<string, string>> = {}): Promise<string> =>
  insertedLines({ [path]: text, ...more }, grammars);

const provider = `resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}
`;
const sub = "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write";

describe("aws_iam_policy_document", () => {
  const document = `data "aws_iam_policy_document" "gha" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringLike"
      variable = "\${replace(aws_iam_openid_connect_provider.github.url, "https://", "")}:sub"
      values   = ["repo:acme/infra:*"]
    }
  } # every branch
}
`;
  const role = `resource "aws_iam_role" "deploy" {
  name               = "infra-deploy"
  assume_role_policy = data.aws_iam_policy_document.gha.json
}
`;
  const block = `
  statement {
    sid     = "PulumiDeployments"
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [replace(aws_iam_openid_connect_provider.github.arn, "token.actions.githubusercontent.com", "api.pulumi.com/oidc")]
    }
    condition {
      test     = "StringEquals"
      variable = "api.pulumi.com/oidc:aud"
      values   = ["acme"]
    }
    condition {
      test     = "StringLike"
      variable = "api.pulumi.com/oidc:sub"
      values   = ["${sub}"]
    }
  }`;

  test("gets a block, whatever file of the folder it stands in", async () => {
    expect(await added(provider + document + role)).toBe(block);
    expect(await added(role, { "infra/trust.tf": document, "infra/oidc.tf": provider })).toBe(block);
    const { roles } = await readDefinitions(
      new Map([
        [path, role],
        ["infra/trust.tf", document],
        ["infra/oidc.tf", provider],
      ]),
      grammars,
    );
    expect(roles).toMatchObject([
      {
        variant: "aws_iam_policy_document",
        name: { kind: "named", name: ["infra-deploy"] },
        place: { path },
        document: { path: "infra/trust.tf" },
        policy: { statements: [{ kind: "read", conditions: [{ key: "token.actions.githubusercontent.com:sub" }] }] },
      },
    ]);
  });

  test("of several roles is left alone, and so is one that takes in others", async () => {
    const two = `${provider}${document}${role}${role.replace('"deploy"', '"other"')}`;
    expect(await added(two)).toMatch(/^refused: its policy is that of another role as well/);
    const wrapped = document.replace("  statement", "  source_policy_documents = [local.base]\n  statement");
    expect((await readDefinitions(treeOf(provider + wrapped + role), grammars)).roles).toMatchObject([{ told: false }]);
  });

  test("for each of several names is left alone", async () => {
    const often = role.replace("  name ", '  for_each = toset(["dev", "prod"])\n  name ');
    expect(await added(provider + document + often)).toMatch(/^refused: `for_each` makes it, perhaps several times/);
  });

  test("with a dynamic statement keeps it as unread", async () => {
    const dynamic = document.replace(
      "  statement {",
      '  dynamic "statement" {\n    for_each = var.repositories\n    content {\n      actions = ["sts:AssumeRoleWithWebIdentity"]\n    }\n  }\n  statement {',
    );
    const { roles } = await readDefinitions(treeOf(provider + dynamic + role), grammars);
    expect(roles[0]?.policy.statements.map(({ kind }) => kind)).toEqual(["unread", "read"]);
    expect(await added(provider + dynamic + role)).toBe(block);
  });
});

describe("jsonencode", () => {
  const text = `${provider}
resource "aws_iam_role" "deploy" {
  name_prefix = "infra"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/infra:*" }
        }
      },
    ]
  })
}
`;

  test("gets an object, aligned as terraform fmt does", async () => {
    expect(await added(text)).toBe(`      {
        Sid       = "PulumiDeployments"
        Effect    = "Allow"
        Principal = { Federated = replace(aws_iam_openid_connect_provider.github.arn, "token.actions.githubusercontent.com", "api.pulumi.com/oidc") }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = { "api.pulumi.com/oidc:aud" = "acme" }
          StringLike   = { "api.pulumi.com/oidc:sub" = "${sub}" }
        }
      },`);
  });

  test("keeps the expression of the account", async () => {
    const arn =
      '"arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com"';
    expect(await added(text.replace("aws_iam_openid_connect_provider.github.arn", arn))).toContain(
      `Federated = "arn:aws:iam::\${data.aws_caller_identity.current.account_id}:oidc-provider/api.pulumi.com/oidc" }`,
    );
  });

  test("with brackets and braces together moves what joins two statements one step in", async () => {
    const compact = text
      .replace("[\n      {", "[{")
      .replace("      },\n    ]", "    }]")
      .replaceAll("\n        ", "\n      ");
    const { edited, tree, again, after } = await rewrite(treeOf(compact), grammars);
    expect(edited.kind).toBe("edited");
    expect(again?.policy).toEqual(after);
    expect(tree.get(path)).toContain(`\n      }, {\n      Sid       = "PulumiDeployments"`);
    expect(tree.get(path)).toContain(`\n    }]\n`);
  });

  test("of a local is found there", async () => {
    const local = text
      .replace("jsonencode({", "local.trust\n}\nlocals {\n  trust = jsonencode({")
      .replace('name_prefix = "infra"', 'name = "${var.env}-deploy"');
    expect(await added(local)).toContain("PulumiDeployments");
  });
});

describe("a heredoc", () => {
  const text = (marker: string): string => `${provider}
resource "aws_iam_role" "deploy" {
  assume_role_policy = <<${marker}
  {
    "Version": "2012-10-17",
    "Statement": [
      {
        "Effect": "Allow",
        "Principal": {"Federated": "\${aws_iam_openid_connect_provider.github.arn}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/infra:*"}}
      }
    ]
  }
  ${marker.replace("-", "")}
}
`;

  test.each(["EOF", "-EOT"])("<<%s gets JSON", async (marker) => {
    const own = marker === "EOF" ? text(marker).replace("\n  EOF", "\nEOF") : text(marker);
    expect(await added(own)).toBe(`      },
      {
        "Sid": "PulumiDeployments",
        "Effect": "Allow",
        "Principal": {"Federated": "\${replace(aws_iam_openid_connect_provider.github.arn, "token.actions.githubusercontent.com", "api.pulumi.com/oidc")}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
          "StringEquals": {"api.pulumi.com/oidc:aud": "acme"},
          "StringLike": {"api.pulumi.com/oidc:sub": "${sub}"}
        }`);
  });
});

const formatter = spawnSync("terraform", ["version"], { encoding: "utf8" });

/** Terraform's own formatter, where it is installed: what it would change in the file. */
describe.skipIf(formatter.status !== 0)("terraform fmt (skipped where there is no Terraform)", () => {
  const arn = '"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"';
  const statement = (indent: string, first: string): string =>
    [
      first,
      '  Effect    = "Allow"',
      `  Principal = { Federated = ${arn} }`,
      '  Action    = "sts:AssumeRoleWithWebIdentity"',
      '  Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/infra:*" } }',
      "}",
    ].join(`\n${indent}`);
  const encoded = (list: string): string =>
    `resource "aws_iam_role" "deploy" {\n  assume_role_policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = ${list}\n  })\n}\n`;
  const document = `data "aws_iam_policy_document" "gha" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [${arn}]
    }
  }
}
resource "aws_iam_role" "deploy" {
  assume_role_policy = data.aws_iam_policy_document.gha.json
}
`;

  test.each([
    ["brackets on their own lines", encoded(`[\n      ${statement("      ", "{")},\n    ]`)],
    ["brackets and braces together", encoded(`[${statement("    ", "{")}]`)],
    [
      "blocks",
      document.replace(
        "    }\n  }",
        '    }\n    condition {\n      test     = "StringLike"\n      variable = "token.actions.githubusercontent.com:sub"\n      values   = ["repo:acme/infra:*"]\n    }\n  }',
      ),
    ],
  ])("has nothing to do: %s", async (_, text) => {
    const formatted = (input: string): string =>
      spawnSync("terraform", ["fmt", "-"], { input, encoding: "utf8" }).stdout;
    expect(formatted(text)).toBe(text);
    const { tree, edited } = await rewrite(treeOf(text), grammars);
    expect(edited.kind).toBe("edited");
    expect(formatted(tree.get(path) ?? "")).toBe(tree.get(path));
  });
});

test("whatever the layout, what is written reads as meant, and every other byte stays", async () => {
  const gap = fc.constantFrom(" ", "\t", "  ", "   ");
  const end = fc.constantFrom("\n", "\r\n", "\n\n", " # why\n", "\n// why\n");
  const lines =
    `resource "aws_iam_role" "deploy" { assume_role_policy = jsonencode({ Version = "2012-10-17" Statement = [{ Effect = "Allow" Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" } Action = "sts:AssumeRoleWithWebIdentity" Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/infra:*" } } }] }) }`
      .replace(/(\{|"2012-10-17"|"Allow"|Identity"|\}|\*"|\)) (?=\S)/g, "$1\n")
      .split("\n");
  await fc.assert(
    fc.asyncProperty(
      fc.array(gap, { minLength: 2, maxLength: 9 }),
      fc.array(end, { minLength: 1, maxLength: 5 }),
      async (gaps, ends) => {
        const text = lines
          .map((line, i) => line.replace(/ (?=[={"])/g, gaps[i % gaps.length] ?? " ") + (ends[i % ends.length] ?? "\n"))
          .join("");
        const made = await rewrite(treeOf(text), grammars);
        if (made.edited.kind === "refused") throw new Error(made.edited.reason);
        expect(made.again?.policy).toEqual(made.after);
        expect(withoutSplices(made)).toBe(text);
        expect(made.again && transitionOf(made.again)).toEqual(made.again?.policy);
      },
    ),
    { numRuns: 30 },
  );
});
