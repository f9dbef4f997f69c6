import { describe, expect, test } from "vitest";
import { migrate, riskOf, shapeOf, type PlanDocument, type PlannedOperation, type Risk } from "@gha2pulumi/migrate";
import { fixture } from "./support/fixture.ts";
import { grammars } from "./support/grammars.ts";

async function documentOf(name: string): Promise<PlanDocument> {
  const { before, surroundings } = fixture(name);
  return (await migrate({ tree: before, surroundings }, grammars)).document;
}

/** What the scenarios of migrations are held to be, on whole repositories. */
const repositories: readonly (readonly [name: string, level: Risk["level"], reason: string | undefined])[] = [
  ["repositories/started-by-hand", "low", undefined],
  ["repositories/preview-and-update-in-two-files", "medium", "a role's trust policy is not known"],
  ["repositories/private-packages", "medium", "commands run before it"],
  ["repositories/secret-in-the-environment", "medium", "secrets have to be moved"],
  ["repositories/previews-only", "medium", "previews of pull requests run as another identity than updates"],
  ["repositories/matrix-of-stacks", "medium", "several stacks"],
  ["repositories/google-key", "high", "static keys of production"],
  ["repositories/scheduled-update-remediates", "high", "the clock updates stacks"],
  ["repositories/review-stacks-answered", "high", "pull requests change stacks"],
  ["repositories/four-branches-four-stacks", "high", "a workflow keeps what Pulumi Deployments cannot do (GP206)"],
  ["calls/tag-trigger", "medium", "a workflow keeps what Pulumi Deployments cannot do (GP232)"],
  ["calls/test-job-before-update", "high", "a workflow keeps what Pulumi Deployments cannot do (GP207)"],
  ["refusals/another-account-on-previews", "medium", "workflows keep other operations of the same stack"],
  ["refusals/stack-from-variable", "none", undefined],
  ["repositories/nothing-to-do", "none", undefined],
];

describe("the risk of a plan", () => {
  test.each(repositories)("of %s is %s", async (name, level, reason) => {
    const risk = riskOf(await documentOf(name));
    expect(risk.level).toBe(level);
    if (reason === undefined) expect(risk.reasons).toEqual([]);
    else expect(risk.reasons).toContain(reason);
  });
});

const low = await documentOf("repositories/started-by-hand");
const [operation] = low.operations as readonly [PlannedOperation];
const [proven] = low.proof.cases as readonly [PlanDocument["proof"]["cases"][number]];

const on = (more: Partial<PlannedOperation>): Partial<PlanDocument> => ({ operations: [{ ...operation, ...more }] });
const verdict = (kind: "missing" | "extra" | "changed" | "undecided"): Partial<PlanDocument> => ({
  proof: { ...low.proof, verdicts: { ...low.proof.verdicts, [kind]: 1 } },
});
const diagnostic = (code: string, severity: "error" | "warning"): Partial<PlanDocument> => ({
  diagnostics: [{ code, severity, message: "", location: "a:1:1", excerpt: null, help: "" }],
});
const question = { key: "k", text: "", choices: [], default: null, locations: [], effect: "" };
const consent = { code: "GP272", text: "" };
const role: PlanDocument["trust"][number] = {
  cloud: "aws",
  role: "r",
  stacks: [],
  subjects: [],
  note: "",
  statement: null,
  table: "",
  reach: { beyond: "nobody", blocked: false, lost: [], previews: null },
  definition: null,
  hole: null,
};

const reaching = (more: Partial<NonNullable<typeof role.reach>>): Partial<PlanDocument> => ({
  trust: [{ ...role, reach: { beyond: "nobody", blocked: false, lost: [], previews: null, ...more } }],
});

/** One thing at a time on top of a plan of low risk. */
const table: readonly (readonly [what: string, more: Partial<PlanDocument>, level: Risk["level"]])[] = [
  ["as it is", {}, "low"],
  ["something would be missing", verdict("missing"), "high"],
  ["something would happen too", verdict("extra"), "high"],
  ["something would be done otherwise", verdict("changed"), "high"],
  ["something is not decided", verdict("undecided"), "high"],
  ["nothing was compared", { proof: { ...low.proof, cases: [] } }, "high"],
  ["a gate is lost", { proof: { ...low.proof, cases: [{ ...proven, codes: ["GP274"], accepted: true }] } }, "high"],
  ["a required check is lost", { accepted: [{ ...consent, code: "GP270", used: ["the check deploy"] }] }, "high"],
  ["a loss is accepted", { accepted: [{ ...consent, used: ["push main"] }] }, "high"],
  ["something is accepted that nothing rests on", { accepted: [{ ...consent, used: [] }] }, "low"],
  ["a question is open", { questions: [question] }, "medium"],
  ["a question has a default", { questions: [{ ...question, default: "x" }] }, "low"],
  ["a secret is to be moved", { secrets: low.secrets.map((one) => ({ ...one, goes: "config" as const })) }, "medium"],
  ["an error", diagnostic("GP101", "error"), "high"],
  ["a warning", diagnostic("GP102", "warning"), "low"],
  ["something beside it that may run Pulumi", diagnostic("GP219", "warning"), "medium"],
  ["a whole organisation gets in", diagnostic("GP416", "warning"), "high"],
  ["an administrator without a boundary", diagnostic("GP415", "warning"), "high"],
  ["a role whose change is exact", { trust: [role] }, "low"],
  ["a role that lets others in", reaching({ beyond: "somebody" }), "high"],
  ["a role of which that is not known", reaching({ beyond: "unknown" }), "medium"],
  ["a role whose change is held up", reaching({ blocked: true }), "medium"],
  ["a condition is lost", reaching({ lost: ["branch main"] }), "medium"],
  ["a role that previews did not have", reaching({ previews: "open" }), "medium"],
  ["a role with a guard for previews", reaching({ previews: "guarded" }), "medium"],
  ["a role that refuses previews", reaching({ previews: "refused" }), "low"],
  ["a role that no file shows", { trust: [{ ...role, table: null, reach: null }] }, "medium"],
  ["static keys of production", on({ identities: [{ kind: "aws-static", role: null }], stacks: ["prod-eu"] }), "high"],
  [
    "static keys of something else",
    on({ identities: [{ kind: "aws-static", role: null }], stacks: ["dev"] }),
    "medium",
  ],
  ["static keys of a stack without a name", on({ identities: [{ kind: "gcp-key", role: null }], stacks: [] }), "high"],
  ["a role of its own", on({ identities: [{ kind: "aws-oidc", role: "r" }] }), "low"],
  ["a push", on({ on: [{ event: "push", branches: ["main"], paths: ["infra/**"] }] }), "low"],
  ["a tag", on({ on: [{ event: "push", tags: ["v*"] }] }), "medium"],
  ["values typed in", on({ on: [{ event: "workflow_dispatch", inputs: ["stack"] }] }), "medium"],
  ["a condition", on({ on: [{ event: "push", condition: "x" }] }), "medium"],
  ["an environment", on({ on: [{ event: "push", environment: "production" }] }), "medium"],
  ["a job it waited for", on({ gates: [{ kind: "job", name: "test", location: "" }] }), "medium"],
  ["a queue", on({ gates: [{ kind: "concurrency", name: "deploy", location: "" }] }), "low"],
  ["an update on pull requests", on({ on: [{ event: "pull_request" }] }), "high"],
  [
    "a look for drift by the clock",
    on({ operation: "preview", on: [{ event: "schedule", cron: "0 5 * * *" }] }),
    "low",
  ],
  ["an update by the clock", on({ on: [{ event: "schedule", cron: "0 5 * * *" }] }), "high"],
  ["a destroy by the clock", on({ operation: "destroy", on: [{ event: "schedule" }] }), "medium"],
  ["a preview alone", on({ operation: "preview", on: [{ event: "pull_request" }] }), "medium"],
  [
    "a preview beside the update",
    { operations: [operation, { ...operation, operation: "preview", on: [{ event: "pull_request" }] }] },
    "low",
  ],
  [
    "a preview as somebody else beside the update",
    {
      operations: [
        operation,
        {
          ...operation,
          operation: "preview",
          on: [{ event: "pull_request" }],
          identities: [{ kind: "aws-oidc", role: "r" }],
        },
      ],
    },
    "medium",
  ],
  ["two stacks", { operations: [operation, { ...operation, stacks: ["other"] }] }, "medium"],
  ["one that stays, of the same stack", { operations: [operation, { ...operation, disposition: "keep" }] }, "medium"],
  [
    "one that stays, of another stack",
    { operations: [operation, { ...operation, disposition: "keep", stacks: ["x"] }] },
    "low",
  ],
  ["nothing but what stays", on({ disposition: "keep" }), "none"],
  [
    "a call with its reason",
    on({ disposition: "call", reasons: [{ code: "GP230", message: "", location: "" }] }),
    "medium",
  ],
  [
    "a call for a grave reason",
    on({ disposition: "call", reasons: [{ code: "GP212", message: "", location: "" }] }),
    "high",
  ],
  [
    "a call for a reason nobody has weighed",
    on({ disposition: "call", reasons: [{ code: "GP299", message: "", location: "" }] }),
    "high",
  ],
];

describe("one thing more, and the risk", () => {
  test.each(table)("%s", (_, more, level) => {
    expect(riskOf({ ...low, ...more }).level).toBe(level);
  });
});

describe("the shape of a repository", () => {
  test("is that of its workflows, whatever they and their stacks are called", () => {
    expect(shapeOf(low)).toBe("update on workflow_dispatch: move");
    const renamed = {
      ...operation,
      workflow: "other.yml",
      stacks: ["x"],
      organization: "y",
      job: "z",
      location: "other.yml:1:1",
    };
    expect(shapeOf({ operations: [renamed] })).toBe(shapeOf(low));
    expect(shapeOf({ operations: [operation, renamed] })).toBe(shapeOf(low));
    expect(shapeOf({ operations: [] })).toBe("");
  });

  test("differs where what happens differs", () => {
    const others: readonly Partial<PlannedOperation>[] = [
      { operation: "destroy" },
      { on: [{ event: "push" }] },
      { identities: [{ kind: "aws-oidc", role: null }] },
      { gates: [{ kind: "job", name: "test", location: "" }] },
      { disposition: "call" },
    ];
    const shapes = others.map((more) => shapeOf({ operations: [{ ...operation, ...more }] }));
    expect(new Set([shapeOf(low), ...shapes]).size).toBe(6);
  });
});
