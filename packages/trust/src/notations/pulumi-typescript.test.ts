import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { insertedLines, rewrite, transitionOf, withoutSplices } from "../../../../test/support/notation.ts";
import { readDefinitions } from "../definitions.ts";

const path = "infra/iam.ts";
type Files = Readonly<Record<string, string>>;
const treeOf = (files: Files): ReadonlyMap<string, string> => new Map(Object.entries(files));

const added = (text: string, more: Files = {}): Promise<string> => insertedLines({ [path]: text, ...more }, undefined);

const provider = `const githubOidc = new aws.iam.OpenIdConnectProvider("github", {
  url: "https://token.actions.githubusercontent.com",
  clientIdLists: ["sts.amazonaws.com"],
});
`;
const aud = `"api.pulumi.com/oidc:aud": "acme"`;
const sub = `"api.pulumi.com/oidc:sub": "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write"`;

describe("a policy as data", () => {
  test("in JSON.stringify, with an account that the file does not tell", async () => {
    const text = `new aws.iam.Role("deploy", {
    assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{
            Effect: "Allow",
            Principal: { Federated: \`arn:aws:iam::\${accountId}:oidc-provider/token.actions.githubusercontent.com\` },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
                StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
                StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" },
            },
        }],
    }),
});
`;
    expect(await added(text)).toBe(`        }, {
            Sid: "PulumiDeployments",
            Effect: "Allow",
            Principal: { Federated: \`arn:aws:iam::\${accountId}:oidc-provider/api.pulumi.com/oidc\` },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
                StringEquals: { ${aud} },
                StringLike: { ${sub} },
            },`);
  });

  test("in the function of an apply, whose parameter is GitHub's ARN", async () => {
    const text = `${provider}
export = async () => {
  const deployRole = new aws.iam.Role('deploy', {
    name: 'infra-deploy',
    assumeRolePolicy: githubOidc.arn.apply((arn) => JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: arn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': \`repo:\${org}/infra:*\` } },
        }, // GitHub
      ],
    })),
  });
};
`;
    expect(await added(text)).toBe(`        {
          Sid: 'PulumiDeployments',
          Effect: 'Allow',
          Principal: { Federated: arn.replace('token.actions.githubusercontent.com', 'api.pulumi.com/oidc') },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { ${aud.replaceAll('"', "'")} },
            StringLike: { ${sub.replaceAll('"', "'")} },
          },
        },`);
    const { roles } = await readDefinitions(treeOf({ [path]: text }), undefined);
    expect(roles[0]).toMatchObject({ name: { kind: "named", name: ["infra-deploy"] }, obstacle: undefined });
    expect(roles[0]?.policy.statements).toMatchObject([
      { because: "its token.actions.githubusercontent.com:sub is `repo:${org}/infra:*`: which the file does not tell" },
    ]);
  });

  test("in pulumi.all, with the host of a provider for a variable", async () => {
    const text = `${provider}
const trust = pulumi.all([caller.accountId, githubOidc.url]).apply(([account, host]) => JSON.stringify({
    Version: "2012-10-17",
    Statement: [{
        Effect: "Allow",
        Principal: { Federated: \`arn:aws:iam::\${account}:oidc-provider/\${host}\` },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: { StringEquals: { [\`\${host}:aud\`]: "sts.amazonaws.com" }, StringLike: { [\`\${host}:sub\`]: "repo:acme/infra:*" } },
    }],
}));
new aws.iam.Role("deploy", { assumeRolePolicy: trust });
`;
    expect(await added(text)).toContain(
      "Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/api.pulumi.com/oidc` },",
    );
    const { roles } = await readDefinitions(treeOf({ [path]: text }), undefined);
    expect(roles[0]?.policy.statements).toMatchObject([
      {
        kind: "read",
        conditions: [
          { key: "token.actions.githubusercontent.com:aud" },
          { key: "token.actions.githubusercontent.com:sub", values: ["repo:acme/infra:*"] },
        ],
      },
    ]);
  });

  test("in pulumi.jsonStringify, with an output", async () => {
    const text = `${provider}
new aws.iam.Role("deploy", {
  assumeRolePolicy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow", Principal: { Federated: githubOidc.arn }, Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:environment:prod" } },
    }],
  }),
});
`;
    expect(await added(text)).toContain(
      `Federated: githubOidc.arn.apply((arn) => arn.replace("token.actions.githubusercontent.com", "api.pulumi.com/oidc"))`,
    );
  });

  test("as a plain object with each statement on one line", async () => {
    const statement = `{ Effect: "Allow", Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }, Action: "sts:AssumeRoleWithWebIdentity", Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } } }`;
    const text = `new awsnative.iam.Role("deploy", {\r\n\tassumeRolePolicyDocument: {\r\n\t\tVersion: "2012-10-17",\r\n\t\tStatement: [\r\n\t\t\t${statement},\r\n\t\t],\r\n\t},\r\n});\r\n`;
    expect(await added(text)).toBe(
      `\t\t\t{ Sid: "PulumiDeployments", Effect: "Allow", Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/api.pulumi.com/oidc" }, Action: "sts:AssumeRoleWithWebIdentity", Condition: { StringEquals: { ${aud} }, StringLike: { ${sub} } } },\r`,
    );
  });

  test("in constants of this and of another file", async () => {
    const text = `import { statements } from "./trust";
const policy: aws.iam.PolicyDocument = { Version: "2012-10-17", Statement: statements } as const; // for AssumeRoleWithWebIdentity
new aws.iam.Role("deploy", { assumeRolePolicy: policy });
`;
    const other = `export const statements = [
  {
    Effect: "Allow",
    Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } },
  },
];
`;
    expect(await added(text, { "infra/trust.ts": other })).toContain(`    Sid: "PulumiDeployments",`);
  });

  test("from a function that is called once, with what it is called with", async () => {
    const text = (calls: string): string => `${provider}
function trust(repository: string): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: githubOidc.arn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { "token.actions.githubusercontent.com:sub": \`repo:acme/\${repository}:*\` } },
      },
    ],
  };
}
${calls}`;
    const one = `new aws.iam.Role("deploy", { assumeRolePolicy: trust("infra") });\n`;
    const { roles } = await readDefinitions(treeOf({ [path]: text(one) }), undefined);
    expect(roles[0]?.policy.statements).toMatchObject([{ conditions: [{ values: ["repo:acme/infra:*"] }] }]);
    expect(await added(text(one))).toContain("githubOidc.arn.apply(");
    const two = `${one}new aws.iam.Role("app", { assumeRolePolicy: trust("app") });\n`;
    const because = "its policy is not read: `trust` is called in several places";
    expect((await readDefinitions(treeOf({ [path]: text(two) }), undefined)).roles).toMatchObject([
      { told: false, name: { name: "deploy" }, obstacle: { because } },
      { told: false, name: { name: "app" }, obstacle: { because } },
    ]);
  });
});

describe("a policy as JSON text", () => {
  const text = (hole: string): string => `${provider}
new aws.iam.Role("deploy", {
    assumeRolePolicy: pulumi.interpolate\`{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "Federated": "${hole}" },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": { "StringLike": { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } }
    }
  ]
}\`,
});
`;

  test("gets JSON, with the output in its hole", async () => {
    expect(await added(text("${githubOidc.arn}"))).toBe(`    },
    {
      "Sid": "PulumiDeployments",
      "Effect": "Allow",
      "Principal": { "Federated": "\${githubOidc.arn.apply((arn) => arn.replace("token.actions.githubusercontent.com", "api.pulumi.com/oidc"))}" },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": { ${aud} },
        "StringLike": { ${sub} }
      }`);
  });

  test("gets JSON, with the account in its hole", async () => {
    const made = await added(text("arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com"));
    expect(made).toContain(`"Federated": "arn:aws:iam::\${accountId}:oidc-provider/api.pulumi.com/oidc"`);
  });
});

describe("getPolicyDocument", () => {
  const text = `${provider}
const assume = aws.iam.getPolicyDocumentOutput({
  statements: [{
    actions: ["sts:AssumeRoleWithWebIdentity"],
    principals: [{ type: "Federated", identifiers: [githubOidc.arn] }],
    conditions: [
      { test: "StringEquals", variable: "token.actions.githubusercontent.com:aud", values: ["sts.amazonaws.com"] },
      { test: "StringLike", variable: "token.actions.githubusercontent.com:sub", values: ["repo:acme/infra:*"] },
    ],
  }],
});
new aws.iam.Role("deploy", { assumeRolePolicy: assume.json });
`;
  const wanted = `  }, {
    sid: "PulumiDeployments",
    actions: ["sts:AssumeRoleWithWebIdentity"],
    principals: [{ type: "Federated", identifiers: [githubOidc.arn.apply((arn) => arn.replace("token.actions.githubusercontent.com", "api.pulumi.com/oidc"))] }],
    conditions: [
      { test: "StringEquals", variable: "api.pulumi.com/oidc:aud", values: ["acme"] },
      { test: "StringLike", variable: "api.pulumi.com/oidc:sub", values: ["pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write"] },
    ],`;

  test("is read, and gets its statement in its own words", async () => {
    expect(await added(text)).toBe(wanted);
  });

  test("inside an apply is written for a text", async () => {
    const inside = text
      .replace("aws.iam.getPolicyDocumentOutput", "githubOidc.arn.apply((arn) => aws.iam.getPolicyDocumentOutput")
      .replace("[githubOidc.arn]", "[arn]")
      .replace("  }],\n});\nnew", "  }],\n}).json);\nnew")
      .replace("assume.json", "assume");
    expect(await added(inside)).toBe(
      wanted.replace(
        /githubOidc[^\n]*\)\)\]/,
        'arn.replace("token.actions.githubusercontent.com", "api.pulumi.com/oidc")]',
      ),
    );
  });
});

describe("what is left alone", () => {
  const role = `new aws.iam.Role("deploy", { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }, Action: "sts:AssumeRoleWithWebIdentity", Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } } }] }) });`;

  test.each([
    ["a loop", `for (const env of ["dev", "prod"]) { ${role} }`],
    ["a function", `names.map((name) => { ${role} });`],
    ["a component", `class Deploy extends pulumi.ComponentResource { constructor() { super(); ${role} } }`],
  ])("%s", async (what, text) => {
    expect(await added(text)).toBe(
      `refused: ${what} makes it, perhaps several times: what is added is added to all of them`,
    );
  });

  test("a policy that is changed after it was made is not known", async () => {
    const text = `const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow" }] }; // token.actions.
policy.Statement.push(more);
new aws.iam.Role("deploy", { assumeRolePolicy: policy });`;
    expect((await readDefinitions(treeOf({ [path]: text }), undefined)).roles).toMatchObject([
      { told: false, obstacle: { because: "its policy is not read: it is computed" } },
    ]);
  });

  test("a constant means no parameter of a function that it is not given in", async () => {
    const text = `${provider}
const arn = otherArn;
const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Federated: arn }, Action: "sts:AssumeRoleWithWebIdentity", Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } } }] };
new aws.iam.Role("deploy", { assumeRolePolicy: githubOidc.arn.apply((arn) => JSON.stringify(policy)) });`;
    const { roles } = await readDefinitions(treeOf({ [path]: text }), undefined);
    expect(roles[0]?.policy.statements).toMatchObject([
      { kind: "unread", because: expect.stringContaining("`${arn}`") as string },
    ]);
  });

  test("a file that does not parse defines nothing", async () => {
    expect((await readDefinitions(treeOf({ [path]: `${role} }}} "` }), undefined)).roles).toEqual([]);
  });
});

test("whatever the layout, what is written reads as meant, and every other byte stays", async () => {
  const gap = fc.constantFrom("", " ", "\n", "\r\n\t", "\t", "  ", " /* why */ ", "\n    // why\n  ");
  const tokens = `new aws . iam . Role ( "deploy" , { assumeRolePolicy : JSON . stringify ( { Version : "2012-10-17" , Statement : [ { Effect : "Allow" , Principal : { Federated : "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" } , Action : "sts:AssumeRoleWithWebIdentity" , Condition : { StringLike : { "token.actions.githubusercontent.com:sub" : "repo:acme/infra:*" } } } , ] } ) } ) ;`;
  await fc.assert(
    fc.asyncProperty(fc.array(gap, { minLength: 2, maxLength: 11 }), fc.boolean(), async (gaps, mark) => {
      let i = 0;
      const text = (mark ? "\uFEFF" : "") + tokens.replace(/ /g, () => gaps[i++ % gaps.length] || " ");
      const made = await rewrite(treeOf({ [path]: text }), undefined);
      const { edited, again, after } = made;
      if (edited.kind === "refused") throw new Error(edited.reason);
      expect(again?.policy).toEqual(after);
      expect(withoutSplices(made)).toBe(text);
      expect(again && transitionOf(again)).toEqual(again?.policy);
    }),
    { numRuns: 30 },
  );
});
