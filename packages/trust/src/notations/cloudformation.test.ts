import { describe, expect, test } from "vitest";
import { rewrite, transitionOf } from "../../../../test/support/notation.ts";
import { readDefinitions } from "../definitions.ts";

const path = "infra/roles.yaml";
const of = (text: string, at = path): ReadonlyMap<string, string> => new Map([[at, text]]);

/** The text after the transition was written; the reason where it was refused. */
async function written(text: string, at = path, turn = 0): Promise<string> {
  const { edited, tree, again, after } = await rewrite(of(text, at), undefined, {}, turn);
  if (edited.kind === "refused") return `refused: ${edited.reason}`;
  expect(again?.policy).toEqual(after);
  return tree.get(at) ?? "";
}

const tagged = `Resources:
  GitHubOidc:
    Type: AWS::IAM::OIDCProvider
    Properties:
      Url: https://token.actions.githubusercontent.com
  DeployRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: infra-deploy
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal:
              Federated: !GetAtt GitHubOidc.Arn
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringLike:
                token.actions.githubusercontent.com:sub: repo:acme/infra:*  # every branch
      ManagedPolicyArns: []
`;

const added = `          - Sid: PulumiDeployments
            Effect: Allow
            Principal:
              Federated: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/api.pulumi.com/oidc'
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                api.pulumi.com/oidc:aud: acme
              StringLike:
                api.pulumi.com/oidc:sub: pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write
`;

describe("a YAML template", () => {
  test("is read with its provider's issuer", async () => {
    const { roles } = await readDefinitions(of(tagged), undefined);
    expect(roles).toMatchObject([
      { notation: "cloudformation", name: { kind: "named", name: ["infra-deploy"] }, obstacle: undefined },
    ]);
    expect(roles[0]?.policy.statements).toMatchObject([
      {
        kind: "read",
        principal: {
          types: [
            {
              values: [
                "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com",
              ],
            },
          ],
        },
      },
    ]);
    const place = roles[0]?.place;
    expect(tagged.slice(place?.start, place?.end)).toBe("DeployRole");
  });

  test("gets the statement behind GitHub's, in its own style", async () => {
    expect(await written(tagged)).toBe(tagged.replace("      ManagedPolicyArns", `${added}      ManagedPolicyArns`));
  });

  test("keeps Windows line endings and a byte order mark", async () => {
    const text = `\uFEFF${tagged.replaceAll("\n", "\r\n")}`;
    const wanted = tagged.replace("      ManagedPolicyArns", `${added}      ManagedPolicyArns`);
    expect(await written(text)).toBe(`\uFEFF${wanted.replaceAll("\n", "\r\n")}`);
  });

  test("gets it at the end of a file without a last line break", async () => {
    const text = tagged.slice(0, tagged.indexOf("\n      ManagedPolicyArns"));
    expect(await written(text)).toBe(`${text}\n${added.slice(0, -1)}`);
  });

  test("is written with long functions and quotes where it has such", async () => {
    const long = tagged
      .replace("!GetAtt GitHubOidc.Arn", "\n                Ref: GitHubOidc")
      .replace("Action: sts:AssumeRoleWithWebIdentity", 'Action: "sts:AssumeRoleWithWebIdentity"')
      .replace("repo:acme/infra:*  #", '\n                  Fn::Sub: "repo:acme/infra:*"  #');
    const text = await written(long);
    expect(text).toContain(`              Federated:
                Fn::Sub: "arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/api.pulumi.com/oidc"
            Action: "sts:AssumeRoleWithWebIdentity"
            Condition:
              StringEquals:
                api.pulumi.com/oidc:aud: "acme"
`);
  });

  test("keeps what a parameter decides as unread, with its default", async () => {
    const text = `Parameters:\n  Repo:\n    Type: String\n    Default: acme/infra\n${tagged.replace(
      "repo:acme/infra:*  #",
      "!Sub 'repo:${Repo}:*'  #",
    )}`;
    const { roles } = await readDefinitions(of(text), undefined);
    expect(roles[0]?.policy.statements).toMatchObject([
      {
        kind: "unread",
        because:
          "its token.actions.githubusercontent.com:sub is `repo:${Repo}:*`: a parameter, acme/infra unless the stack was given another value",
      },
    ]);
    expect(await written(text)).toContain(added);
  });

  test("is left alone where a single statement has no list", async () => {
    const text = tagged.replace("          - Effect", "            Effect");
    expect(await written(text)).toBe("refused: it has a single statement where a list has to be");
  });

  test("is read below the resources of a Serverless file, and by the pattern of its generated name", async () => {
    const text = `service: infra\nresources:\n${tagged.replace(/^/gm, "  ")}`;
    const { roles } = await readDefinitions(of(text.replace(/ +RoleName: .*\n/, "")), undefined);
    const name = roles[0]?.name;
    expect(name?.kind === "generated" && name.pattern.test("infra-prod-DeployRole-1A2B3C4D5E6F")).toBe(true);
    expect(name?.kind === "generated" && name.pattern.test("infra-prod-OtherRole-1A2B3C4D5E6F")).toBe(false);
  });

  test("is not edited when two roles stand for one document", async () => {
    const text = tagged
      .replace("AssumeRolePolicyDocument:", "AssumeRolePolicyDocument: &trust")
      .concat("  Other:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: *trust\n");
    expect(await written(text)).toMatch(/^refused: its policy is that of another role as well/);
  });

  test("of which the policy is computed is known by its name alone", async () => {
    const text = `${tagged.slice(0, tagged.indexOf("        Version"))}          Fn::Transform: { Name: TrustGitHub } # AssumeRole\n`;
    const { roles } = await readDefinitions(of(text), undefined);
    expect(roles).toMatchObject([
      {
        name: { name: ["infra-deploy"] },
        told: false,
        obstacle: { because: "its policy is not read: it is computed when the stack is made" },
      },
    ]);
  });

  test("of another issuer is none of ours", async () => {
    const text = tagged.replaceAll("token.actions.githubusercontent.com", "oidc.eks.eu-west-1.amazonaws.com/id/1");
    expect((await readDefinitions(of(text), undefined)).roles).toEqual([]);
  });

  test("loses GitHub's statement in the last step, and nothing else", async () => {
    const both = await written(tagged);
    const { roles, write } = await readDefinitions(of(both), undefined);
    const [role] = roles;
    if (role === undefined) throw new Error("no role");
    const last = { ...role.policy, statements: role.policy.statements.slice(1) };
    const edited = write(role, last);
    expect(edited.kind).toBe("edited");
    expect(edited.kind === "edited" && edited.splices).toHaveLength(1);
  });
});

describe("a JSON template", () => {
  const json = `{
\t"Resources": {
\t\t"Deploy": {
\t\t\t"Type": "AWS::IAM::Role",
\t\t\t"Properties": { "AssumeRolePolicyDocument": {
\t\t\t\t"Statement": [
\t\t\t\t\t{
\t\t\t\t\t\t"Effect": "Allow",
\t\t\t\t\t\t"Principal": { "Federated": { "Ref": "GitHubOidc" } },
\t\t\t\t\t\t"Action": "sts:AssumeRoleWithWebIdentity",
\t\t\t\t\t\t"Condition": { "StringLike": { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } }
\t\t\t\t\t}
\t\t\t\t]
\t\t\t} }
\t\t}
\t}
}`;

  test("gets the statement with its tabs, and without a last line break", async () => {
    const text = await written(json, "infra/roles.json");
    expect(text).toBe(
      json.replace(
        "\t\t\t\t\t}\n\t\t\t\t]",
        `\t\t\t\t\t},
\t\t\t\t\t{
\t\t\t\t\t\t"Sid": "PulumiDeployments",
\t\t\t\t\t\t"Effect": "Allow",
\t\t\t\t\t\t"Principal": { "Federated": { "Fn::Sub": "arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/api.pulumi.com/oidc" } },
\t\t\t\t\t\t"Action": "sts:AssumeRoleWithWebIdentity",
\t\t\t\t\t\t"Condition": {
\t\t\t\t\t\t\t"StringEquals": { "api.pulumi.com/oidc:aud": "acme" },
\t\t\t\t\t\t\t"StringLike": { "api.pulumi.com/oidc:sub": "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write" }
\t\t\t\t\t\t}
\t\t\t\t\t}
\t\t\t\t]`,
      ),
    );
  });

  test("is written once", async () => {
    const at = "infra/roles.json";
    const text = await written(json, at);
    const { roles } = await readDefinitions(of(text, at), undefined);
    expect(roles[0] && transitionOf(roles[0])).toEqual(roles[0]?.policy);
  });
});
