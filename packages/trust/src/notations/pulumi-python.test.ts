import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grammars } from "../../../../test/support/grammars.ts";
import { insertedLines, rewrite, transitionOf, withoutSplices } from "../../../../test/support/notation.ts";
import { readDefinitions } from "../definitions.ts";

const path = "infra/__main__.py";
const treeOf = (text: string): ReadonlyMap<string, string> => new Map([[path, text]]);
const added = (text: string, more: Readonly<Record<string, string>> = {}): Promise<string> =>
  insertedLines({ [path]: text, ...more }, grammars);

const provider = `import json
import pulumi
import pulumi_aws as aws

github_oidc = aws.iam.OpenIdConnectProvider(
    "github",
    url="https://token.actions.githubusercontent.com",
    client_id_lists=["sts.amazonaws.com"],
)
`;
const aud = `"api.pulumi.com/oidc:aud": "acme"`;
const sub = `"api.pulumi.com/oidc:sub": "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write"`;

describe("a policy as a dictionary", () => {
  const text = `${provider}
role = aws.iam.Role(
    "deploy",
    assume_role_policy=github_oidc.arn.apply(
        lambda arn: json.dumps({
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": arn},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/infra:*"}},
                },  # every branch
            ],
        })
    ),
)
`;

  test("in json.dumps, within an apply", async () => {
    expect(await added(text)).toBe(`                {
                    "Sid": "PulumiDeployments",
                    "Effect": "Allow",
                    "Principal": {"Federated": arn.replace("token.actions.githubusercontent.com", "api.pulumi.com/oidc")},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {
                        "StringEquals": {${aud}},
                        "StringLike": {${sub}},
                    },
                },`);
    const { roles } = await readDefinitions(treeOf(text), grammars);
    expect(roles[0]).toMatchObject({ variant: "json.dumps", obstacle: undefined });
    expect(roles[0]?.policy.statements).toMatchObject([{ kind: "read" }]);
    expect(text.slice(roles[0]?.place.start).startsWith("aws.iam.Role(")).toBe(true);
  });

  test("in Output.json_dumps, with an output, and in Windows' line endings", async () => {
    const other = text
      .replace("github_oidc.arn.apply(\n        lambda arn: json.dumps(", "pulumi.Output.json_dumps(")
      .replace("        })\n    ),", "        }),")
      .replace('{"Federated": arn}', '{"Federated": github_oidc.arn}')
      .replaceAll("\n", "\r\n");
    expect(await added(other)).toContain(
      `github_oidc.arn.apply(lambda arn: arn.replace("token.actions.githubusercontent.com", "api.pulumi.com/oidc"))},\r\n`,
    );
  });

  test("with an account of which the file knows the variable", async () => {
    const other = text.replace(
      '{"Federated": arn}',
      '{"Federated": f"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com"}',
    );
    expect(await added(other)).toContain(`{"Federated": f"arn:aws:iam::{account}:oidc-provider/api.pulumi.com/oidc"}`);
  });

  test("with what the file does not tell", async () => {
    const other = text.replace('"repo:acme/infra:*"', "f\"repo:{config.require('repo')}:*\"");
    const { roles } = await readDefinitions(treeOf(other), grammars);
    expect(roles[0]?.policy.statements).toMatchObject([{ kind: "unread" }]);
    expect(await added(other)).toContain('"Sid": "PulumiDeployments"');
  });

  test("of another file", async () => {
    const main = `from .trust import policy  # AssumeRoleWithWebIdentity
import pulumi_aws as aws
aws.iam.Role("deploy", name="infra-deploy", assume_role_policy=policy)
`;
    const trust = `import json
policy = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow",
    "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/infra:*"}},
}]})
`;
    expect(await added(main, { "infra/trust.py": trust })).toBe(`}, {
    "Sid": "PulumiDeployments",
    "Effect": "Allow",
    "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/api.pulumi.com/oidc"},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
        "StringEquals": {${aud}},
        "StringLike": {${sub}},
    },`);
  });
});

describe("get_policy_document", () => {
  const text = `${provider}
assume = aws.iam.get_policy_document_output(
    statements=[
        aws.iam.GetPolicyDocumentStatementArgs(
            actions=["sts:AssumeRoleWithWebIdentity"],
            principals=[aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="Federated", identifiers=[github_oidc.arn])],
            conditions=[
                aws.iam.GetPolicyDocumentStatementConditionArgs(test="StringLike", variable="token.actions.githubusercontent.com:sub", values=["repo:acme/infra:*"]),
            ],
        ),
    ]
)
aws.iam.Role("deploy", assume_role_policy=assume.json)
`;

  test("gets a statement of its classes", async () => {
    expect(await added(text)).toBe(`        aws.iam.GetPolicyDocumentStatementArgs(
            sid="PulumiDeployments",
            actions=["sts:AssumeRoleWithWebIdentity"],
            principals=[aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="Federated", identifiers=[github_oidc.arn.apply(lambda arn: arn.replace("token.actions.githubusercontent.com", "api.pulumi.com/oidc"))])],
            conditions=[
                aws.iam.GetPolicyDocumentStatementConditionArgs(test="StringEquals", variable="api.pulumi.com/oidc:aud", values=["acme"]),
                aws.iam.GetPolicyDocumentStatementConditionArgs(test="StringLike", variable="api.pulumi.com/oidc:sub", values=["pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write"]),
            ],
        ),`);
  });

  test("gets a dictionary where its statements are such", async () => {
    const other = `${provider}
assume = aws.iam.get_policy_document(statements=[{
    "actions": ["sts:AssumeRoleWithWebIdentity"],
    "principals": [{"type": "Federated", "identifiers": ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"]}],
    "conditions": [{"test": "StringLike", "variable": "token.actions.githubusercontent.com:sub", "values": ["repo:acme/infra:*"]}],
}])
aws.iam.Role("deploy", assume_role_policy=assume.json)
`;
    expect(await added(other)).toContain(`    "principals": [{"type": "Federated", "identifiers": [`);
  });
});

describe("JSON in a text", () => {
  const text = (start: string, hole: string): string => `${provider}
aws.iam.Role("deploy", assume_role_policy=github_oidc.arn.apply(lambda arn: ${start}"""{{
  "Version": "2012-10-17",
  "Statement": [
    {{
      "Effect": "Allow",
      "Principal": {{ "Federated": "${hole}" }},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {{ "StringLike": {{ "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" }} }}
    }}
  ]
}}"""))
`;

  test("gets doubled braces where its own are doubled", async () => {
    expect(await added(text("f", "{arn}"))).toBe(`    }},
    {{
      "Sid": "PulumiDeployments",
      "Effect": "Allow",
      "Principal": {{ "Federated": "{arn.replace('token.actions.githubusercontent.com', 'api.pulumi.com/oidc')}" }},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {{
        "StringEquals": {{ ${aud} }},
        "StringLike": {{ ${sub} }}
      }}`);
  });

  test("gets plain braces where they are plain", async () => {
    const arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    const plain = text("", arn).replaceAll("{{", "{").replaceAll("}}", "}");
    expect(await added(plain)).toContain(
      '"Principal": { "Federated": "arn:aws:iam::111122223333:oidc-provider/api.pulumi.com/oidc" }',
    );
  });
});

test.each([
  ["a loop", "for env in envs:\n    "],
  ["a function", "def make(env):\n    "],
  ["a component", "class Deploy(pulumi.ComponentResource):\n    role = "],
])("%s is left alone", async (what, before) => {
  const text = `${before}aws.iam.Role("x", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}]}))\n`;
  expect((await readDefinitions(treeOf(text), grammars)).roles[0]?.obstacle?.because).toMatch(
    new RegExp(`^${what} makes it`),
  );
});

test("without grammars, nothing is looked for in Python", async () => {
  const text = `${provider}aws.iam.Role("x", assume_role_policy=json.dumps({"Statement": []}))`;
  expect((await readDefinitions(treeOf(text), undefined)).roles).toEqual([]);
});

test("whatever the layout, what is written reads as meant, and every other byte stays", async () => {
  const gap = fc.constantFrom(" ", "\n", "\r\n\t", "\t", "  ", "  # why\n  ");
  const tokens = `( { "Version" : "2012-10-17" , "Statement" : [ { "Effect" : "Allow" , "Principal" : { "Federated" : "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" } , "Action" : "sts:AssumeRoleWithWebIdentity" , "Condition" : { "StringLike" : { "token.actions.githubusercontent.com:sub" : "repo:acme/infra:*" } } } , ] } )`;
  await fc.assert(
    fc.asyncProperty(fc.array(gap, { minLength: 2, maxLength: 11 }), fc.boolean(), async (gaps, mark) => {
      let i = 0;
      const policy = tokens.replace(/ /g, () => gaps[i++ % gaps.length] ?? " ");
      const text = `${mark ? "\uFEFF" : ""}import json\naws.iam.Role("x", assume_role_policy=json.dumps${policy})\n`;
      const made = await rewrite(treeOf(text), grammars);
      if (made.edited.kind === "refused") throw new Error(made.edited.reason);
      expect(made.again?.policy).toEqual(made.after);
      expect(withoutSplices(made)).toBe(text);
      expect(made.again && transitionOf(made.again)).toEqual(made.again?.policy);
    }),
    { numRuns: 30 },
  );
});
