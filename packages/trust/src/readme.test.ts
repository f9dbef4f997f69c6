import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  awsQuota,
  changeAws,
  compare,
  deploymentParty,
  githubAudience,
  githubParty,
  printTable,
  readAwsText,
  type AwsPlan,
  type Runs,
  type Stays,
} from "./index.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([^\`]*(?:\`[^\`]+)*?)\n\`\`\`\n`).exec(read("../README.md"))?.[1] ?? "";
/** The formatter breaks our lines, not the README's. */
const bare = (code: string): string => code.replace(/\s+/g, "").replace(/,([}\])])/g, "$1");

const trustPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
        StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" },
      },
    },
  ],
});

test("the example of the README runs, and prints what the README shows", () => {
  // begin
  const main = githubParty(
    { owner: "acme", name: "infra", ids: undefined },
    { kind: "branch", name: "main" },
    githubAudience("aws"),
  );
  const prod: Runs = { organization: "acme", project: "infra", stack: "prod", operations: "any" };
  const before = readAwsText(trustPolicy);
  if (before.kind === "unread") throw new Error(before.because);

  const account = "111122223333";
  const stays: Stays = { kind: "nobody" };
  const plan: AwsPlan = {
    before,
    account,
    partition: "aws",
    home: undefined,
    runs: [prod],
    github: [main],
    stays,
    subjects: "compact",
    quota: awsQuota.usual,
  };
  const change = changeAws(plan);
  const rows = compare(change, [main, deploymentParty(prod)], stays, { account });
  const text = printTable(
    { title: "IAM role infra-deploy", place: `account ${account}`, definedIn: "infra/iam.ts:41" },
    rows,
    { refusals: [], lost: [], undo: undefined },
  );
  // end
  expect(text).toBe(`${block("text")}\n`);
  const own = /\/\/ begin\n([^]*?)\/\/ end\n/.exec(read("./readme.test.ts"))?.[1] ?? "";
  expect(bare(own)).toBe(bare(block("ts")));
});
