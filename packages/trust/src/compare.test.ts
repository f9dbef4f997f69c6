import { describe, expect, test } from "vitest";
import { githubIssuer } from "./claims.ts";
import { compare, type Comparison } from "./compare.ts";
import { deploymentParty, githubParty } from "./party.ts";
import { changeAws, type AwsPlan } from "./policy/aws-change.ts";
import { awsRefusals } from "./policy/aws-refusals.ts";
import { readAws } from "./policy/aws.ts";
import { changeGcp } from "./policy/gcp-change.ts";
import type { AwsRule, Json } from "./rule.ts";
import { printTable } from "./table.ts";

const account = "111122223333";
const repository = { owner: "acme", name: "infra", ids: undefined };
const main = githubParty(repository, { kind: "branch", name: "main" }, "sts.amazonaws.com");
const prod = { organization: "acme", project: "infra", stack: "prod", operations: "any" as const };

function role(subject: string, more: Json = {}): AwsRule {
  const read = readAws({
    Version: "2012-10-17",
    Statement: {
      Sid: "GitHubActions",
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${githubIssuer}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { [`${githubIssuer}:aud`]: "sts.amazonaws.com" },
        StringLike: { [`${githubIssuer}:sub`]: subject },
        ...(more as object),
      },
    },
  });
  if (read.kind === "unread") throw new Error(read.because);
  return read;
}
const plan: AwsPlan = {
  before: role("repo:acme/infra:ref:refs/heads/main"),
  account,
  partition: "aws",
  home: undefined,
  runs: [prod],
  github: [main],
  stays: { kind: "nobody" },
  subjects: "compact",
  quota: 2048,
};
function comparison(more: Partial<AwsPlan> = {}): Comparison {
  const own = { ...plan, ...more };
  return compare(changeAws(own), [...own.github, ...own.runs.map(deploymentParty)], own.stays, { account });
}
const cells = (of: Comparison): readonly string[] =>
  of.rows.map(({ from, who, ...row }) => `${from} ${who}: ${row.before.kind} ${row.transition.kind} ${row.final.kind}`);

describe("who gets in that did not, and who no longer does", () => {
  test("one branch makes place for one stack", () => {
    expect(cells(comparison())).toEqual([
      "GitHub acme/infra  branch main: all all none",
      "GitHub every other branch, tag, PR, repository: none none none",
      "Pulumi acme/infra/prod  any operation: none all all",
      "Pulumi every other stack, any other organisation: none none none",
    ]);
  });

  test("what else gets in is shown with a token", () => {
    const wide = comparison({ before: role("repo:acme/infra:*"), stays: { kind: "unknown", because: [] } });
    expect(wide.rows[1]).toMatchObject({
      before: { kind: "some" },
      transition: { kind: "some" },
      final: { kind: "none" },
    });
    expect(wide.finalBlocked).toEqual(["nobody has looked whether anything else assumes it"]);
  });

  test("a hidden rule is unknown, a new one let nobody in", () => {
    expect(cells(comparison({ before: { kind: "hidden" } }))[2]).toBe(
      "Pulumi acme/infra/prod  any operation: unknown all all",
    );
    expect(cells(comparison({ before: { kind: "new" }, github: [] }))[0]).toBe(
      "Pulumi acme/infra/prod  any operation: none all all",
    );
  });

  test("a condition outside the token leaves a question, and only there", () => {
    const address = role("repo:acme/infra:*", { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } });
    const { rows, beyond } = comparison({ before: address });
    expect(rows.map(({ before, final }) => `${before.kind} ${final.kind}`)).toEqual([
      "unknown none",
      "unknown none",
      "none all",
      "none none",
    ]);
    expect(beyond).toEqual({ kind: "none" });
  });

  test("GCP's rows are the same", () => {
    const pool = "projects/1/locations/global/workloadIdentityPools";
    const before = {
      kind: "gcp" as const,
      providers: [
        {
          pool: `${pool}/github`,
          id: "actions",
          issuer: githubIssuer,
          audiences: ["gcp"],
          mapping: { "attribute.repository": "assertion.repository" },
          condition: undefined,
          disabled: false,
        },
      ],
      members: [`principalSet://iam.googleapis.com/${pool}/github/attribute.repository/acme/infra`],
    };
    const stays = { kind: "nobody" as const };
    const change = changeGcp({ before, pool: `${pool}/pulumi`, provider: "pulumi", runs: [prod], stays });
    const parties = [{ ...main, audience: "gcp" }, deploymentParty(prod)];
    expect(cells(compare(change, parties, stays, { account: undefined }))).toEqual([
      "GitHub acme/infra  branch main: all all none",
      "GitHub every other branch, tag, PR, repository: some some none",
      "Pulumi acme/infra/prod  any operation: none all all",
      "Pulumi every other stack, any other organisation: none none none",
    ]);
  });
});

describe("the table", () => {
  const heading = { title: "IAM role infra-deploy", place: `account ${account}`, definedIn: "infra/iam.ts:41" };
  const footer = {
    refusals: [],
    lost: ['branch restriction "main" now lives in the deployment settings'],
    undo: "iam/rollback.sh",
  };

  test("is 80 columns of plain text", () => {
    const stays = { kind: "somebody" as const, who: [".github/workflows/assets.yml:22"], parties: [] };
    const of = comparison({ before: role("repo:acme/infra*"), stays });
    const { transition } = changeAws(plan);
    const refusals = transition.kind === "rule" ? awsRefusals(transition.rule).map(({ because }) => because) : [];
    const text = printTable(heading, of, { ...footer, refusals });
    expect(text.split("\n").every((one) => one.length <= 80)).toBe(true);
    expect(text).toBe(`IAM role infra-deploy   account 111122223333   defined in infra/iam.ts:41
  WHO MAY ASSUME                                      before  trans.  final
  GitHub  acme/infra  branch main                     yes     yes     -
  GitHub  every other branch, tag, PR, repository     some    some    -
          e.g. aud=sts.amazonaws.com sub=repo:acme/infra:pull_request
  Pulumi  acme/infra/prod  any operation              -       YES     YES
  Pulumi  every other stack, any other organisation   -       -       -
  PROOF   beyond the intent: none (exact); refused by the cloud: no
  LOST    ! branch restriction "main" now lives in the deployment settings
  STAYS   .github/workflows/assets.yml:22 still assumes it -> final phase
          blocked
  UNDO    iam/rollback.sh
`);
  });

  test("says what is blocked, what is not known, and where a role is not written", () => {
    const of = comparison({
      before: { kind: "hidden" },
      runs: [{ ...prod, stack: "production-in-every-region-of-the-world" }],
    });
    const text = printTable({ title: "IAM role infra-deploy", place: undefined, definedIn: undefined }, of, {
      refusals: ["a reason"],
      lost: [],
      undo: undefined,
    });
    expect(text).toBe(`IAM role infra-deploy   in no file
  WHO MAY ASSUME                                      before  trans.  final
  GitHub  acme/infra  branch main                     ?       ?       ?
  GitHub  every other branch, tag, PR, repository     ?       ?       ?
  Pulumi  acme/infra/production-in-every-region-of-t  ?       YES     YES
          he-world  any operation
  Pulumi  every other stack, any other organisation   ?       ?       ?
  PROOF   beyond the intent: none (exact); REFUSED BY THE CLOUD: a reason
  BLOCKED the trust policy is not known: the statement has to be added to it
  WAITS   the step before is blocked
`);
  });
});
