import fc from "fast-check";
import { expect, test } from "vitest";
import { githubIssuer, printToken } from "../claims.ts";
import type { TrustChange } from "../change.ts";
import { beyond, gained, reach, shortOf } from "../inclusion.ts";
import { deploymentParty, githubParty, type Runs } from "../party.ts";
import type { AwsRule, GcpRule, Json, Rule } from "../rule.ts";
import { changeAws, type AwsPlan } from "./aws-change.ts";
import { awsJson, readAws, sameAws } from "./aws.ts";
import { changeAzure } from "./azure-change.ts";
import { changeGcp } from "./gcp-change.ts";

const place = { account: "111122223333" };
const name = fc.constantFrom("acme", "acme-labs", "infra", "infra2", "prod", "prod2", "a.b", "a_b");
const run: fc.Arbitrary<Runs> = fc.record({
  organization: fc.constantFrom("acme", "Acme-Labs", "acme2"),
  project: name,
  stack: name,
  operations: fc.oneof(
    fc.constant("any" as const),
    fc.subarray(["preview", "update", "refresh", "destroy"], { minLength: 1 }),
  ),
});
const runs = fc.array(run, { minLength: 1, maxLength: 4 });
const main = githubParty(
  { owner: "acme", name: "infra", ids: undefined },
  { kind: "branch", name: "main" },
  "sts.amazonaws.com",
);

const githubStatement = fc
  .record({
    sid: fc.option(fc.constantFrom("GitHubActions", "Other"), { nil: undefined }),
    operator: fc.constantFrom("StringEquals", "StringLike", "ForAnyValue:StringLike", "StringLikeIfExists"),
    sub: fc.subarray(["repo:acme/infra:*", "repo:acme/app:pull_request", ...main.subjects], { minLength: 1 }),
    withSubject: fc.boolean(),
    address: fc.boolean(),
  })
  .map(({ sid, operator, sub, withSubject, address }): Json => ({
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${githubIssuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEqualsIfExists: { [`${githubIssuer}:aud`]: "sts.amazonaws.com" },
      ...(withSubject ? { [operator]: { [`${githubIssuer}:sub`]: sub } } : {}),
      ...(address ? { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } : {}),
    },
  }));
const other: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sts:AssumeRole" },
  { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
);
const policy = fc
  .tuple(fc.array(githubStatement, { minLength: 1, maxLength: 2 }), fc.array(other, { maxLength: 1 }))
  .map(([own, more]) => readAws({ Version: "2012-10-17", Statement: [...own, ...more] }))
  .filter((rule): rule is AwsRule => rule.kind === "aws");

/** What holds of every change of every cloud: nobody but the stacks gets in, nobody is lost before the last step. */
function sound<R extends Rule>(change: TrustChange<R>, moved: readonly Runs[]): void {
  const meant = moved.map(deploymentParty);
  const { before, transition, final } = change;
  expect(change.beyond, change.beyond.kind === "token" ? printToken(change.beyond.token) : "").toEqual({
    kind: "none",
  });
  if (transition.kind === "rule" && before.kind !== "hidden" && before.kind !== "new") {
    expect(gained(transition.rule, before, place)).toEqual({ kind: "none" });
  }
  if (final.kind === "rule") expect(beyond(final.rule, meant, place)).toEqual({ kind: "none" });
  if (final.kind === "rule" && transition.kind === "rule") {
    expect(gained(transition.rule, final.rule, place)).toEqual({ kind: "none" });
  }
}

test("AWS: the stacks get in and nobody else, and doing it again changes nothing", () => {
  const seen = { rule: 0, blocked: 0 };
  const check = (before: AwsRule, moved: readonly Runs[], closed: boolean): void => {
    const plan: AwsPlan = {
      before,
      account: place.account,
      partition: "aws",
      home: undefined,
      runs: moved,
      github: [],
      stays: { kind: "nobody" },
      subjects: closed ? "closed" : "compact",
      quota: 4096,
    };
    const change = changeAws(plan);
    seen[change.transition.kind] += 1;
    sound(change, moved);
    if (change.transition.kind === "blocked" || change.final.kind === "blocked") return;
    const closedRuns = moved.map((one) =>
      closed && one.operations === "any" ? { ...one, operations: ["preview", "update", "refresh", "destroy"] } : one,
    );
    expect(shortOf(change.final.rule, closedRuns.map(deploymentParty), place)).toEqual({ kind: "none" });
    for (const rule of [change.transition.rule, change.final.rule]) {
      expect(changeAws({ ...plan, before: rule }).transition.rule).toEqual(rule);
      const again = readAws(awsJson(rule));
      expect(again.kind === "aws" && sameAws(again, rule)).toBe(true);
    }
    expect(reach(change.transition.rule, change.final.rule, place).kind).not.toBe("wider");
  };
  fc.assert(fc.property(policy, runs, fc.boolean(), check), { seed: 6, numRuns: 100 });
  expect(Math.min(seen.rule, seen.blocked)).toBeGreaterThan(30);
});

test("GCP: the stacks get in and nobody else, and doing it again changes nothing", () => {
  const pools = "projects/1/locations/global/workloadIdentityPools";
  const check = (first: readonly Runs[], second: readonly Runs[]): void => {
    const of = (before: GcpRule | { readonly kind: "new" }, moved: readonly Runs[]): ReturnType<typeof changeGcp> =>
      changeGcp({ before, pool: `${pools}/pulumi`, provider: "pulumi", runs: moved, stays: { kind: "nobody" } });
    const one = of({ kind: "new" }, first);
    sound(one, first);
    if (one.transition.kind === "blocked") throw new Error(one.transition.because.join());
    expect(of(one.transition.rule, first).transition.rule).toEqual(one.transition.rule);
    const two = of(one.transition.rule, second);
    expect(two.beyond).toEqual({ kind: "none" });
    if (two.transition.kind === "rule") {
      expect(shortOf(two.transition.rule, [...first, ...second].map(deploymentParty), place)).toEqual({ kind: "none" });
    }
  };
  fc.assert(fc.property(runs, runs, check), { seed: 6, numRuns: 100 });
});

test("Azure: the stacks get in and nobody else, and doing it again changes nothing", () => {
  const check = (moved: readonly Runs[]): void => {
    const change = changeAzure({ before: { kind: "new" }, runs: moved, stays: { kind: "nobody" } });
    sound(change, moved);
    if (change.transition.kind === "blocked") return;
    const { rule } = change.transition;
    expect(changeAzure({ before: rule, runs: moved, stays: { kind: "nobody" } }).transition.rule).toEqual(rule);
    expect(new Set(rule.credentials.map((one) => one.name.toLowerCase())).size).toBe(rule.credentials.length);
  };
  fc.assert(fc.property(runs, check), { seed: 6, numRuns: 100 });
});
