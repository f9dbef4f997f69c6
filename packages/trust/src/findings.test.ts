import { describe, expect, test } from "vitest";
import { githubIssuer, pulumiIssuer } from "./claims.ts";
import { nothingKnown, type FindingContext } from "./finding.ts";
import { findingKinds, findings } from "./findings.ts";
import { deploymentParty, githubParty } from "./party.ts";
import { changeAws } from "./policy/aws-change.ts";
import { readAws } from "./policy/aws.ts";
import type { AwsRule, GcpRule, Json, Rule } from "./rule.ts";

const arn = (issuer: string): string => `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
function allow(
  issuer: string,
  conditions: Readonly<Record<string, Readonly<Record<string, Json>>>>,
  more: Json = {},
): AwsRule {
  const condition = Object.fromEntries(
    Object.entries(conditions).map(([operator, claims]) => [
      operator,
      Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value])),
    ]),
  );
  const statement = {
    Sid: "It",
    Effect: "Allow",
    Principal: { Federated: arn(issuer) },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: condition,
    ...(more as object),
  };
  const read = readAws({ Version: "2012-10-17", Statement: statement });
  if (read.kind === "unread") throw new Error(read.because);
  return read;
}
const github = (sub: Json, operator = "StringLike", more: Json = {}): AwsRule =>
  allow(
    githubIssuer,
    operator === "StringEquals"
      ? { StringEquals: { aud: "sts.amazonaws.com", sub } }
      : { StringEquals: { aud: "sts.amazonaws.com" }, [operator]: { sub } },
    more,
  );
const pulumi = (sub: Json, operator = "StringLike"): AwsRule =>
  allow(
    pulumiIssuer,
    operator === "StringEquals"
      ? { StringEquals: { aud: "acme", sub } }
      : { StringEquals: { aud: "acme" }, [operator]: { sub } },
  );
const codes = (rule: Rule, context: Partial<FindingContext> = {}): readonly string[] =>
  findings(rule, { ...nothingKnown, ...context }).map(({ code, severity }) => `${code} ${severity}`);

const main = "repo:acme/infra:ref:refs/heads/main";
const stack = "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write";
const infra = { owner: "acme", name: "infra", ids: undefined };

describe("what is seen in subjects and audiences", () => {
  test.each<[string, Rule, Partial<FindingContext>, readonly string[]]>([
    ["a branch", github(main, "StringEquals"), {}, []],
    ["a stack", pulumi(stack), {}, []],
    ["W01", allow(githubIssuer, { StringEquals: { aud: "a" } }), {}, ["GP401 error"]],
    ["W02 *", github("*"), {}, ["GP402 error"]],
    ["W02 repo:*", github("repo:*"), {}, ["GP402 error"]],
    ["W02 leading", github("*:environment:prod"), {}, ["GP402 error"]],
    ["W03", github("repo:acme/*"), {}, ["GP403 warning"]],
    ["W03 owner", github("repository_owner:acme", "StringEquals"), {}, ["GP403 warning"]],
    ["W04 sub", github(main, "ForAllValues:StringEquals"), {}, ["GP404 error"]],
    [
      "W04 aud",
      allow(githubIssuer, { "ForAllValues:StringEquals": { aud: "a" }, StringEquals: { sub: main } }),
      {},
      ["GP404 warning"],
    ],
    ["W05", allow(githubIssuer, { StringEquals: { sub: main } }), {}, ["GP405 warning"]],
    ["W05 Pulumi", allow(pulumiIssuer, { StringLike: { sub: stack } }), {}, ["GP405 error"]],
    ["W06", allow(pulumiIssuer, { StringLike: { aud: "acme", sub: stack } }), {}, ["GP406 warning"]],
    ["W06 wild", allow(pulumiIssuer, { StringLike: { aud: "acme*", sub: stack } }), {}, ["GP406 error"]],
    ["W07", github("repo:acme/infra*"), {}, ["GP407 warning"]],
    ["W07 stack", pulumi("pulumi:deploy:org:acme:project:infra:stack:prod*"), {}, ["GP407 warning"]],
    ["W07 branch", github("repo:acme/infra:ref:refs/heads/release*"), {}, ["GP407 warning"]],
    ["W08", github("repo:acme/infra:*", "StringEquals"), {}, ["GP408 warning"]],
    ["W09", github("repo:acme/infra:pull_request"), { mayWrite: true }, ["GP409 warning"]],
    ["W09 all", github("repo:acme/infra:*"), { mayWrite: true }, ["GP409 warning"]],
    ["W09 reads", github("repo:acme/infra:*"), { mayWrite: false }, []],
    ["W10", github("environment:prod", "StringEquals"), {}, ["GP410 error"]],
    ["W11 prefix", github("acme/infra:*"), {}, ["GP411 warning"]],
    ["W11 case", github("Repo:acme/infra:pull_request"), {}, ["GP411 warning"]],
    ["W11 blank", github(`${main} `), {}, ["GP411 warning"]],
    ["W12", github(main), { immutableSubjects: true }, ["GP412 warning"]],
    ["W12 reverse", github("repo:acme@1/infra@2:pull_request"), { immutableSubjects: false }, ["GP412 warning"]],
    ["W12 both", github([main, "repo:acme@1/infra@2:pull_request"]), { immutableSubjects: true }, []],
    ["W13", github(main), { repository: { ...infra, ids: { owner: "1", repository: "2" } } }, ["GP413 note"]],
    ["W14", github("repo:acme/app:*"), { repository: infra }, ["GP414 warning"]],
    ["W14 same", github("repo:Acme/Infra:*"), { repository: infra }, []],
    [
      "W14 account",
      github(main, "StringLike", {
        Principal: { AWS: "arn:aws:iam::111122223333:root", Federated: arn(githubIssuer) },
      }),
      {},
      ["GP414 warning"],
    ],
    ["W14 everybody", github(main, "StringLike", { Principal: "*" }), {}, ["GP414 warning"]],
    ["W16 project", pulumi("pulumi:deploy:org:acme:project:infra:*"), {}, ["GP416 warning"]],
    ["W16 organisation", pulumi("pulumi:deploy:org:acme:*"), {}, ["GP416 warning"]],
    ["W17", pulumi("pulumi:environments:org:acme:env:<yaml>", "StringEquals"), {}, ["GP417 error"]],
    ["a deny", github("repo:*", "StringLike", { Effect: "Deny" }), {}, []],
    ["another action", github("repo:*", "StringLike", { Action: "sts:TagSession" }), {}, []],
    ["another issuer", allow("oidc.example/id/A", { StringLike: { sub: "system:*" } }), {}, []],
  ])("%s", (_, rule, context, expected) => expect(codes(rule, context)).toEqual(expected));

  test("says where and what", () => {
    expect(findings(github("repo:acme/infra*"), nothingKnown)).toEqual([
      { code: "GP407", severity: "warning", at: "It", text: "`repo:acme/infra*` also fits longer names" },
    ]);
    expect(findings(pulumi("pulumi:deploy:org:acme:*"), nothingKnown)[0]?.text).toContain(
      "every stack of the organisation",
    );
  });
});

describe("what is seen in limits and in the move", () => {
  const rule = github(main, "StringEquals");
  test.each<[string, Partial<FindingContext>, readonly string[]]>([
    ["W15", { powers: { administrator: true, boundary: false } }, ["GP415 warning"]],
    ["W15 bounded", { powers: { administrator: true, boundary: true } }, []],
    ["W18", { quota: 100 }, ["GP418 error"]],
    ["W19", { lost: ["required reviewers of prod"] }, ["GP419 warning"]],
    ["W20 refused", { previews: { role: "infra-preview", here: "refused" } }, ["GP420 note"]],
    ["W20 guarded", { previews: { role: "infra-preview", here: "guarded" } }, ["GP420 warning"]],
    ["W20", { previews: { role: "infra-preview", here: "open" } }, ["GP420 warning"]],
    ["W21", { duration: { asked: 7200, allowed: 3600 } }, ["GP421 error"]],
    ["W21 short", { duration: { asked: 3600, allowed: 3600 } }, []],
    ["W22 before", { stays: { kind: "somebody", who: ["assets.yml:22"], parties: [] } }, ["GP422 note"]],
    ["W22 final", { stays: { kind: "unknown", because: [] }, phase: "final" }, ["GP422 error"]],
    ["W23", { activeKeys: ["AWS_ACCESS_KEY_ID"] }, ["GP423 warning"]],
    ["W26", { accounts: { workflow: "111122223333", code: "444455556666" } }, ["GP426 warning"]],
    ["W26 same", { accounts: { workflow: "111122223333", code: "111122223333" } }, []],
    ["W27", { idTokenLeft: ["deploy.yml"] }, ["GP427 note"]],
  ])("%s", (_, context, expected) => expect(codes(rule, context)).toEqual(expected));

  test("W24: providers without a condition, subjects that are too long", () => {
    const gcp = (condition: string | undefined, subject: string): GcpRule => ({
      kind: "gcp",
      providers: [
        {
          pool: "p",
          id: "pulumi",
          issuer: pulumiIssuer,
          audiences: ["acme"],
          mapping: { "google.subject": subject },
          condition,
          disabled: false,
        },
      ],
      members: [],
    });
    const run = { organization: "acme", project: "p".repeat(50), stack: "s".repeat(50), operations: "any" as const };
    const short = "assertion.org + '/' + assertion.project + '/' + assertion.stack + '/' + assertion.operation";
    expect(codes(gcp(undefined, short))).toEqual(["GP424 error"]);
    expect(codes(gcp("assertion.org == 'acme'", short), { runs: [run] })).toEqual([]);
    expect(codes(gcp("assertion.org == 'acme'", "assertion.sub"), { runs: [run] })).toEqual(["GP424 error"]);
    expect(codes(gcp("assertion.org == 'acme'", short), { runs: [{ ...run, project: "p".repeat(80) }] })).toEqual([
      "GP424 error",
    ]);
  });

  test("W25: credentials that are too many, or with Azure's audience", () => {
    const credential = {
      name: "pulumi",
      issuer: `https://${pulumiIssuer}`,
      audiences: ["api://AzureADTokenExchange"],
      matching: { kind: "subject" as const, subject: stack.replace("*", "update") },
    };
    expect(codes({ kind: "azure", credentials: [credential] })).toEqual(["GP425 error"]);
    const many = Array.from({ length: 21 }, () => ({ ...credential, audiences: ["acme"] }));
    expect(codes({ kind: "azure", credentials: many })).toEqual(["GP425 error"]);
  });
});

test("the kinds are W01 to W27, with the codes GP401 to GP427 and short texts", () => {
  const numbers = Array.from({ length: 27 }, (_, i) => String(i + 1).padStart(2, "0"));
  expect(findingKinds.map(({ id, code }) => `${id} ${code}`)).toEqual(numbers.map((n) => `W${n} GP4${n}`));
  for (const { title, todo } of findingKinds) expect(Math.max(title.length, todo.length)).toBeLessThan(110);
});

test("our own rules give no finding of their own: an error there would be a fault of ours", () => {
  const runs = ["prod", "dev"].map((name) => ({
    organization: "acme",
    project: "infra",
    stack: name,
    operations: "any" as const,
  }));
  const party = githubParty(infra, { kind: "branch", name: "main" }, "sts.amazonaws.com");
  for (const subjects of ["compact", "closed"] as const) {
    const change = changeAws({
      before: { kind: "new" },
      account: "111122223333",
      partition: "aws",
      home: undefined,
      runs,
      github: [party],
      stays: { kind: "nobody" },
      subjects,
      quota: 2048,
    });
    expect(change.final.rule && codes(change.final.rule, { repository: infra, mayWrite: true, runs })).toEqual([]);
    expect(change.audiences).toEqual([...new Set(runs.map((run) => deploymentParty(run).audience))]);
  }
});
