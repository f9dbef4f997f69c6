import { migrate } from "@gha2pulumi/migrate";
import { findingKinds } from "@gha2pulumi/trust";
import { expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
import { grammars } from "../support/grammars.ts";

/** Findings about trust that come out of a whole plan: what the repository and its owner tell is what makes them. */

const host = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::210987654321:oidc-provider/${host}`;

interface Told {
  /** The condition of GitHub's statement in the policy that the owner tells. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  readonly files?: Readonly<Record<string, string>>;
  readonly edit?: (text: string) => string;
  readonly answers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

const main = {
  StringEquals: { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: "repo:acme/network:ref:refs/heads/main" },
};
const sub = (value: string, operator = "StringEquals"): Told["condition"] => ({
  StringEquals: {
    [`${host}:aud`]: "sts.amazonaws.com",
    ...(operator === "StringEquals" ? { [`${host}:sub`]: value } : {}),
  },
  ...(operator === "StringEquals" ? {} : { [operator]: { [`${host}:sub`]: value } }),
});
const policy = (Condition: unknown, Principal: unknown = { Federated: provider }): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition },
  });

async function seen(told: Told): Promise<readonly string[]> {
  const { before, surroundings } = fixture(told.from ?? "clouds/aws-trust-told");
  const tree = new Map([...before, ...Object.entries(told.files ?? {})]);
  for (const [path, text] of before) if (path.startsWith(".github/") && told.edit) tree.set(path, told.edit(text));
  const answers = new Map([...surroundings, ...Object.entries(told.answers ?? {})]);
  if (told.condition) answers.set("trust-policy.network-deploy", policy(told.condition));
  if (told.files && !told.answers?.["trust-policy.network-deploy"]) answers.delete("trust-policy.network-deploy");
  const { document } = await migrate({ tree, surroundings: answers }, grammars);
  return document.diagnostics
    .filter(({ code }) => /^GP4[0-4]/.test(code))
    .map(({ code, message }) => `${code} ${message}`);
}

const role = (more: string, account = "210987654321"): Readonly<Record<string, string>> => ({
  "iam.tf": `resource "aws_iam_role" "deploy" {
  name = "network-deploy"
${more}
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::${account}:oidc-provider/${host}" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = { "${host}:aud" = "sts.amazonaws.com", "${host}:sub" = "repo:acme/network:ref:refs/heads/main" } }
    }]
  })
}
`,
});

/** What the repository tells, and what has to be said of it. */
const told: readonly (readonly [code: string, why: string, told: Told, says: RegExp])[] = [
  [
    "GP401",
    "no subject",
    { condition: { StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" } } },
    /anyone on GitHub/,
  ],
  ["GP402", "any repository", { condition: sub("repo:*", "StringLike") }, /anybody/],
  ["GP403", "a whole organisation", { condition: sub("repo:acme/*", "StringLike") }, /every repository/],
  ["GP404", "ForAllValues", { condition: sub("repo:acme/network:*", "ForAllValues:StringLike") }, /claim is missing/],
  [
    "GP405",
    "no audience",
    { condition: { StringEquals: { [`${host}:sub`]: "repo:acme/network:pull_request" } } },
    /no condition on `aud`/,
  ],
  [
    "GP406",
    "a pattern for the audience",
    { condition: { StringLike: { [`${host}:aud`]: "sts.*", [`${host}:sub`]: "repo:acme/network:*" } } },
    /begin or end so/,
  ],
  ["GP407", "a wildcard in a name", { condition: sub("repo:acme/network*", "StringLike") }, /longer names/],
  ["GP408", "a wildcard that is none", { condition: sub("repo:acme/network:*") }, /fits no token/],
  [
    "GP409",
    "pull requests take a role that updates",
    { condition: sub("repo:acme/network:*", "StringLike") },
    /a role that can write/,
  ],
  ["GP410", "a claim that anybody can choose", { condition: sub("environment:prod") }, /any repository/],
  ["GP411", "no subject of GitHub's", { condition: sub("acme/network:ref:refs/heads/main") }, /fits no token/],
  ["GP412", "names, where tokens have ids", { condition: main, answers: { "oidc.subjects": "ids" } }, /has no ids/],
  [
    "GP413",
    "names, though the ids are known",
    { condition: main, answers: { "repository-ids": "1001/2002" } },
    /the id 2002 is known/,
  ],
  ["GP414", "another repository", { condition: sub("repo:acme/other:ref:refs/heads/main") }, /another repository/],
  [
    "GP415",
    "an administrator",
    { files: role('  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]') },
    /may do anything/,
  ],
  [
    "GP418",
    "too many subjects",
    {
      condition: {
        StringEquals: {
          [`${host}:aud`]: "sts.amazonaws.com",
          [`${host}:sub`]: Array.from({ length: 40 }, (_, i) => `repo:acme/network:ref:refs/heads/release-${i}`),
        },
      },
    },
    /characters, and 2048/,
  ],
  ["GP419", "a branch that nothing keeps", { condition: main }, /branch restriction "main"/],
  [
    "GP420",
    "previews had a role of their own",
    { from: "calls/another-role-on-previews" },
    /network-read is for previews/,
  ],
  [
    "GP421",
    "a session longer than the role's",
    {
      files: role("  max_session_duration = 3600"),
      edit: (text) =>
        text.replace("          aws-region", "          role-duration-seconds: 7200\n          aws-region"),
    },
    /7200 seconds/,
  ],
  [
    "GP422",
    "another workflow stays",
    {
      condition: main,
      files: {
        ".github/workflows/assets.yml":
          "on: push\npermissions: { id-token: write }\njobs:\n  assets:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n          role-to-assume: arn:aws:iam::210987654321:role/network-deploy\n          aws-region: eu-north-1\n      - run: aws s3 sync site s3://assets\n",
      },
    },
    /assets\.yml:9 still assumes it/,
  ],
  [
    "GP423",
    "static keys",
    {
      edit: (text) =>
        text.replace(
          / {10}role-to-assume: .*\n/,
          "          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}\n          aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n",
        ),
    },
    /AWS_ACCESS_KEY_ID still works/,
  ],
  [
    "GP426",
    "another account in the code",
    { files: role("", "999988887777") },
    /names account 210987654321, the code 999988887777/,
  ],
  [
    "GP427",
    "a permission that nothing uses",
    {
      edit: (text) =>
        `${text}  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npx eslint .\n`,
    },
    /keeps `id-token: write`/,
  ],
];

test.each(told)("%s: %s", async (code, _, one, says) => {
  const found = await seen(one);
  expect(found.filter((text) => text.startsWith(code)).join("\n")).toMatch(says);
});

/** Of GitHub's policy alone, and in GCP and Azure; those have tests of their own. */
const elsewhere = ["GP416", "GP417", "GP424", "GP425"];

test("every kind of finding comes out of some plan", () => {
  const codes = [...told.map(([code]) => code), ...elsewhere];
  expect(findingKinds.map(({ code }) => code).filter((code) => !codes.includes(code))).toEqual([]);
});

test("of a role for one branch of one repository, with a stack, only what is lost is said", async () => {
  const found = await seen({ condition: main });
  expect(found.map((text) => text.slice(0, 5))).toEqual(["GP419"]);
});
