import { describe, expect, test } from "vitest";
import { githubAudience, githubIssuer, printToken } from "./claims.ts";
import { beyond, gained, reach, shortOf } from "./inclusion.ts";
import { deploymentParty, environmentParty, githubParty, type Party } from "./party.ts";
import { readAws } from "./policy/aws.ts";
import type { AwsRule, Json } from "./rule.ts";

const place = { account: "111122223333" };
const repository = { owner: "acme", name: "infra", ids: undefined };
const main = githubParty(repository, { kind: "branch", name: "main" }, githubAudience("aws"));
const prod = deploymentParty({ organization: "acme", project: "infra", stack: "prod", operations: "any" });

function rule(...statements: readonly Json[]): AwsRule {
  const read = readAws({ Version: "2012-10-17", Statement: statements });
  if (read.kind === "unread") throw new Error(read.because);
  return read;
}
const allow = (issuer: string, condition: Json): Json => ({
  Effect: "Allow",
  Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: condition,
});
const github = (
  operator: string,
  sub: Json,
  aud: Json = { StringEquals: { [`${githubIssuer}:aud`]: "sts.amazonaws.com" } },
): Json => {
  const own = (aud as Record<string, Record<string, Json>>)[operator] ?? {};
  return allow(githubIssuer, { ...(aud as object), [operator]: { ...own, [`${githubIssuer}:sub`]: sub } });
};
const keyed = (claims: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${githubIssuer}:${claim}`, value]));
const pulumi = (sub: string, aud: Json = "acme", operator = "StringEquals"): Json =>
  allow("api.pulumi.com/oidc", {
    ...(operator === "StringLike" ? {} : { [operator]: { "api.pulumi.com/oidc:aud": aud } }),
    StringLike: {
      "api.pulumi.com/oidc:sub": sub,
      ...(operator === "StringLike" ? { "api.pulumi.com/oidc:aud": aud } : {}),
    },
  });
const stack = "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write";

/** Nobody, or who gets in beyond the intent. */
function offender(of: AwsRule, ...meant: readonly Party[]): string {
  const found = beyond(of, meant, place);
  if (found.kind === "token") return printToken(found.token);
  return found.kind === "none" ? "nobody" : `unknown: ${found.because.join(", ")}`;
}

describe("who gets in beyond the intent", () => {
  const gh = `${githubIssuer} aud=sts.amazonaws.com`;
  const pu = "api.pulumi.com/oidc aud=acme";
  test.each<[string, AwsRule, readonly Party[], string]>([
    ["one branch", rule(github("StringEquals", main.subjects)), [main], "nobody"],
    ["one stack", rule(pulumi(stack)), [prod], "nobody"],
    ["both", rule(github("StringEquals", main.subjects), pulumi(stack)), [main, prod], "nobody"],
    [
      "the branch, when only the stack is meant",
      rule(github("StringEquals", main.subjects), pulumi(stack)),
      [prod],
      `${gh} sub=repo:acme/infra:ref:refs/heads/main`,
    ],
    [
      "the repository",
      rule(github("StringLike", "repo:acme/infra:*")),
      [main],
      `${gh} sub=repo:acme/infra:pull_request`,
    ],
    [
      "a name that only begins so",
      rule(github("StringLike", "repo:acme/infra*")),
      [githubParty(repository, { kind: "any" }, "sts.amazonaws.com")],
      `${gh} sub=repo:acme/infrax:pull_request`,
    ],
    ["the organisation", rule(github("StringLike", "repo:acme/*")), [main], `${gh} sub=repo:acme/x:pull_request`],
    ["any repository", rule(github("StringLike", "repo:*")), [main], `${gh} sub=repo:x/x:pull_request`],
    [
      "no subject at all",
      rule(allow(githubIssuer, { StringEquals: { [`${githubIssuer}:aud`]: "sts.amazonaws.com" } })),
      [main],
      `${gh} sub=repo:x/x:pull_request`,
    ],
    [
      "no audience",
      rule(github("StringEquals", main.subjects, {})),
      [main],
      `${githubIssuer} aud=x sub=repo:acme/infra:ref:refs/heads/main`,
    ],
    ["a token without the claim", rule(github("ForAllValues:StringLike", main.subjects)), [main], gh],
    [
      "a stack that only begins so",
      rule(pulumi("pulumi:deploy:org:acme:project:infra:stack:prod*")),
      [prod],
      `${pu} sub=pulumi:deploy:org:acme:project:infra:stack:prodx:operation:x:scope:write`,
    ],
    [
      "the project",
      rule(pulumi("pulumi:deploy:org:acme:project:infra:*")),
      [prod],
      `${pu} sub=pulumi:deploy:org:acme:project:infra:stack:x:operation:x:scope:write`,
    ],
    [
      "an organisation that only begins so",
      rule(pulumi(stack, "acme*", "StringLike")),
      [prod],
      `api.pulumi.com/oidc aud=acmex sub=${stack.replace("*", "x")}`,
    ],
    [
      "another operation",
      rule(pulumi(stack)),
      [deploymentParty({ organization: "acme", project: "infra", stack: "prod", operations: ["update"] })],
      `${pu} sub=${stack.replace("*", "x")}`,
    ],
    [
      "an environment",
      rule(pulumi("pulumi:environments:pulumi.organization.login:acme:currentEnvironment.name:infra/prod", "aws:acme")),
      [environmentParty("aws", "acme", "infra/prod")],
      "nobody",
    ],
    [
      "a wildcard under StringEquals",
      rule(github("StringEquals", "repo:acme/infra:*")),
      [],
      `${gh} sub=repo:acme/infra:*`,
    ],
  ])("%s", (_, of, meant, expected) => expect(offender(of, ...meant)).toBe(expected));

  test("a deny takes it away", () => {
    const deny = { ...(github("StringLike", "repo:acme/infra:pull_request") as object), Effect: "Deny" };
    const wide = github("StringLike", ["repo:acme/infra:pull_request", ...main.subjects]);
    expect(offender(rule(wide), main)).toContain("pull_request");
    expect(offender(rule(wide, deny), main)).toBe("nobody");
  });

  test("what is not known is said, unless it cannot matter", () => {
    const somewhere = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    const held = allow(githubIssuer, { ...somewhere, StringLike: { [`${githubIssuer}:sub`]: "repo:acme/*" } });
    expect(offender(rule(held), main)).toBe("unknown: `aws:SourceIp` is not in the token");
    const within = allow(githubIssuer, {
      ...somewhere,
      StringEquals: { [`${githubIssuer}:sub`]: main.subjects, [`${githubIssuer}:aud`]: "sts.amazonaws.com" },
    });
    expect(offender(rule(within), main)).toBe("nobody");
  });
});

describe("who is meant to get in and does not", () => {
  test("is nobody when the rule has all, and else the first who is missing", () => {
    expect(shortOf(rule(pulumi(stack)), [prod], place).kind).toBe("none");
    const missing = shortOf(rule(pulumi(stack)), [prod, main], place);
    expect(missing.kind === "token" && printToken(missing.token)).toContain("repo:acme/infra:ref:refs/heads/main");
    const closed = rule(pulumi(stack.replace("*", "update")));
    expect(shortOf(closed, [prod], place).kind).toBe("token");
  });

  test("is nobody of a branch's where the rule asks for its repository and ref as well", () => {
    const more = (claims: Readonly<Record<string, string>>): AwsRule =>
      rule(github("StringLike", "repo:acme/infra:*", { StringEquals: keyed({ aud: "sts.amazonaws.com", ...claims }) }));
    expect(shortOf(more({ repository: "acme/infra", ref: "refs/heads/main" }), [main], place).kind).toBe("none");
    expect(shortOf(more({ repository_id: "2002" }), [main], place).kind).toBe("token");
  });
});

describe("two rules", () => {
  const narrow = rule(github("StringEquals", main.subjects));
  const wide = rule(github("StringLike", "repo:acme/infra:*"));
  test.each<[string, AwsRule, AwsRule]>([
    ["same", narrow, rule(github("StringLike", main.subjects))],
    ["same", rule(github("StringEquals", ["a", "b"])), rule(github("StringEquals", "b"), github("StringEquals", "a"))],
    ["wider", narrow, wide],
    ["narrower", wide, narrow],
    ["different", narrow, rule(pulumi(stack))],
    [
      "unknown",
      narrow,
      { ...narrow, statements: [...narrow.statements, { kind: "unread", sid: undefined, because: "odd", json: {} }] },
    ],
  ])("%s", (kind, before, after) => expect(reach(before, after, place).kind).toBe(kind));

  test("of another account let nobody in", () => {
    expect(gained(rule(), wide, { account: "444455556666" })).toEqual({ kind: "none" });
    expect(gained(rule(), wide, { account: undefined }).kind).toBe("token");
  });
});

describe("the time that inclusion takes", () => {
  /** The fastest of some runs, for others are disturbed, in milliseconds, for a role with as many stacks as branches. */
  function time(count: number): number {
    const numbers = Array.from({ length: count }, (_, i) => i);
    const stacks = numbers.map((i) => ({ organization: "acme", project: `service-${i % 4}`, stack: `region-${i}` }));
    const parties = stacks.map((one) => deploymentParty({ ...one, operations: "any" }));
    const branches = numbers.map((i) =>
      githubParty({ ...repository, name: `app-${i}` }, { kind: "branch", name: "main" }, "sts.amazonaws.com"),
    );
    const subjects = branches.flatMap((one) => one.subjects);
    const of = rule(
      github("StringEquals", subjects),
      ...parties.flatMap((one) => one.subjects.map((sub) => pulumi(sub))),
    );
    const once = (): number => {
      const from = performance.now();
      expect(beyond(of, [...parties, ...branches], place)).toEqual({ kind: "none" });
      return performance.now() - from;
    };
    once();
    return Math.min(...Array.from({ length: 9 }, once));
  }

  // How long it takes is a row of `pnpm bench`.
  test("grows with the size of the role, not with the number of its combinations", () => {
    expect(time(20) / time(5)).toBeLessThan(64);
  });
});
