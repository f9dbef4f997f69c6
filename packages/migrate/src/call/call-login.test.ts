import { splice } from "@gha2pulumi/repo";
import { readWorkflow } from "@gha2pulumi/workflow";
import { expect, test } from "vitest";
import { migrate } from "../migrate.ts";
import type { PlanDocument } from "../report/plan-document.ts";
import { keepsPermissions } from "./call-login.ts";

const path = ".github/workflows/deploy.yml";
const up = "      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n";
const token = "env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n";

interface Shape {
  readonly workflow?: string;
  readonly job?: string;
  readonly steps?: string;
  readonly answers?: Readonly<Record<string, string>>;
}

/** A job that an environment holds back, so that it calls. */
function textOf({ workflow = "", job = "", steps = "" }: Shape): string {
  return `on: { push: { branches: [main] } }\n${workflow}${token}jobs:\n  deploy:\n    environment: production\n    runs-on: ubuntu-latest\n${job}    steps:\n      - uses: actions/checkout@v4\n${steps}${up}`;
}

async function planned(shape: Shape): Promise<{ document: PlanDocument; text: string }> {
  const before = textOf(shape);
  const tree = new Map([
    [path, before],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const surroundings = new Map(Object.entries({ "call.login": "oidc", repository: "acme/network", ...shape.answers }));
  const { document, changes } = await migrate({ tree, surroundings }, undefined);
  expect(document.operations.map(({ disposition }) => disposition)).toEqual(["call"]);
  const change = changes.find((one) => one.path === path);
  return { document, text: change?.kind === "edit" ? splice(before, change.splices) : before };
}

function permissionsIn(text: string): unknown {
  const workflow = readWorkflow(path, text);
  const job = workflow.jobs.get("deploy");
  const entries = (all: typeof workflow.permissions): unknown =>
    all && Object.fromEntries([...all].map(([k, v]) => [k, v.text]));
  return [entries(workflow.permissions), entries(job?.permissions)];
}

test.each<readonly [what: string, shape: Shape, permissions: readonly [unknown, unknown]]>([
  ["its own", { job: "    permissions: { contents: read }\n" }, [undefined, { "id-token": "write", contents: "read" }]],
  [
    "its own, on lines",
    { job: "    permissions:\n      contents: read # x\n" },
    [undefined, { "id-token": "write", contents: "read" }],
  ],
  ["none at all", { job: "    permissions: {}\n" }, [undefined, { "id-token": "write" }]],
  [
    "the identity denied",
    { job: "    permissions: { id-token: none, contents: read }\n" },
    [undefined, { "id-token": "write", contents: "read" }],
  ],
  ["the identity already", { job: "    permissions: { id-token: write }\n" }, [undefined, { "id-token": "write" }]],
  ["everything", { job: "    permissions: write-all\n" }, [undefined, { "*": "write-all" }]],
  [
    "the workflow's",
    { workflow: "permissions: { contents: read, packages: write }\n" },
    [
      { contents: "read", packages: "write" },
      { contents: "read", packages: "write", "id-token": "write" },
    ],
  ],
  ["none of the workflow", { workflow: "permissions: {}\n" }, [{}, { "id-token": "write" }]],
  ["the workflow's identity", { workflow: "permissions: { id-token: write }\n" }, [{ "id-token": "write" }, undefined]],
  [
    "the narrow default",
    { answers: { "workflow-permissions": "read" } },
    [undefined, { contents: "read", packages: "read", "id-token": "write" }],
  ],
])("a job with %s logs in by OIDC, and may do nothing else", async (_, shape, permissions) => {
  const { document, text } = await planned(shape);
  expect(text).toContain("uses: pulumi/auth-actions@");
  expect(text).toContain("PULUMI_ACCESS_TOKEN: ${{ steps.pulumi-login.outputs.pulumi-access-token }}");
  expect(permissionsIn(text)).toEqual(permissions);
  expect(document.proof.verdicts).toMatchObject({ missing: 0, extra: 0, changed: 0, undecided: 0 });
  expect(document.tasks.map((one) => one.text).join("\n")).toContain("register GitHub as an OIDC issuer");
  expect(document.tasks.map((one) => one.text).join("\n")).toContain("`repo:acme/network:environment:production`");
  const widens = document.tasks.some((one) => one.text.includes("`id-token: write` is new"));
  expect(widens).toBe(JSON.stringify(permissionsIn(textOf(shape))) !== JSON.stringify(permissionsIn(text)));
});

test("the wide default is written out scope by scope", async () => {
  const { text } = await planned({ answers: { "workflow-permissions": "write" } });
  const [, own] = permissionsIn(text) as [unknown, Record<string, string>];
  expect(own).toMatchObject({ contents: "write", "pull-requests": "write", models: "read", "id-token": "write" });
  expect(Object.keys(own)).toHaveLength(14);
});

test.each<readonly [what: string, shape: Shape, why: string]>([
  ["nothing is written", {}, "answer `workflow-permissions`"],
  ["everything may be read", { job: "    permissions: read-all\n" }, "are `read-all`"],
  ["everything may be read in the workflow", { workflow: "permissions: read-all\n" }, "are `read-all`"],
])("it keeps its token where %s, and says so", async (_, shape, why) => {
  const { document, text } = await planned(shape);
  expect(text).not.toContain("auth-actions");
  expect(permissionsIn(text)).toEqual(permissionsIn(textOf(shape)));
  const reasons = document.operations.flatMap((one) => one.reasons);
  expect(reasons.find(({ code }) => code === "GP277")?.message).toContain(why);
  expect(document.tasks.some((one) => one.text.includes("OIDC issuer"))).toBe(false);
});

test("a called workflow keeps its token: its callers would have to pass the permission on", async () => {
  const called = textOf({ job: "    permissions: { contents: read }\n" }).replace(
    /^on: .*\n/,
    "on: { workflow_call: { secrets: { PULUMI_ACCESS_TOKEN: { required: true } } } }\n",
  );
  const caller =
    "on: { push: { branches: [main] } }\njobs:\n  go:\n    uses: ./.github/workflows/deploy.yml\n    secrets: inherit\n";
  const tree = new Map([
    [path, called],
    [".github/workflows/go.yml", caller],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map([["call.login", "oidc"]]) }, undefined);
  expect(document.operations.map(({ disposition }) => disposition)).toEqual(["call"]);
  const reasons = document.operations.flatMap((one) => one.reasons);
  expect(reasons.find(({ code }) => code === "GP277")?.message).toContain("whose callers");
  expect(JSON.stringify(document.changes)).not.toContain("auth-actions");
});

test("a workflow that logs in by OIDC already goes on doing so, and is not asked", async () => {
  const steps =
    "      - uses: pulumi/auth-actions@v1\n        with: { organization: acme, requested-token-type: 'urn:pulumi:token-type:access_token:organization' }\n";
  const shape = { job: "    permissions: { id-token: write, contents: read }\n", steps };
  const { document, text } = await planned(shape);
  expect(text.match(/auth-actions/g)).toHaveLength(1);
  expect(permissionsIn(text)).toEqual(permissionsIn(textOf(shape)));
  expect(document.questions.map(({ key }) => key)).toEqual(["environments.protected"]);
});

test.each([
  ["oidc", "organization", undefined],
  ["oidc:team:platform", "team", "team:platform"],
  ["oidc:user:ada", "personal", "user:ada"],
])("%s asks for a token of the kind %s", async (answer, kind, scope) => {
  const job = "    permissions: { contents: read }\n";
  const { text } = await planned({ job, answers: { "call.login": answer } });
  expect(text).toContain(`requested-token-type: urn:pulumi:token-type:access_token:${kind}\n`);
  if (scope === undefined) expect(text).not.toContain("scope:");
  else expect(text).toContain(`scope: ${scope}\n`);
});

test("the login step takes an id that is free", async () => {
  const steps = "      - { id: pulumi-login, run: date }\n";
  const { text } = await planned({ job: "    permissions: { contents: read }\n", steps });
  expect(text).toContain("id: pulumi-login-2\n");
});

test("without an answer the token stays, and the question has that as its default", async () => {
  const { document, text } = await planned({ answers: { "call.login": "token" } });
  expect(text).not.toContain("auth-actions");
  expect(document.questions.map(({ key }) => key)).toEqual(["environments.protected"]);
  const tree = new Map([
    [path, textOf({})],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const open = await migrate({ tree, surroundings: new Map() }, undefined);
  expect(open.document.questions.find(({ key }) => key === "call.login")).toMatchObject({
    default: "token",
    locations: [`${path}:9:15`],
  });
});

test.each([
  ["another scope for the job", (text: string) => text.replace("contents: read", "contents: write")],
  ["a scope less", (text: string) => text.replace("contents: read", "")],
  [
    "another scope for another job",
    (text: string) => text.replace("lint:", "lint:\n    permissions: { contents: write }"),
  ],
  [
    "the identity for another job",
    (text: string) => text.replace("lint:", "lint:\n    permissions: { id-token: write }"),
  ],
  ["no identity", (text: string) => text.replace("id-token: write, ", "")],
])("an edit that gives %s is seen", (_, damage) => {
  const lint = "  lint:\n    runs-on: ubuntu-latest\n    steps: [{ run: date }]\n";
  const text = textOf({ job: "    permissions: { contents: read }\n" }) + lint;
  const good = text.replace("{ contents", "{ id-token: write, contents");
  const before = readWorkflow(path, text);
  expect(keepsPermissions(before, good, ["deploy"], new Map())).toBe(true);
  expect(keepsPermissions(before, damage(good), ["deploy"], new Map())).toBe(false);
});

const given = "PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}'";

test.each<readonly [string, string, boolean]>([
  ["looks at an address", "      - run: curl -f https://acme.example\n", false],
  ["asks Pulumi Cloud", "      - run: pulumi stack output url -s acme/network/prod\n", true],
  ["names it", '      - run: curl -H "Authorization: token $PULUMI_ACCESS_TOKEN" https://acme.example\n', true],
  ["may run anything", "      - run: npm run smoke\n", true],
])("the token of the workflow goes with a login by OIDC, unless what stays %s", async (_, after, stays) => {
  const before = textOf({}) + after;
  const tree = new Map([
    [path, before],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const told = new Map([
    ["call.login", "oidc"],
    ["workflow-permissions", "read"],
  ]);
  const { changes } = await migrate({ tree, surroundings: told }, undefined);
  const change = changes.find((one) => one.path === path);
  expect((change?.kind === "edit" ? splice(before, change.splices) : before).includes(given)).toBe(stays);
});

test.each<readonly [string, string, boolean]>([
  ["says something", "echo hello", false],
  ["may run anything", "npm run lint", true],
  ["is Pulumi", "pulumi preview -s acme/network/dev --suppress-outputs", true],
])("and with a job that moves, unless one that stays %s", async (_, run, stays) => {
  const other = `  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: ${run}\n`;
  const before = textOf({}).replace("    environment: production\n", "") + other;
  const tree = new Map([
    [path, before],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const { changes, document } = await migrate({ tree, surroundings: new Map() }, undefined);
  expect(document.operations[0]?.disposition).toBe("move");
  const change = changes.find((one) => one.path === path);
  const text = change?.kind === "edit" ? splice(before, change.splices) : "";
  expect(text.includes(given)).toBe(stays);
  const note = document.secrets.find(({ name }) => name === "PULUMI_ACCESS_TOKEN")?.note ?? "";
  expect(note.includes("its line can go if no script there uses it")).toBe(run === "npm run lint");
});
