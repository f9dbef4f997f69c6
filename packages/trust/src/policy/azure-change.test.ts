import { describe, expect, test } from "vitest";
import { githubIssuer } from "../claims.ts";
import type { Runs } from "../party.ts";
import type { AzureCredential, AzureRule } from "../rule.ts";
import { changeAzure, type AzurePlan } from "./azure-change.ts";
import { azureJson, printAzure, readAzure } from "./azure.ts";

const github: AzureCredential = {
  name: "gha-infra-prod",
  issuer: `https://${githubIssuer}`,
  audiences: ["api://AzureADTokenExchange"],
  matching: { kind: "subject", subject: "repo:acme/infra:environment:prod" },
};
const prod: Runs = { organization: "acme", project: "infra", stack: "prod", operations: "any" };
const plan: AzurePlan = {
  before: { kind: "azure", credentials: [github] },
  runs: [prod],
  stays: { kind: "nobody" },
};
const change = (more: Partial<AzurePlan> = {}): ReturnType<typeof changeAzure> => changeAzure({ ...plan, ...more });
function ruleOf(phase: ReturnType<typeof change>["transition"]): AzureRule {
  if (phase.kind === "blocked") throw new Error(phase.because.join());
  return phase.rule;
}
const names = (of: AzureRule): readonly string[] => of.credentials.map(({ name }) => name);
const ours = ["destroy", "preview", "refresh", "update"].map((operation) => `pulumi-infra-prod-${operation}`);
const stacks = (count: number): readonly Runs[] =>
  Array.from({ length: count }, (_, i) => ({ ...prod, stack: `s${i}` }));

describe("from GitHub to Pulumi in Azure", () => {
  test("a credential an operation; then GitHub's go", () => {
    const { transition, final, beyond, notes } = change();
    expect(names(ruleOf(transition))).toEqual(["gha-infra-prod", ...ours]);
    expect(names(ruleOf(final))).toEqual(ours);
    expect(ruleOf(transition).credentials[4]).toEqual({
      name: "pulumi-infra-prod-update",
      issuer: "https://api.pulumi.com/oidc",
      audiences: ["acme"],
      matching: {
        kind: "subject",
        subject: "pulumi:deploy:org:acme:project:infra:stack:prod:operation:update:scope:write",
      },
    });
    expect(beyond).toEqual({ kind: "none" });
    expect(notes).toHaveLength(1);
  });

  test("twice is once", () => {
    const first = ruleOf(change().transition);
    expect(ruleOf(change({ before: first }).transition)).toEqual(first);
  });

  test("twenty credentials are allowed: five stacks, four beside GitHub's", () => {
    expect(change({ before: { kind: "new" }, runs: stacks(5) }).transition.kind).toBe("rule");
    expect(change({ runs: stacks(4) }).transition.kind).toBe("rule");
    expect(change({ runs: stacks(5) }).transition).toMatchObject({
      kind: "blocked",
      because: ["the identity would have 21 credentials, and 20 are allowed"],
    });
  });

  test("names are made of what Azure takes, and no two are alike", () => {
    const runs = [
      { ...prod, stack: "a.b" },
      { ...prod, stack: "a-b" },
    ].map((one) => ({ ...one, operations: ["update"] }));
    expect(names(ruleOf(change({ before: { kind: "new" }, runs }).transition))).toEqual([
      "pulumi-infra-a-b-update",
      "pulumi-infra-a-b-update-2",
    ]);
    const long = { ...prod, project: "p".repeat(100), stack: "s".repeat(100) };
    expect(new Set(names(ruleOf(change({ runs: [long] }).transition)).map((one) => one.length)).has(120)).toBe(true);
  });

  test("is blocked by what is hidden, by what stays, and by Azure's own audience", () => {
    expect(change({ before: { kind: "hidden" } }).transition.kind).toBe("blocked");
    expect(change({ stays: { kind: "unknown", because: [] } }).final.kind).toBe("blocked");
    const first = ruleOf(change().transition);
    const credentials = first.credentials.map((one) => ({ ...one, audiences: ["api://AzureADTokenExchange"] }));
    expect(change({ before: { kind: "azure", credentials } }).transition).toMatchObject({
      because: [expect.stringContaining("another audience")],
    });
  });
});

test("az's lists are read and printed", () => {
  const rule = ruleOf(change().transition);
  const flexible: AzureCredential = {
    ...github,
    name: "flexible",
    matching: { kind: "expression", expression: "claims['sub'] eq 'a'" },
  };
  const all: AzureRule = { kind: "azure", credentials: [...rule.credentials, flexible] };
  const read = readAzure(azureJson(all));
  expect(read.kind === "azure" && printAzure(read)).toBe(printAzure(all));
  expect(readAzure({}).kind).toBe("unread");
  expect(readAzure([{ name: "a" }]).kind).toBe("unread");
});
