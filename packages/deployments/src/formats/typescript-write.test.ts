import { expect, test } from "vitest";
import { apply, type Trail, type Tree } from "@gha2pulumi/repo";
import { setting, type StackSettings } from "../settings.ts";
import { writeTypescript } from "./typescript.ts";

const at: Trail = [{ path: "deploy.yml", start: 0, end: 1 }];
const tree: Tree = new Map([["deploy.yml", "on: push\n"]]);
const one: StackSettings = {
  organization: setting("acme", at),
  project: "shop",
  stack: "prod",
  branch: setting("main", at),
  directory: ".",
  repository: setting("acme/shop", at),
  repositoryBlock: "github",
  deployCommits: true,
  previewPullRequests: false,
  pullRequestTemplate: false,
  paths: [],
  preRunCommands: [],
  environment: new Map(),
  oidc: [],
  skipInstallDependencies: false,
  skipIntermediateDeployments: false,
  deleteAfterDestroy: false,
  executorImage: undefined,
  agentPool: undefined,
  cache: false,
  schedules: [],
  reasons: new Map(),
  from: at,
};
const INDEX = "deployment-settings/index.ts";

async function written(settings: readonly StackSettings[], from: Tree = tree): Promise<Tree> {
  const { changes, refused } = await writeTypescript(settings, from);
  expect(refused).toEqual([]);
  return apply(from, changes);
}

const names = (program: string | undefined): readonly string[] =>
  [...(program ?? "").matchAll(/^new service\.\w+\(\n {2}"(.*)",$/gm)].map(([, name = ""]) => name);

test("nothing to declare, nothing written", async () => {
  expect(await writeTypescript([], tree)).toEqual({ changes: [], refused: [] });
});

test("names are those of project and stack, and differ when stacks of two organisations meet", async () => {
  const other = { ...one, organization: setting("umbrella", at) };
  const alike = { ...one, project: "shop-prod", stack: "eu" };
  const alike2 = { ...one, project: "shop", stack: "prod-eu" };
  expect(names((await written([one, other, alike, alike2])).get(INDEX))).toEqual([
    "shop-prod",
    "shop-prod-eu",
    "acme-shop-prod-eu",
    "umbrella-shop-prod",
  ]);
});

test("the questions are in the README, secrets marked", async () => {
  const environment = new Map([
    ["TOKEN", setting([{ config: "TOKEN", secret: true }], at)],
    ["REGION", setting([{ config: "TOKEN", secret: false }], at)],
  ]);
  const readme = (await written([{ ...one, environment }])).get("deployment-settings/README.md") ?? "";
  expect(readme).toContain(
    'pulumi config set live false\npulumi config set --secret TOKEN # deploy.yml:1:1\npulumi config set TOKEN..variable "…" #',
  );
  expect(readme).toContain("pulumi stack init acme/shop");
  expect(["## What to run", "## What to answer", "## How to go back"].map((title) => readme.indexOf(title))).toEqual(
    ["## What to run", "## What to answer", "## How to go back"]
      .map((title) => readme.indexOf(title))
      .sort((a, b) => a - b),
  );
});

test.each<[string, Tree, readonly StackSettings[], string]>([
  ["a stack twice", tree, [one, one], "two settings for the stack acme/shop/prod"],
  [
    "a folder of another use",
    new Map([["deployment-settings/Pulumi.yaml", "runtime: go"]]),
    [one],
    "holds something else",
  ],
  ["a program that does not parse", new Map([[INDEX, "new ("]]), [one], "does not parse"],
])("refused: %s", async (_, from, settings, note) => {
  const { changes, refused } = await writeTypescript(settings, from);
  expect(changes).toEqual([]);
  expect(refused.map((refusal) => refusal.note).join()).toContain(note);
});

test.each([
  ["a stack that cannot be told", 'project: "shop"', "project: name()", "a stack that cannot be told"],
  ["another use of the switch's key", 'requireBoolean("live")', 'require("live")', "uses the key `live`"],
  ["an organisation that may be the same", '"acme",', "pulumi.getOrganization(),", "cannot be compared"],
])("refused: %s", async (_, line, other, note) => {
  const program = (await written([one])).get(INDEX) ?? "";
  const broken = program.replace(line, other);
  expect(broken).not.toBe(program);
  const start = new Map([...(await written([one])), [INDEX, broken]]);
  const { changes, refused } = await writeTypescript([one, { ...one, stack: "dev" }], start);
  expect(changes).toEqual([]);
  expect(refused.map((refusal) => refusal.note).join()).toContain(note);
});

test("a stack that is declared is left as it is, even when it says more than can be read", async () => {
  const first = await written([one]);
  const changed = (first.get(INDEX) ?? "").replace("github: {", "agentPoolId: pool(),\n    github: {");
  expect(await writeTypescript([one], new Map([...first, [INDEX, changed]]))).toEqual({
    changes: [],
    refused: [],
  });
});

test("new stacks use the names of the program they join", async () => {
  const program = `import * as p from "@pulumi/pulumi";
import * as cloud from "@pulumi/pulumiservice";
const settings = new p.Config();
const on = settings.requireBoolean("live");
const shopProd = settings.require("REGION");`;
  const schedules = [{ kind: "drift", cron: setting("0 7 * * *", at), autoRemediate: true, from: at }] as const;
  const environment = new Map([["REGION", setting([{ config: "REGION", secret: false }], at)]]);
  const tree2 = new Map([...tree, ["deployment-settings/Pulumi.yaml", "name: a\nruntime: nodejs\n"], [INDEX, program]]);
  const text = (await written([{ ...one, schedules, environment }], tree2)).get(INDEX) ?? "";
  expect(text.startsWith(`${program}\n\n// acme/shop/prod, from deploy.yml:1:1\n`)).toBe(true);
  expect(text).toContain("const shopProd2 = new cloud.DeploymentSettings(");
  expect(text).toContain("deployCommits: on,");
  expect(text).toContain('REGION: settings.require("REGION")');
  expect(text).toContain("if (on) {\n  new cloud.DriftSchedule(");
});
