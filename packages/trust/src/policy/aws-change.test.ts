import { describe, expect, test } from "vitest";
import { admits } from "../admits.ts";
import { githubAudience, githubIssuer, pulumiIssuer, token } from "../claims.ts";
import { githubParty, type Runs } from "../party.ts";
import type { AwsRule, Json } from "../rule.ts";
import { changeAws, type AwsPlan } from "./aws-change.ts";
import { awsQuota, awsRefusals } from "./aws-refusals.ts";
import { awsJson, awsSize, printAws, readAws, readAwsText, sameAws } from "./aws.ts";

const account = "111122223333";
const prod: Runs = { organization: "acme", project: "infra", stack: "prod", operations: "any" };
const github: Json = {
  Sid: "GitHubActions",
  Effect: "Allow",
  Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${githubIssuer}` },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: {
    StringEquals: {
      [`${githubIssuer}:aud`]: "sts.amazonaws.com",
      [`${githubIssuer}:sub`]: "repo:acme/infra:ref:refs/heads/main",
    },
  },
};
const pulumi: Json = {
  Sid: "PulumiDeployments",
  Effect: "Allow",
  Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/api.pulumi.com/oidc` },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: {
    StringEquals: { "api.pulumi.com/oidc:aud": "acme" },
    StringLike: {
      "api.pulumi.com/oidc:sub": "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write",
    },
  },
};
const document = (...statements: readonly Json[]): Json => ({ Version: "2012-10-17", Statement: statements });
function rule(...statements: readonly Json[]): AwsRule {
  const read = readAws(document(...statements));
  if (read.kind === "unread") throw new Error(read.because);
  return read;
}
const main = githubParty(
  { owner: "acme", name: "infra", ids: undefined },
  { kind: "branch", name: "main" },
  githubAudience("aws"),
);
const plan: AwsPlan = {
  before: rule(github),
  account,
  partition: "aws",
  home: undefined,
  runs: [prod],
  github: [main],
  stays: { kind: "nobody" },
  subjects: "compact",
  quota: awsQuota.usual,
};
const change = (more: Partial<AwsPlan> = {}): ReturnType<typeof changeAws> => changeAws({ ...plan, ...more });
const stacks = (count: number): readonly Runs[] =>
  Array.from({ length: count }, () => prod).map((one, i) => ({ ...one, stack: `prod${String(i).padStart(2, "0")}` }));
const jsonOf = (phase: ReturnType<typeof change>["transition"]): Json =>
  phase.kind === "rule" ? awsJson(phase.rule) : phase.because;

describe("from GitHub to Pulumi", () => {
  test("first both, then Pulumi alone, and nobody beyond", () => {
    const { transition, final, beyond, audiences, notes } = change();
    expect(jsonOf(transition)).toEqual(document(github, pulumi));
    expect(jsonOf(final)).toEqual(document(pulumi));
    expect(beyond).toEqual({ kind: "none" });
    expect({ audiences, notes }).toEqual({ audiences: ["acme"], notes: [] });
  });

  test("a family of stacks, whose names begin alike, gets in, and no other stack", () => {
    const { final, beyond } = change({ runs: [{ ...prod, stack: "pr-*" }] });
    if (final.kind !== "rule") throw new Error(final.because.join());
    const admitted = (stack: string, organization = "acme"): string => {
      const sub = `pulumi:deploy:org:${organization}:project:infra:stack:${stack}:operation:update:scope:write`;
      return admits(final.rule, token(pulumiIssuer, { aud: "acme", sub }), { account }).kind;
    };
    expect(beyond).toEqual({ kind: "none" });
    expect(["pr-7", "pr-acme-infra-7", "pr", "prod", "xpr-7"].map((one) => admitted(one))).toEqual([
      "yes",
      "yes",
      "no",
      "no",
      "no",
    ]);
    expect(admitted("pr-7", "evil")).toBe("no");
  });

  test.each(["*", "p*", "pr-*-x", "pr-**"])("a stack `%s` is no family", (stack) => {
    expect(change({ runs: [{ ...prod, stack }] }).final.kind).toBe("blocked");
  });

  test("our statement stands behind GitHub's, and others keep their places", () => {
    const root: Json = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "sts:AssumeRole",
    };
    const { transition, final } = change({ before: rule(github, root) });
    expect(jsonOf(transition)).toEqual(document(github, pulumi, root));
    expect(jsonOf(final)).toEqual(document(pulumi, root));
  });

  test("doing it twice is doing it once, from any step", () => {
    const first = change();
    if (first.transition.kind === "blocked" || first.final.kind === "blocked") throw new Error("blocked");
    for (const before of [first.transition.rule, first.final.rule]) {
      const again = change({ before });
      expect(again.transition).toEqual({ kind: "rule", rule: before });
      expect(again.adds.statements).toEqual([]);
      expect(again.final).toEqual(first.final);
    }
  });

  test("another repository's stacks stay when a second one moves to the same role", () => {
    const { transition } = change({ before: rule(github, pulumi), runs: [{ ...prod, project: "shop" }] });
    expect(JSON.stringify(jsonOf(transition))).toContain("project:infra:stack:prod");
    expect(JSON.stringify(jsonOf(transition))).toContain("project:shop:stack:prod");
  });

  test("several organisations have a statement each: the audience of one never goes with the stacks of another", () => {
    const { transition, audiences, beyond } = change({ runs: [prod, { ...prod, organization: "Acme-Labs" }] });
    const sids = transition.kind === "rule" ? transition.rule.statements.map(({ sid }) => sid) : [];
    expect(sids).toEqual(["GitHubActions", "PulumiDeploymentsAcme", "PulumiDeploymentsAcmelabs"]);
    expect({ audiences, beyond }).toEqual({ audiences: ["acme", "acme-labs"], beyond: { kind: "none" } });
  });

  test("chosen operations are listed, and others stay out", () => {
    const { transition } = change({ runs: [{ ...prod, operations: ["update", "preview"] }] });
    expect(jsonOf(transition)).toMatchObject({
      Statement: [
        {},
        {
          Condition: {
            StringEquals: {
              "api.pulumi.com/oidc:sub": [
                "pulumi:deploy:org:acme:project:infra:stack:prod:operation:preview:scope:write",
                "pulumi:deploy:org:acme:project:infra:stack:prod:operation:update:scope:write",
              ],
            },
          },
        },
      ],
    });
  });
});

describe("the last step", () => {
  test("waits until somebody has looked, and while somebody stays", () => {
    expect(change({ stays: { kind: "unknown" } }).final).toMatchObject({
      kind: "blocked",
      because: ["nobody has looked whether anything else assumes it"],
    });
    const who = [".github/workflows/assets.yml:22"];
    expect(change({ stays: { kind: "somebody", who, parties: [] } }).final).toMatchObject({
      kind: "blocked",
      because: [".github/workflows/assets.yml:22 still assumes it"],
    });
  });

  test("can be cut down to what stays, where that takes from the old rule", () => {
    const wide = JSON.parse(
      JSON.stringify(github).replace("ref:refs/heads/main", "*").replace("StringEquals", "StringLike"),
    ) as Json;
    const assets = githubParty(
      { owner: "acme", name: "infra", ids: undefined },
      { kind: "environment", name: "assets" },
      "sts.amazonaws.com",
    );
    const stays = { kind: "somebody" as const, who: ["assets.yml"], parties: [assets] };
    const { narrowed } = change({ before: rule(wide), stays });
    expect(narrowed?.statements[0]).toMatchObject({
      conditions: [
        { key: `${githubIssuer}:aud` },
        { operator: "StringEquals", values: ["repo:acme/infra:environment:assets"] },
      ],
    });
    expect(change({ stays }).narrowed).toBeUndefined();
  });

  test("keeps the others of a statement that is for GitHub too", () => {
    const other = `arn:aws:iam::${account}:oidc-provider/gitlab.com`;
    const both = {
      ...(github as object),
      Principal: { Federated: [`arn:aws:iam::${account}:oidc-provider/${githubIssuer}`, other] },
    };
    expect(jsonOf(change({ before: rule(both) }).final)).toMatchObject({
      Statement: [{ Principal: { Federated: other } }, {}],
    });
  });

  test("does not guess at a statement that was not read", () => {
    const odd = { ...(github as object), Resource: "*" };
    expect(change({ before: rule(odd) }).final).toMatchObject({
      kind: "blocked",
      because: [expect.stringContaining("is not read")],
    });
    expect(change({ before: rule(odd) }).beyond.kind).toBe("none");
  });
});

describe("a statement with our Sid", () => {
  const sids = (before: AwsRule, organization: string): Json =>
    change({ before, runs: [{ ...prod, organization }] }).transition.rule?.statements.map(({ sid }) => sid ?? "") ?? [];

  test("of another organisation stays, and the new one has its own", () => {
    expect(sids(rule(github, pulumi), "labs")).toEqual(["GitHubActions", "PulumiDeployments", "PulumiDeploymentsLabs"]);
    expect(sids(rule(github, pulumi), "acme")).toEqual(["GitHubActions", "PulumiDeployments"]);
  });

  test("that is not one of ours is left alone", () => {
    const foreign = { ...(github as object), Sid: "PulumiDeployments" };
    expect(sids(rule(foreign), "acme")).toEqual(["PulumiDeployments", "PulumiDeploymentsAcme"]);
    const more = {
      ...(pulumi as object),
      Condition: { StringLike: { "api.pulumi.com/oidc:sub": "pulumi:deploy:org:evil:*" } },
    };
    expect(change({ before: rule(github, more) }).transition).toMatchObject({
      kind: "blocked",
      because: [expect.stringContaining("`aud`")],
    });
  });
});

describe("what is not known", () => {
  test("a hidden policy: the statement to add, and no document", () => {
    const { transition, adds, beyond } = change({ before: { kind: "hidden" } });
    expect(transition.kind).toBe("blocked");
    expect(adds).toEqual(rule(pulumi));
    expect(beyond).toEqual({ kind: "none" });
  });

  test("a new role: the statement alone, at once", () => {
    const { transition, final } = change({ before: { kind: "new" }, stays: { kind: "unknown" } });
    expect([jsonOf(transition), jsonOf(final)]).toEqual([document(pulumi), document(pulumi)]);
  });

  test("the account: taken from GitHub's statement, else a hole", () => {
    expect(change({ account: undefined }).transition.kind).toBe("rule");
    const { transition, adds } = change({ account: undefined, before: { kind: "new" } });
    expect(transition).toMatchObject({ kind: "blocked", because: ["the account is not known yet"] });
    expect(JSON.stringify(adds)).toContain("arn:aws:iam::<ACCOUNT>:oidc-provider/api.pulumi.com/oidc");
  });

  test("whether it will do: a provider of another account, a deny, and one that hangs on something else", () => {
    const would = {
      kind: "blocked",
      because: [expect.stringMatching(/^api\.pulumi\.com\/oidc aud=acme .* would not get in$/)],
    };
    expect(change({ account: "444455556666" }).transition).toMatchObject(would);
    const deny = { ...(pulumi as object), Sid: "NoProd", Effect: "Deny" };
    expect(change({ before: rule(github, deny) }).transition).toMatchObject(would);
    const address = { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    const perhaps = change({ before: rule(github, { ...deny, Condition: address }) });
    expect(perhaps.transition.kind).toBe("rule");
    expect(perhaps.notes).toEqual(["whether the stacks get in is not sure: `aws:SourceIp` is not in the token"]);
  });

  test.each([["pro*"], ["a:b"], [""], ["${stack}"]])("the stack %j is no name", (stack) =>
    expect(change({ runs: [{ ...prod, stack }] }).transition.kind).toBe("blocked"),
  );

  test("no stack at all", () => {
    expect(change({ runs: [] }).transition.kind).toBe("blocked");
  });
});

describe("what IAM would refuse", () => {
  const without = (claim: string, of: Json): Json =>
    JSON.parse(JSON.stringify(of, (key, value: Json) => (key.endsWith(`:${claim}`) ? undefined : value))) as Json;
  const kinds = (of: AwsRule): readonly string[] => awsRefusals(of).map(({ kind, sure }) => (sure ? kind : `${kind}?`));

  test.each<[string, Json, readonly string[]]>([
    ["GitHub with sub", github, []],
    ["GitHub without sub", without("sub", github), ["no-subject"]],
    ["GitHub without aud", without("aud", github), []],
    ["Pulumi", pulumi, []],
    ["Pulumi without aud", without("aud", pulumi), ["no-audience"]],
    ["Pulumi without sub", without("sub", pulumi), []],
    [
      "sub of wildcards",
      JSON.parse(JSON.stringify(github).replace("repo:acme/infra:ref:refs/heads/main", "*")) as Json,
      ["no-subject"],
    ],
    [
      "sub under a set operator",
      JSON.parse(JSON.stringify(github).replace("StringEquals", "ForAllValues:StringEquals")) as Json,
      ["no-subject?"],
    ],
    ["a deny without sub", { ...(without("sub", github) as object), Effect: "Deny" }, []],
    ["a host name", { ...(github as object), Principal: { Federated: githubIssuer } }, ["principal"]],
    ["an emoji", JSON.parse(JSON.stringify(github).replace("main", "\u{1F680}")) as Json, ["character"]],
    ["a Sid with a dash", { ...(github as object), Sid: "github-actions" }, ["sid"]],
  ])("%s", (_, statement, expected) => expect(kinds(rule(statement))).toEqual(expected));

  test("two equal Sids, and no statement", () => {
    expect(kinds(rule(github, github))).toEqual(["sid"]);
    expect(kinds(rule())).toEqual(["empty"]);
  });

  test("an old statement without a subject gets the subjects that used it, in the same write", () => {
    const { repaired, transition, notes, beyond } = change({ before: rule(without("sub", github)) });
    expect(repaired && awsJson(repaired)).toEqual(document(github));
    expect(jsonOf(transition)).toEqual(document(github, pulumi));
    expect(notes).toEqual(["statement 1 has no `sub`: IAM refuses any new version of the policy without one"]);
    expect(beyond).toEqual({ kind: "none" });
    const unknown = change({ before: rule(without("sub", github)), github: [] });
    expect(unknown.transition).toMatchObject({
      kind: "blocked",
      because: [expect.stringContaining("must compare `sub`")],
    });
  });
});

describe("the quota", () => {
  const most = (subjects: AwsPlan["subjects"], before: AwsPlan["before"], quota: number): number => {
    let count = 0;
    for (;;) {
      const { transition, notes } = change({ before, subjects, runs: stacks(count + 1), quota });
      if (transition.kind === "blocked" || notes.some((one) => one.startsWith("one pattern"))) return count;
      count += 1;
    }
  };

  test("holds as many stacks as the reference counted", () => {
    expect(most("closed", { kind: "new" }, awsQuota.usual)).toBe(5);
    expect(most("closed", plan.before, awsQuota.usual)).toBe(4);
    expect(most("compact", { kind: "new" }, awsQuota.usual)).toBe(22);
    expect(most("compact", plan.before, awsQuota.usual)).toBe(18);
  });

  test("makes patterns of a closed list that does not fit, and says so", () => {
    const { transition, notes } = change({ subjects: "closed", runs: stacks(6) });
    expect(transition.kind).toBe("rule");
    expect(notes).toEqual(["one pattern a stack, because one subject an operation does not fit"]);
  });

  test("can be raised, and is still counted", () => {
    const raised = change({ runs: stacks(30), quota: awsQuota.raised });
    expect(raised.transition.kind).toBe("rule");
    expect(raised.notes).toEqual([expect.stringContaining("needs the quota raised above 2048")]);
    expect(change({ runs: stacks(60), quota: awsQuota.raised }).transition).toMatchObject({
      because: [expect.stringMatching(/^the policy has \d+ characters, and 4096 are allowed$/)],
    });
  });
});

describe("a document", () => {
  test("is read and printed in one form, whatever its order and lists", () => {
    const shuffled = readAwsText(
      JSON.stringify({
        Statement: {
          Condition: {
            StringEquals: {
              [`${githubIssuer}:sub`]: ["repo:acme/infra:ref:refs/heads/main"],
              [`${githubIssuer}:aud`]: ["sts.amazonaws.com"],
            },
          },
          Action: ["sts:AssumeRoleWithWebIdentity"],
          Principal: { Federated: [`arn:aws:iam::${account}:oidc-provider/${githubIssuer}`] },
          Effect: "Allow",
          Sid: "GitHubActions",
        },
        Version: "2012-10-17",
      }),
    );
    if (shuffled.kind === "unread") throw new Error(shuffled.because);
    expect(printAws(shuffled)).toBe(printAws(rule(github)));
    expect(sameAws(shuffled, rule(github))).toBe(true);
    expect(sameAws(rule(github, pulumi), rule(pulumi, github))).toBe(true);
    expect(sameAws(rule(github), rule(pulumi))).toBe(false);
    expect(awsSize(rule(github))).toBe(JSON.stringify(document(github)).length);
  });

  test("of an SDK is percent-encoded", () => {
    expect(readAwsText(encodeURIComponent(JSON.stringify(document(github))))).toEqual(rule(github));
  });

  test.each(["", "{", "[]", "{}", '{"Version":1,"Statement":[]}', '{"Statement":[],"Other":1}'])("%j is none", (text) =>
    expect(readAwsText(text).kind).toBe("unread"),
  );

  test("keeps what it does not understand", () => {
    const odd = { Effect: "Allow", Principal: { Federated: { Ref: "Provider" } }, Action: "sts:*" };
    const read = rule(odd, github);
    expect(read.statements[0]).toMatchObject({ kind: "unread" });
    expect(awsJson(read)).toEqual(document(odd, github));
  });
});
