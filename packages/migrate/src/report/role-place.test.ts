import { describe, expect, test } from "vitest";
import type { Setting } from "@gha2pulumi/deployments";
import { readDefinitions } from "@gha2pulumi/trust";
import { plannedHole, rolePlace, type RolePlace } from "./role-place.ts";

const span = { path: ".github/workflows/deploy.yml", start: 0, end: 1 };

/** An ARN as a workflow writes it; `{NAME}` is a variable. */
function arnOf(written: string): Setting {
  const value = written
    .split(/(?=\{)|(?<=\})/)
    .map((piece) => (piece.startsWith("{") ? { config: piece.slice(1, -1), secret: false } : piece));
  return { value, from: [span], note: "" };
}

const role = (logical: string, name: string, account = "${AWS::AccountId}"): string => `  ${logical}:
    Type: AWS::IAM::Role
    Properties:
${name === "" ? "" : `      RoleName: ${name}\n`}      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Federated: !Sub arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:sub: repo:acme/network:ref:refs/heads/main
`;
const template = (...roles: readonly string[]): ReadonlyMap<string, string> =>
  new Map([["aws/roles.yaml", `Resources:\n${roles.join("")}`]]);

async function placed(
  arn: string,
  tree: ReadonlyMap<string, string>,
  answers: Readonly<Record<string, string>> = {},
): Promise<RolePlace & { readonly question: string | undefined }> {
  const setting = arnOf(arn);
  const place = rolePlace(setting, await readDefinitions(tree, undefined), new Map(Object.entries(answers)), tree);
  return { ...place, question: plannedHole(place, setting, tree)?.question };
}

const arn = "arn:aws:iam::111122223333:role/network-deploy";

describe("the definition of a role", () => {
  test.each([
    ["its name", arn],
    ["its name behind a path", "arn:aws:iam::111122223333:role/ci/network-deploy"],
    ["its name in an account that is a variable", "arn:aws:iam::{ACCOUNT}:role/network-deploy"],
  ])("is known by %s", async (_, written) => {
    const found = await placed(written, template(role("Deploy", "network-deploy"), role("Other", "other")));
    expect(found).toMatchObject({ certain: true, question: undefined, key: "trust-policy.network-deploy" });
    expect(found.role?.name).toEqual({ kind: "named", name: ["network-deploy"] });
  });

  test("is known by what its generated name looks like", async () => {
    const written = "arn:aws:iam::111122223333:role/network-Deploy-1A2B3C4D5E6F";
    expect(await placed(written, template(role("Deploy", "")))).toMatchObject({ certain: true });
    expect(await placed(written, template(role("Other", "")))).toMatchObject({ candidates: [], certain: false });
  });

  test("of another name or account is another role's", async () => {
    expect((await placed(arn, template(role("Other", "other")))).question).toMatch(/^No file defines this role/);
    expect((await placed(arn, template(role("Deploy", "network-deploy", "999999999999")))).candidates).toEqual([]);
  });

  test("is asked about where a name is not told, on either side", async () => {
    const one = await placed("{DEPLOY_ROLE}", template(role("Deploy", "network-deploy")));
    expect(one).toMatchObject({ certain: false, key: "trust-policy.DEPLOY_ROLE" });
    expect(one.question).toMatch(/^Is this role defined in aws\/roles\.yaml:2\?/);
    const open = await placed(arn, template(role("Deploy", "!Sub '${Name}-deploy'")));
    expect(open).toMatchObject({ certain: false });
    expect(open.role).toBeDefined();
  });

  test("is no one of several, until an answer says which", async () => {
    const tree = template(role("Deploy", "network-deploy"), role("Other", "other"));
    const several = await placed("{DEPLOY_ROLE}", tree);
    expect(several.role).toBeUndefined();
    expect(several.question).toMatch(/aws\/roles\.yaml:2 or aws\/roles\.yaml:16\?/);
    const told = await placed("{DEPLOY_ROLE}", tree, { "trust-policy.DEPLOY_ROLE": "aws/roles.yaml:16" });
    expect(told).toMatchObject({ certain: true, question: undefined, role: { name: { name: ["other"] } } });
  });

  test("of which the policy is not read is shown, and its policy asked for; without the name, it is none", async () => {
    const computed = `  Deploy:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: network-deploy\n      AssumeRolePolicyDocument: !Transform { Name: Trust }\n`;
    const found = await placed(arn, template(computed));
    expect(found).toMatchObject({ certain: true, role: { told: false } });
    expect(found.question).toBe("Its trust policy is not read in aws/roles.yaml:2. What is it (JSON)?");
    expect((await placed("{DEPLOY_ROLE}", template(computed))).candidates).toEqual([]);
  });

  test("is not needed where its policy is told; an answer of no use is said to be so", async () => {
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    expect(await placed(arn, new Map(), { "trust-policy.network-deploy": policy })).toMatchObject({
      told: { kind: "aws" },
      question: undefined,
    });
    const misread = await placed(arn, new Map(), { "trust-policy.network-deploy": "infra/nowhere.ts" });
    expect(misread.question).toMatch(/^The answer is of no use: no role for GitHub is defined in infra\/nowhere\.ts\./);
    const broken = await placed(arn, new Map(), { "trust-policy.network-deploy": "{ broken" });
    expect(broken.question).toMatch(/^The answer is of no use: the trust policy is not JSON\./);
  });
});
