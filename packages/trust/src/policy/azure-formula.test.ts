import { describe, expect, test } from "vitest";
import { admits } from "../admits.ts";
import { githubIssuer, pulumiIssuer, token } from "../claims.ts";
import { beyond } from "../inclusion.ts";
import { deploymentParty } from "../party.ts";
import type { AzureCredential, AzureRule } from "../rule.ts";

const sub = "pulumi:deploy:org:acme:project:infra:stack:prod:operation:update:scope:write";
const credential: AzureCredential = {
  name: "pulumi-infra-prod-update",
  issuer: "https://api.pulumi.com/oidc",
  audiences: ["acme"],
  matching: { kind: "subject", subject: sub },
};
const rule = (...credentials: readonly AzureCredential[]): AzureRule => ({ kind: "azure", credentials });
const place = { account: undefined };

describe("federated credentials", () => {
  test.each([
    [pulumiIssuer, "acme", sub, "yes"],
    [pulumiIssuer, "acme", sub.replace("update", "preview"), "no"],
    [pulumiIssuer, "Acme", sub, "no"],
    [githubIssuer, "acme", sub, "no"],
  ])("%s %s %s: %s", (issuer, aud, subject, expected) =>
    expect(admits(rule(credential), token(issuer, { aud, sub: subject }), place).kind).toBe(expected),
  );

  test("match exactly: a wildcard is a character", () => {
    const wild = { ...credential, matching: { kind: "subject" as const, subject: sub.replace("update", "*") } };
    expect(admits(rule(wild), token(pulumiIssuer, { aud: "acme", sub }), place).kind).toBe("no");
  });

  test("reach no further than the stack", () => {
    const runs = { organization: "acme", project: "infra", stack: "prod", operations: "any" as const };
    expect(beyond(rule(credential), [deploymentParty(runs)], place)).toEqual({ kind: "none" });
    const other = beyond(rule(credential), [deploymentParty({ ...runs, stack: "dev" })], place);
    expect(other).toMatchObject({ kind: "token", token: { issuer: pulumiIssuer } });
  });

  test.each([
    ["claims['sub'] matches 'repo:acme/infra:*'", "yes"],
    ["claims['sub'] eq 'repo:acme/infra:pull_request' and claims['repository_id'] eq '2002'", "yes"],
    ["claims['sub'] eq 'repo:acme/infra:*'", "no"],
    ["claims['sub'] like 'repo'", "unknown"],
  ])("flexible: %s", (expression, expected) => {
    const flexible = { ...credential, issuer: githubIssuer, matching: { kind: "expression" as const, expression } };
    const who = token(githubIssuer, { aud: "acme", sub: "repo:acme/infra:pull_request", repository_id: "2002" });
    expect(admits(rule(flexible), who, place).kind).toBe(expected);
  });
});
