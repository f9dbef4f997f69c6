import { expect, test } from "vitest";
import type { Tree } from "@gha2pulumi/repo";
import { settingLabel, stackLabel, type StackSettings } from "../settings.ts";
import { readTypescript } from "./typescript.ts";

const imports = `import * as pulumi from "@pulumi/pulumi";
import * as ps from "@pulumi/pulumiservice";
const cfg = new pulumi.Config();
`;

const treeOf = (program: string, more: Iterable<readonly [string, string]> = []): Tree =>
  new Map([["ops/Pulumi.yaml", "name: ops\nruntime: nodejs\n"], ["ops/index.ts", program], ...more]);

/** One resource with these properties more, or instead. */
const declared = (more: string, github = 'repository: "acme/shop"'): string => `${imports}
new ps.DeploymentSettings("shop", {
  organization: "acme", project: "shop", stack: "prod",
  sourceContext: { git: { branch: "main" } },
  github: { ${github} },
  ${more}
});`;

async function only(program: string): Promise<StackSettings> {
  const { settings, gaps } = await readTypescript(treeOf(program));
  expect(gaps).toEqual([]);
  expect(settings.length).toBe(1);
  return settings[0] as StackSettings;
}

async function gapsOf(program: string, more: Iterable<readonly [string, string]> = []): Promise<readonly string[]> {
  const { settings, gaps } = await readTypescript(treeOf(program, more));
  expect(settings).toEqual([]);
  return gaps.map((gap) => gap.note);
}

test("triggers that are left out are on, as the SDK fills them in", async () => {
  const read = await only(declared(""));
  expect(read).toMatchObject({
    deployCommits: true,
    previewPullRequests: true,
    pullRequestTemplate: false,
    cache: false,
  });
});

test("places are those of the program", async () => {
  const program = declared('cacheOptions: { enable: true }, executorContext: { executorImage: "img" }');
  const read = await only(program);
  const [{ start, end, path }] = read.executorImage?.from ?? read.from;
  expect([path, program.slice(start, end)]).toEqual(["ops/index.ts", '"img"']);
  expect(program.slice(read.from[0].start).startsWith("new ps.DeploymentSettings")).toBe(true);
  expect(program.slice(read.reasons.get("cache")?.[0].start, read.reasons.get("cache")?.[0].end)).toBe("true");
});

test("constants, spreads, members, joins and the switch are followed", async () => {
  const read = await only(`
import { Config, getOrganization, interpolate, secret } from "@pulumi/pulumi";
import { DeploymentSettings, DriftSchedule, PulumiOperation, DeploymentSchedule } from "@pulumi/pulumiservice";
const config = new Config();
const aws = new Config("aws");
const live = config.getBoolean("live") ?? false;
const stack = { organization: getOrganization(), project: "shop", stack: "prod" } as const;
const shared = { REGION: "eu-" + "west-1", OLD: "x" };
export const settings = new DeploymentSettings("shop", {
  ...stack,
  sourceContext: { git: { branch: \`refs/heads/\${"main"}\`, repoDir: "./infra/" } },
  vcs: { provider: "github", repository: "acme/shop", deployCommits: live, previewPullRequests: !live, paths: [...["a/**"], "!b"] },
  operationContext: {
    environmentVariables: {
      ...shared,
      OLD: live && aws.require("region"),
      TOKEN: interpolate\`a-\${config.requireSecret("TOKEN")}\`,
      OTHER: secret(config.require("OTHER")),
      NONE: undefined,
    },
  },
}, { dependsOn: [] });
if (live) {
  new DriftSchedule("a", { ...stack, scheduleCron: "0 1 * * *" });
  const b = new DeploymentSchedule("b", { ...stack, scheduleCron: "0 2 * * *", pulumiOperation: PulumiOperation.Destroy });
}`);
  expect(read).toMatchObject({
    organization: undefined,
    directory: "infra",
    deployCommits: true,
    previewPullRequests: false,
  });
  expect(settingLabel(read.branch)).toBe("refs/heads/main");
  expect(read.paths.map(settingLabel)).toEqual(["a/**", "!b"]);
  expect([...read.environment].map(([key, one]) => `${key}=${settingLabel(one)}`)).toEqual([
    "REGION=eu-west-1",
    "OLD=<aws:region>",
    "TOKEN=a-<TOKEN>",
    "OTHER=<OTHER>",
  ]);
  expect(read.environment.get("OTHER")?.value).toEqual([{ config: "OTHER", secret: true }]);
  expect(read.schedules).toMatchObject([
    { kind: "drift", autoRemediate: false },
    { kind: "operation", operation: "destroy" },
  ]);
});

test.each([
  ["a function's value", declared("executorContext: { executorImage: imageFor() }"), "a call"],
  [
    "the process's environment",
    declared("executorContext: { executorImage: process.env.IMAGE }"),
    "`process` is not a constant",
  ],
  [
    "a literal secret",
    declared('operationContext: { environmentVariables: { A: pulumi.secret("x") } }'),
    "a literal secret",
  ],
  [
    "a property that says more",
    declared("operationContext: { oidc: { aws: { roleARN: 'r', sessionName: 's', policyARNs: ['p'] } } }"),
    "policyARNs",
  ],
  [
    "a default for configuration",
    declared('executorContext: { executorImage: cfg.get("i") ?? "x" }'),
    "after what may be absent",
  ],
  ["another boolean", declared("", 'repository: "a/b", deployCommits: cfg.requireBoolean("on")'), "requireBoolean"],
  ["a missing repository", declared("", ""), "`repository` is missing"],
  ["a plain Git source", declared("").replace('branch: "main"', 'branch: "main", repoUrl: "https://x"'), "repoUrl"],
  ["a commit", declared("").replace("branch:", "commit:"), "`branch` is missing"],
  ["both hosts", declared('vcs: { provider: "github" }'), "both `github` and `vcs`"],
  ["another host", declared("").replace("github: {", 'vcs: { provider: "gitlab",'), "`gitlab`"],
  [
    "a loop",
    `${imports} for (const s of ["a"]) { ${declared("").slice(imports.length)} }`,
    "under a condition or in a loop",
  ],
  [
    "a condition",
    `${imports} if (pulumi.getStack() === "x") { ${declared("").slice(imports.length)} }`,
    "under a condition or in a loop",
  ],
  [
    "a function",
    `${imports} const make = () => { ${declared("").slice(imports.length)} };`,
    "under a condition or in a loop",
  ],
  ["a class of one's own", `${imports} class DeploymentSettings {} new DeploymentSettings();`, "not imported"],
  [
    "an imported wrapper",
    `${imports} import { DeploymentSettings } from "./own"; new DeploymentSettings("a", {});`,
    "not from @pulumi",
  ],
  ["the newer surface", `${imports} new ps.api.deployments.Settings("a", {});`, "this resource is not read"],
  ["a stack's end of life", `${imports} new ps.TtlSchedule("a", { timestamp: "x" });`, "this resource is not read"],
  [
    "a schedule alone",
    `${imports} new ps.DriftSchedule("a", { organization: "a", project: "b", stack: "c", scheduleCron: "x" });`,
    "whose settings are not read",
  ],
  [
    "inputs from elsewhere",
    `${imports} import { args } from "./args"; new ps.DeploymentSettings("a", args);`,
    "inputs are not read",
  ],
  ["a stack twice", `${declared("")}\n${declared("").slice(imports.length)}`, "declared twice"],
  ["what does not parse", `${imports} new ps.DeploymentSettings(`, "does not parse"],
])("a gap, not a guess: %s", async (_, program, note) => {
  expect((await gapsOf(program)).join("\n")).toContain(note);
});

test.each([
  ["pushed to", 'const paths = ["a"]; paths.push("b");'],
  ["assigned to", 'const paths = ["a"]; paths[0] = "b";'],
  ["handed to a function", 'const paths = ["a"]; change(paths);'],
  ["changed through another name", 'const paths = ["a"]; const other = paths; other.push("b");'],
  ["a variable", 'let paths = ["a"]; paths = [];'],
  ["hidden by another", 'const paths = ["a"]; { const paths = ["b"]; }'],
])("a list is not trusted when it is %s", async (_, lines) => {
  const program = declared("", 'repository: "acme/shop", paths').replace("new ps.", `${lines}\nnew ps.`);
  expect((await gapsOf(program)).join()).toContain("`paths` is not read");
});

test("settings in another file of the program are a gap", async () => {
  const more = [["ops/stacks/shop.ts", declared("")]] as const;
  const program = `${imports} import "./stacks/shop";`;
  expect(await gapsOf(program, more)).toEqual(["deployment settings outside the program's entry file are not read"]);
});

test.each([
  ["name: a\nruntime:\n  name: nodejs\n  options:\n    typescript: true\n", 1],
  ["name: a\nruntime:\n  options:\n    typescript: true\n  name: nodejs\n", 1],
  ["name: a\nruntime: { name: nodejs }\n", 1],
  ['name: a\r\nruntime: "nodejs" # node\r\n', 1],
  ["name: a\nruntime: python\n", 0],
  ["name: nodejs\nruntime:\n  name: go\n", 0],
  ["runtime:\n  name: go\n  options:\n    name: nodejs\n", 0],
  ["name: nodejs\n", 0],
])("Pulumi.yaml %j has %i programs to read", async (pulumiYaml, count) => {
  const tree = new Map([
    ["Pulumi.yaml", pulumiYaml],
    ["index.ts", declared("")],
  ]);
  expect((await readTypescript(tree)).settings.length).toBe(count);
});

test("the program may live elsewhere, and what was brought from another repository is not ours", async () => {
  const yaml = "name: a\nruntime: nodejs\nmain: src/\n";
  const tree = new Map([
    ["ops/Pulumi.yaml", yaml],
    ["ops/src/index.ts", declared("")],
  ]);
  expect((await readTypescript(tree)).settings.map(stackLabel)).toEqual(["acme/shop/prod"]);
  const brought = new Map([...tree].map(([path, text]) => [`@acme/x@v1/${path}`, text]));
  expect(await readTypescript(brought)).toEqual({ settings: [], gaps: [] });
});

test("a program made to be endless is read in a moment", async () => {
  const lines = Array.from(
    { length: 60 },
    (_, i) => `const a${i + 1} = a${i} + a${i}; const l${i + 1} = [...l${i}, ...l${i}];`,
  );
  const program = declared("executorContext: { executorImage: a60 }", 'repository: "acme/shop", paths: l60').replace(
    "new ps.",
    `const a0 = "x"; const l0 = ["x"];\n${lines.join("\n")}\nnew ps.`,
  );
  expect((await gapsOf(program)).join()).toContain("too large");
  expect(
    (await gapsOf(declared(`executorContext: { executorImage: ${Array(500).fill('"a"').join("+")} }`))).join(),
  ).toContain("nested");
});
