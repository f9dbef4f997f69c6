import { describe, expect, test } from "vitest";
import { admits } from "./admits.ts";
import { githubIssuer, pulumiIssuer, token, type Token } from "./claims.ts";
import { readAws } from "./policy/aws.ts";
import type { Json } from "./rule.ts";

const account = "111122223333";
const arn = (issuer: string, of = account): string => `arn:aws:iam::${of}:oidc-provider/${issuer}`;
const key = (claim: string): string => `${githubIssuer}:${claim}`;

const github = (sub: string, more: Readonly<Record<string, string>> = {}): Token =>
  token(githubIssuer, { aud: "sts.amazonaws.com", sub, ...more });
const main = github("repo:acme/infra:ref:refs/heads/main", { repository_id: "2002", project: "infra" });
const deployment = (operation: string, stack = "prod", org = "acme"): Token =>
  token(pulumiIssuer, {
    aud: org,
    sub: `pulumi:deploy:org:${org}:project:infra:stack:${stack}:operation:${operation}:scope:write`,
    project: "infra",
  });

const statement = (condition: Json, more: Readonly<Record<string, Json>> = {}): Readonly<Record<string, Json>> => ({
  Effect: "Allow",
  Principal: { Federated: arn(githubIssuer) },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: condition,
  ...more,
});
function answerTo(statements: readonly Json[], of: Token, version: string | undefined = "2012-10-17"): string {
  const rule = readAws({ ...(version === "" ? {} : { Version: version }), Statement: statements });
  return rule.kind === "aws" ? admits(rule, of, { account }).kind : rule.because;
}
const condition = (operator: string, claim: string, value: Json, of: Token): string =>
  answerTo([statement({ [operator]: { [key(claim)]: value } })], of);

describe("GitHub's trust policies let in whom the reference says", () => {
  const branch = "repo:acme/infra:ref:refs/heads/main";
  const immutable = "repo:acme@1001/infra@2002:ref:refs/heads/main";
  test.each<[string, Json, Token, string]>([
    ["StringEquals", branch, main, "yes"],
    ["StringEquals", branch, github("repo:acme/infra:ref:refs/heads/topic"), "no"],
    ["StringEquals", branch, github(immutable), "no"],
    ["StringEquals", [branch, immutable], github(immutable), "yes"],
    ["StringEquals", "repo:acme/infra:environment:prod", github("repo:acme/infra:environment:prod"), "yes"],
    ["StringEquals", "repo:acme/infra:pull_request", github("repo:acme/infra:pull_request"), "yes"],
    ["StringEquals", "repo:acme/infra:pull_request", main, "no"],
    ["StringLike", "repo:acme/infra:*", main, "yes"],
    ["StringLike", "repo:acme/infra:*", github("repo:acme/infra-evil:pull_request"), "no"],
    ["StringLike", ["repo:acme/infra:*", "repo:acme/app:*"], github("repo:acme/app:pull_request"), "yes"],
    ["StringLike", "repo:acme/*", github("repo:acme/anything:pull_request"), "yes"],
    ["StringLike", "repo:acme/*", github("repo:acme-evil/infra:pull_request"), "no"],
    // What public code has and should not.
    ["StringLike", "repo:acme/infra*", github("repo:acme/infra-evil:pull_request"), "yes"],
    ["StringLike", "acme/*", main, "no"],
    ["StringLike", "repo:*", github("repo:evil/evil:pull_request"), "yes"],
    ["StringLike", "repo:/:*", main, "no"],
    ["StringEquals", "repo:acme/infra:*", main, "no"],
    ["StringLike", "repo:Acme/infra:*", main, "no"],
  ])("%s %j", (operator, value, of, expected) => expect(condition(operator, "sub", value, of)).toBe(expected));
});

describe("Pulumi's trust policies let in whom the reference says", () => {
  const policy = (sub: string): readonly Json[] => [
    statement(
      { StringEquals: { "api.pulumi.com/oidc:aud": "acme" }, StringLike: { "api.pulumi.com/oidc:sub": sub } },
      { Principal: { Federated: arn(pulumiIssuer) } },
    ),
  ];
  const stack = "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write";
  test.each<[string, Token, string]>([
    [stack, deployment("update"), "yes"],
    [stack, deployment("detect-drift"), "yes"],
    [stack, deployment("update", "prod2"), "no"],
    [stack, deployment("update", "prod", "acme-evil"), "no"],
    [stack, main, "no"],
    ["pulumi:deploy:org:acme:project:infra:stack:prod*", deployment("update", "production"), "yes"],
    ["pulumi:deploy:org:acme:project:infra:*", deployment("update", "dev"), "yes"],
    ["pulumi:deploy:org:acme:*", deployment("destroy"), "yes"],
    ["pulumi:deploy:org:acme:project:infra:stack:prod:operation:update:scope:write", deployment("preview"), "no"],
  ])("%s", (sub, of, expected) => expect(answerTo(policy(sub), of)).toBe(expected));

  test("AWS reads no other claim of Pulumi's", () => {
    const asks = (operator: string): string =>
      answerTo(
        [
          statement(
            { [operator]: { "api.pulumi.com/oidc:project": "infra" } },
            { Principal: { Federated: arn(pulumiIssuer) } },
          ),
        ],
        deployment("update"),
      );
    expect([asks("StringEquals"), asks("StringEqualsIfExists"), asks("StringNotEquals")]).toEqual(["no", "yes", "yes"]);
  });
});

describe("operators", () => {
  const sub = "repo:acme/infra:pull_request";
  const other = "repo:acme/app:pull_request";
  const pr = github(sub);
  /** Operator, value; then with the value itself, with another one, and without the claim. */
  test.each<[string, Json, string, string, string]>([
    ["StringEquals", sub, "yes", "no", "no"],
    ["StringEquals", [other, sub], "yes", "yes", "no"],
    ["StringEquals", [], "no", "no", "no"],
    ["StringNotEquals", sub, "no", "yes", "yes"],
    ["StringNotEquals", [sub, other], "no", "no", "yes"],
    ["StringEqualsIgnoreCase", sub.toUpperCase(), "yes", "no", "no"],
    ["StringNotEqualsIgnoreCase", sub.toUpperCase(), "no", "yes", "yes"],
    ["StringLike", "repo:acme/in?ra:*", "yes", "no", "no"],
    ["StringNotLike", "repo:acme/infra:*", "no", "yes", "yes"],
    ["StringEqualsIfExists", sub, "yes", "no", "yes"],
    ["StringNotEqualsIfExists", sub, "no", "yes", "yes"],
    ["StringLikeIfExists", "repo:acme/infra:*", "yes", "no", "yes"],
    ["ForAnyValue:StringEquals", sub, "yes", "no", "no"],
    ["ForAnyValue:StringLike", "repo:acme/infra:*", "yes", "no", "no"],
    ["ForAnyValue:StringNotEquals", sub, "no", "yes", "no"],
    ["ForAnyValue:StringEqualsIfExists", sub, "yes", "no", "yes"],
    ["ForAllValues:StringEquals", sub, "yes", "no", "yes"],
    ["ForAllValues:StringLike", "repo:acme/infra:*", "yes", "no", "yes"],
    ["ForAllValues:StringNotEquals", sub, "no", "yes", "yes"],
    ["Null", "false", "yes", "yes", "no"],
    ["Null", "true", "no", "no", "yes"],
    ["Null", true, "no", "no", "yes"],
    ["Null", ["true", "false"], "yes", "yes", "yes"],
    ["Null", "maybe", "unknown", "unknown", "unknown"],
    ["ForAnyValue:Null", "true", "unknown", "unknown", "unknown"],
    ["ArnLike", "arn:*", "unknown", "unknown", "unknown"],
    ["NumericEquals", "7", "unknown", "unknown", "unknown"],
    ["StringMatches", sub, "unknown", "unknown", "unknown"],
  ])("%s %j", (operator, value, same, different, missing) => {
    expect(condition(operator, "sub", value, pr)).toBe(same);
    expect(condition(operator, "sub", value, github(other))).toBe(different);
    expect(condition(operator, "sub", value, token(githubIssuer, { aud: "sts.amazonaws.com" }))).toBe(missing);
  });

  /** Operator and value on a claim with the values `a` and `b`. */
  test.each<[string, Json, string]>([
    ["ForAnyValue:StringEquals", "a", "yes"],
    ["ForAnyValue:StringEquals", "c", "no"],
    ["ForAnyValue:StringNotEquals", "a", "yes"],
    ["ForAnyValue:StringNotEquals", ["a", "b"], "no"],
    ["ForAllValues:StringEquals", "a", "no"],
    ["ForAllValues:StringEquals", ["a", "b", "c"], "yes"],
    ["ForAllValues:StringNotEquals", "c", "yes"],
    ["ForAllValues:StringNotEquals", "a", "no"],
    ["StringEquals", "a", "unknown"],
    ["Null", "false", "yes"],
  ])("%s %j on two values", (operator, value, expected) => {
    const several = token(githubIssuer, { aud: "sts.amazonaws.com", sub: "s", amr: ["a", "b"] });
    expect(condition(operator, "amr", value, several)).toBe(expected);
  });

  test("keys are compared in any case, values are not", () => {
    const asks = (name: string, value: string): string =>
      answerTo([statement({ StringEquals: { [name]: value } })], pr);
    expect(asks("TOKEN.actions.githubusercontent.com:SUB", sub)).toBe("yes");
    expect(asks(key("sub"), "repo:acme/Infra:pull_request")).toBe("no");
  });

  test("all keys must hold, and all operators", () => {
    const aud = { [key("aud")]: "sts.amazonaws.com" };
    expect(answerTo([statement({ StringEquals: { ...aud, [key("sub")]: sub } })], pr)).toBe("yes");
    expect(answerTo([statement({ StringEquals: { ...aud, [key("sub")]: other } })], pr)).toBe("no");
    expect(answerTo([statement({ StringEquals: aud, StringLike: { [key("sub")]: "repo:acme/app:*" } })], pr)).toBe(
      "no",
    );
  });

  test("the ten claims of 2026 are keys, others are never there, and nobody's `iss` is one", () => {
    expect(condition("StringEquals", "repository_id", "2002", main)).toBe("yes");
    expect(condition("StringEquals", "repository_id", "2003", main)).toBe("no");
    expect(condition("StringEquals", "event_name", "push", github(sub, { event_name: "push" }))).toBe("no");
    expect(condition("StringEquals", "iss", "https://x", github(sub, { iss: "https://x" }))).toBe("no");
    expect(condition("ForAllValues:StringEquals", "iss", "https://x", pr)).toBe("yes");
  });

  test("what is not in the token is unknown, unless something else decides", () => {
    const address = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    expect(answerTo([statement(address)], pr)).toBe("unknown");
    expect(answerTo([statement({ ...address, StringEquals: { [key("sub")]: other } })], pr)).toBe("no");
    expect(answerTo([statement(address), statement({ StringEquals: { [key("sub")]: sub } })], pr)).toBe("yes");
    expect(answerTo([statement({ StringEquals: { "oidc.example/id/A:aud": "a" } })], pr)).toBe("no");
    expect(answerTo([statement({ StringEquals: { "oidc.example/id/A:region": "a" } })], pr)).toBe("unknown");
  });
});

describe("policy variables", () => {
  const pr = github("repo:acme/infra:pull_request", { repository: "acme/infra" });
  test.each<[string, string, string]>([
    ["StringEquals", "repo:${token.actions.githubusercontent.com:repository}:pull_request", "yes"],
    ["StringLike", "repo:${token.actions.githubusercontent.com:repository}:*", "yes"],
    ["StringEquals", "repo:${token.actions.githubusercontent.com:environment, 'acme/infra'}:pull_request", "yes"],
    ["StringEquals", "repo:${token.actions.githubusercontent.com:environment}:pull_request", "unknown"],
    ["StringEquals", "repo:${aws:PrincipalTag/repo}:pull_request", "unknown"],
    ["StringLike", "repo:acme/infra:${*}", "no"],
    ["StringEquals", "repo:${GITHUB_REPOSITORY}:pull_request", "unknown"],
  ])("%s %s", (operator, value, expected) => expect(condition(operator, "sub", value, pr)).toBe(expected));

  test("`${*}` is the character itself", () => {
    expect(condition("StringLike", "sub", "a${*}b${?}c${$}*", github("a*b?c$d"))).toBe("yes");
    expect(condition("StringLike", "sub", "a${*}b", github("axb"))).toBe("no");
  });

  test.each(["", "2008-10-17"])("are plain text in version %j", (version) => {
    const asks = (sub: string): string =>
      answerTo([statement({ StringEquals: { [key("sub")]: "${aws:x}" } })], github(sub), version);
    expect([asks("${aws:x}"), asks("other")]).toEqual(["yes", "no"]);
  });
});

describe("statements", () => {
  const sub = { StringLike: { [key("sub")]: "repo:acme/infra:*" } };
  const deny = (of: Json, more: Readonly<Record<string, Json>> = {}): Json =>
    statement(of, { Effect: "Deny", ...more });

  test("an explicit deny wins, in any order", () => {
    const branch = { StringLike: { [key("sub")]: "*:pull_request" } };
    const pr = github("repo:acme/infra:pull_request");
    for (const list of [
      [statement(sub), deny(branch)],
      [deny(branch), statement(sub)],
    ]) {
      expect([answerTo(list, pr), answerTo(list, main)]).toEqual(["no", "yes"]);
    }
    expect(answerTo([statement(sub), deny({ Bool: { "aws:SecureTransport": "false" } })], main)).toBe("unknown");
    expect(answerTo([statement(sub), deny(branch, { Action: "sts:TagSession" })], pr)).toBe("yes");
  });

  test.each<[Json, string]>([
    ["sts:AssumeRoleWithWebIdentity", "yes"],
    ["STS:assumerolewithwebidentity", "yes"],
    [["sts:TagSession", "sts:AssumeRoleWithWebIdentity"], "yes"],
    ["sts:*", "yes"],
    ["sts:AssumeRole*", "yes"],
    ["*", "yes"],
    ["sts:AssumeRole", "no"],
    ["sts:TagSession", "no"],
  ])("action %j", (action, expected) => expect(answerTo([statement(sub, { Action: action })], main)).toBe(expected));

  test.each<[Json, string]>([
    [{ Federated: arn(githubIssuer) }, "yes"],
    [{ Federated: [arn(pulumiIssuer), arn(githubIssuer)] }, "yes"],
    [{ Federated: `arn:aws-cn:iam::${account}:oidc-provider/${githubIssuer}` }, "yes"],
    [{ Federated: `arn:aws:iam::\${AWS::AccountId}:oidc-provider/${githubIssuer}` }, "yes"],
    [{ Federated: arn(githubIssuer, "444455556666") }, "no"],
    [{ Federated: arn(`${githubIssuer}/acme-corp`) }, "no"],
    [{ Federated: arn(pulumiIssuer) }, "no"],
    [{ Federated: githubIssuer }, "no"],
    [{ Federated: "cognito-identity.amazonaws.com" }, "no"],
    [{ AWS: `arn:aws:iam::${account}:root` }, "no"],
    [{ Service: "ec2.amazonaws.com" }, "no"],
    [{ AWS: "*" }, "unknown"],
    [{ Federated: "*" }, "unknown"],
    ["*", "unknown"],
    [{ Federated: { Ref: "GitHub" } }, "unknown"],
  ])("principal %j", (principal, expected) =>
    expect(answerTo([statement(sub, { Principal: principal })], main)).toBe(expected),
  );

  test("NotAction, NotPrincipal and unknown elements are unknown", () => {
    const { Action: action, Principal: principal, ...rest } = statement(sub);
    expect(answerTo([{ ...rest, Principal: principal ?? "", NotAction: action ?? "" }], main)).toBe("unknown");
    expect(answerTo([{ ...rest, Action: action ?? "", NotPrincipal: principal ?? "" }], main)).toBe("unknown");
    expect(answerTo([statement(sub, { Resource: "*" })], main)).toBe("unknown");
    expect(answerTo([statement(sub, { Effect: "allow" })], main)).toBe("unknown");
  });

  test("both issuers in one statement: nobody satisfies both", () => {
    const merged = statement(
      { StringEquals: { [key("aud")]: "sts.amazonaws.com", "api.pulumi.com/oidc:aud": "acme" } },
      { Principal: { Federated: [arn(githubIssuer), arn(pulumiIssuer)] } },
    );
    expect([answerTo([merged], main), answerTo([merged], deployment("update"))]).toEqual(["no", "no"]);
  });
});
