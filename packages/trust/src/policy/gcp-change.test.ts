import { describe, expect, test } from "vitest";
import { githubIssuer } from "../claims.ts";
import type { Runs } from "../party.ts";
import type { GcpProvider, GcpRule } from "../rule.ts";
import { changeGcp, tooLong, type GcpPlan } from "./gcp-change.ts";
import { gcpJson, printGcp, readGcp } from "./gcp.ts";

const pools = "projects/123456789012/locations/global/workloadIdentityPools";
const github: GcpProvider = {
  pool: `${pools}/github`,
  id: "actions",
  issuer: `https://${githubIssuer}`,
  audiences: [],
  mapping: { "google.subject": "assertion.sub", "attribute.repository": "assertion.repository" },
  condition: "assertion.repository_owner == 'acme'",
  disabled: false,
};
const fromGitHub = `principalSet://iam.googleapis.com/${pools}/github/attribute.repository/acme/infra`;
const fromPulumi = `principalSet://iam.googleapis.com/${pools}/pulumi/attribute.stack_ref/acme/infra/prod`;
const prod: Runs = { organization: "acme", project: "infra", stack: "prod", operations: "any" };
const plan: GcpPlan = {
  before: { kind: "gcp", providers: [github], members: [fromGitHub, "user:sre@acme.example"] },
  pool: `${pools}/pulumi`,
  provider: "pulumi-cloud",
  runs: [prod],
  stays: { kind: "nobody" },
};
const change = (more: Partial<GcpPlan> = {}): ReturnType<typeof changeGcp> => changeGcp({ ...plan, ...more });
function ruleOf(phase: ReturnType<typeof change>["transition"]): GcpRule {
  if (phase.kind === "blocked") throw new Error(phase.because.join());
  return phase.rule;
}
const pulumiOf = (of: GcpRule): GcpProvider | undefined => of.providers.find(({ id }) => id === "pulumi-cloud");

describe("from GitHub to Pulumi in GCP", () => {
  test("a pool, a provider with a condition, and one binding a stack; then GitHub's binding goes", () => {
    const { transition, final, beyond } = change();
    expect(pulumiOf(ruleOf(transition))).toMatchObject({
      issuer: "https://api.pulumi.com/oidc",
      audiences: ["acme"],
      condition: "assertion.org == 'acme' && assertion.project == 'infra'",
      mapping: {
        "google.subject": "assertion.org + '/' + assertion.project + '/' + assertion.stack + '/' + assertion.operation",
      },
    });
    expect(ruleOf(transition).members).toEqual([fromGitHub, "user:sre@acme.example", fromPulumi]);
    expect(ruleOf(final).members).toEqual(["user:sre@acme.example", fromPulumi]);
    expect(ruleOf(final).providers).toHaveLength(2);
    expect(beyond).toEqual({ kind: "none" });
  });

  test("twice is once", () => {
    const first = ruleOf(change().transition);
    expect(ruleOf(change({ before: first }).transition)).toEqual(first);
    const final = ruleOf(change().final);
    expect(ruleOf(change({ before: final }).final)).toEqual(final);
  });

  test("chosen operations have a binding each", () => {
    const { transition, beyond } = change({ runs: [{ ...prod, operations: ["update"] }] });
    expect(ruleOf(transition).members.at(-1)).toBe(
      `principal://iam.googleapis.com/${pools}/pulumi/subject/acme/infra/prod/update`,
    );
    expect(beyond).toEqual({ kind: "none" });
  });

  test("another service account's projects stay in the condition, and each organisation has its own audience", () => {
    const before = { ...ruleOf(change().transition), members: [] };
    const shop = change({ before, runs: [{ ...prod, project: "shop" }] });
    expect(pulumiOf(ruleOf(shop.transition))?.condition).toBe(
      "assertion.org == 'acme' && assertion.project in ['infra', 'shop']",
    );
    const labs = change({ before, runs: [{ ...prod, organization: "labs" }] });
    expect(pulumiOf(ruleOf(labs.transition))?.condition).toBe(
      "(assertion.aud == 'acme' && assertion.org == 'acme' && assertion.project == 'infra') || (assertion.aud == 'labs' && assertion.org == 'labs' && assertion.project == 'infra')",
    );
    expect([shop.beyond, labs.beyond]).toEqual([{ kind: "none" }, { kind: "none" }]);
    const more = change({
      before: ruleOf(labs.transition),
      runs: [{ ...prod, organization: "labs", project: "shop" }],
    });
    expect(pulumiOf(ruleOf(more.transition))?.condition).toContain("assertion.project in ['infra', 'shop'])");
  });

  test.each<[string, Partial<GcpPlan>]>([
    ["are not known", { before: { kind: "hidden" } }],
    ["Pulumi needs a pool of its own", { pool: `${pools}/github` }],
    ["bytes, and 127 are allowed", { runs: [{ ...prod, project: "p".repeat(100), stack: "production" }] }],
    ["no stack", { runs: [] }],
    ["is no name", { runs: [{ ...prod, stack: "a'b" }] }],
    [
      "is not one of ours",
      { before: { kind: "gcp", providers: [{ ...github, pool: `${pools}/pulumi`, id: "pulumi-cloud" }], members: [] } },
    ],
  ])("is blocked: %s", (because, more) => {
    const { transition } = change(more);
    const words = transition.kind === "blocked" ? transition.because.join() : "";
    expect(words).toContain(because);
  });

  test("the last step waits for what stays, and for pools that nobody knows", () => {
    expect(change({ stays: { kind: "unknown", because: [] } }).final.kind).toBe("blocked");
    const strange = fromGitHub.replace("/github/", "/other/");
    expect(change({ before: { kind: "gcp", providers: [github], members: [strange] } }).final).toMatchObject({
      kind: "blocked",
      because: [`the provider behind ${strange} is not known`],
    });
  });

  test("127 bytes are counted with the longest operation", () => {
    const of = (length: number): Runs => ({ ...prod, organization: "a", project: "b", stack: "s".repeat(length) });
    expect(tooLong([of(127 - "a/b//remediate-drift".length)])).toEqual([]);
    expect(tooLong([of(128 - "a/b//remediate-drift".length)])).toHaveLength(1);
    expect(tooLong([{ ...of(100), operations: ["update"] }])).toEqual([]);
  });
});

test("gcloud's documents are read and printed", () => {
  const rule = ruleOf(change().transition);
  const { providers, policy } = gcpJson(rule) as { providers: never[]; policy: never };
  const read = readGcp(providers, policy);
  expect(read.kind === "gcp" && printGcp(read)).toBe(printGcp(rule));
  expect(readGcp([{}], policy).kind).toBe("unread");
  const conditional = { bindings: [{ role: "roles/iam.workloadIdentityUser", members: [], condition: {} }] };
  expect(readGcp(providers, conditional).kind).toBe("unread");
});
