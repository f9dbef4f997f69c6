import { describe, expect, test } from "vitest";
import {
  awsClaims,
  deploymentAudience,
  escAudience,
  githubAudience,
  issuerKey,
  issuerKind,
  printToken,
  readToken,
} from "./claims.ts";

describe("an issuer", () => {
  test.each([
    ["https://token.actions.githubusercontent.com", "github"],
    ["token.actions.githubusercontent.com/", "github"],
    ["https://token.actions.githubusercontent.com/acme-corp", "github-enterprise"],
    ["https://token.actions.acme.ghe.com", "github-residency"],
    ["https://git.acme.example/_services/token", "github-server"],
    ["https://api.pulumi.com/oidc", "pulumi"],
    ["https://api.pulumi.com/oidc/v2", "esc-custom"],
    ["https://oidc.eks.eu-west-1.amazonaws.com/id/ABCD", undefined],
    ["https://token.actions.githubusercontent.com.evil.example", undefined],
  ])("%s is %s", (url, kind) => expect(issuerKind(url)).toBe(kind));

  test("is written as IAM does", () => {
    expect(issuerKey("https://API.pulumi.com/oidc/")).toBe("api.pulumi.com/oidc");
  });

  test.each([
    ["api.pulumi.com/oidc", 3],
    ["git.acme.example/_services/token", 3],
    ["token.actions.githubusercontent.com", 13],
    ["token.actions.githubusercontent.com/acme-corp", 13],
    ["token.actions.acme.ghe.com", 13],
  ])("%s has %i claims that AWS reads", (issuer, count) => expect(awsClaims(issuer)).toHaveLength(count));
});

describe("an audience", () => {
  test("is the organisation, the cloud and the organisation, or the cloud's own", () => {
    expect(deploymentAudience("Acme")).toBe("acme");
    expect(escAudience("aws", "Acme")).toBe("aws:acme");
    expect(githubAudience("aws")).toBe("sts.amazonaws.com");
    expect(githubAudience("aws", "aws-cn")).toBe("sts.amazonaws.com.cn");
    expect(githubAudience("azure")).toBe("api://AzureADTokenExchange");
    expect(githubAudience("gcp", "", "projects/1/x")).toBe("https://iam.googleapis.com/projects/1/x");
  });
});

describe("a token", () => {
  test("is read from a payload, numbers as texts, objects left out", () => {
    const read = readToken({ iss: "https://api.pulumi.com/oidc", aud: ["acme"], sub: "s", iat: 7, nested: { a: 1 } });
    expect(read?.issuer).toBe("api.pulumi.com/oidc");
    expect([...(read?.claims ?? [])]).toEqual([
      ["iss", ["https://api.pulumi.com/oidc"]],
      ["aud", ["acme"]],
      ["sub", ["s"]],
      ["iat", ["7"]],
    ]);
    expect(read && printToken(read)).toBe("api.pulumi.com/oidc aud=acme sub=s iat=7");
  });

  test.each([[null], ["text"], [{}], [{ iss: { a: 1 } }]])("is not %j", (payload) =>
    expect(readToken(payload)).toBeUndefined(),
  );
});
