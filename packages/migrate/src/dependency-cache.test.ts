import { expect, test } from "vitest";
import { readSettings } from "@gha2pulumi/deployments";
import { apply } from "@gha2pulumi/repo";
import { migrate } from "./migrate.ts";

const node = "- uses: actions/setup-node@v4\n        with: { cache: npm }";
const nodejs = "name: network\nruntime: nodejs\n";
const python = (virtualenv: string): string =>
  `name: network\nruntime:\n  name: python\n  options: { virtualenv: ${virtualenv} }\n`;

function workflow(on: string, cache: string, name = "prod", lines = ""): string {
  return `on: ${on}
env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}" }
jobs:
  deploy:
    runs-on: ubuntu-latest${lines}
    steps:
      - uses: actions/checkout@v4
      ${cache}
      - uses: pulumi/actions@v6
        with: { command: ${on.includes("pull_request") ? "preview" : "up"}, stack-name: acme/network/${name}, work-dir: infra }
`;
}

const push = "{ push: { branches: [main] } }";

/** Whether the settings of each stack have the cache, and why not. */
async function cachesOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const tree = new Map(Object.entries(files));
  const { document, changes } = await migrate({ tree, surroundings: new Map() }, undefined);
  const after = apply(tree, changes);
  const { settings } = await readSettings(after, undefined);
  expect(settings.length).toBeGreaterThan(0);
  for (const planned of document.settings) {
    const field = planned.fields.some(({ name, value }) => name === "cache" && value === "true");
    expect(settings.find(({ stack }) => stack === planned.stack)?.cache).toBe(field);
  }
  const left = document.diagnostics.filter(({ code }) => code === "GP518").map(({ message }) => message);
  return [...settings.map(({ stack, cache }) => `${stack} ${cache ? "on" : "off"}`), ...left];
}

const file = ".github/workflows/deploy.yml";
const leftOff = "the cache of dependencies is left off: ";

test.each<[string, string, string, string, string]>([
  ["a setup action", node, nodejs, "infra/package-lock.json", ""],
  ["a lock file above", node, nodejs, "package-lock.json", ""],
  ["no cache asked", "- uses: actions/setup-node@v4", nodejs, "package-lock.json", "unasked"],
  ["a cache turned off", node.replace("npm", '""'), nodejs, "package-lock.json", "unasked"],
  ["plug-ins", "- uses: actions/cache@v4\n        with: { path: ~/.pulumi/plugins, key: a }", nodejs, "yarn.lock", ""],
  [
    "another folder",
    "- uses: actions/cache@v4\n        with: { path: .turbo, key: a }",
    nodejs,
    "yarn.lock",
    "unasked",
  ],
  [
    "no lock file",
    node,
    nodejs,
    "README.md",
    "Deployments names it after a lock file, and there is none of package-lock.json, yarn.lock, pnpm-lock.yaml",
  ],
  [
    "two lock files",
    node,
    nodejs,
    "package-lock.json infra/yarn.lock",
    "Deployments names it after one lock file, and there are infra/yarn.lock, package-lock.json",
  ],
  ["Python in venv", node, python("venv"), "infra/requirements.txt", ""],
  [
    "Python elsewhere",
    node,
    python(".venv"),
    "infra/requirements.txt",
    "Deployments keeps the virtual environment of a program in Python only under the name `venv`",
  ],
  ["Go", node, "name: network\nruntime: go\n", "infra/go.sum", ""],
  [
    "Java",
    node,
    "name: network\nruntime: java\n",
    "infra/pom.xml",
    "Deployments keeps none that is known here for a program in java",
  ],
])("%s", async (_, cache, project, files, because) => {
  const lockFiles = Object.fromEntries(files.split(" ").map((path) => [path, ""]));
  const found = await cachesOf({ "infra/Pulumi.yaml": project, ...lockFiles, [file]: workflow(push, cache) });
  if (because === "") expect(found).toEqual(["prod on"]);
  else expect(found).toEqual(["prod off", ...(because === "unasked" ? [] : [`${leftOff}${because}`])]);
});

const basis = { "infra/Pulumi.yaml": nodejs, "package-lock.json": "", [file]: workflow(push, node) };
const second = ".github/workflows/second.yml";

test.each<[string, string, string]>([
  [
    "a preview of pull requests",
    "{ pull_request: { branches: [main] } }",
    "what `pull_request` starts would fill it too",
  ],
  ["another branch", "{ push: { branches: [dev] } }", "several branches would fill it"],
])("another stack of the project, which has %s, shares the cache", async (_, on, because) => {
  const found = await cachesOf({ ...basis, [second]: workflow(on, "- run: npm ci", "dev") });
  expect(found).toEqual([
    "dev off",
    "prod off",
    `${leftOff}Deployments keeps one for the whole project, and ${because}`,
  ]);
});

test("it is said once for a project", async () => {
  const on = "{ pull_request: { branches: [main] } }";
  const found = await cachesOf({ ...basis, [second]: workflow(on, node, "dev") });
  expect(found.filter((one) => one.startsWith(leftOff))).toHaveLength(1);
});

test("a stack by hand and one by the clock share it with the branch", async () => {
  const on = "{ workflow_dispatch: {}, push: { branches: [main] } }";
  expect(await cachesOf({ ...basis, [second]: workflow(on, node, "dev") })).toEqual(["dev on", "prod on"]);
});

test("an update that the workflow goes on asking for by hand may bring any branch", async () => {
  const on = "{ workflow_dispatch: {} }";
  const gated = workflow(on, node, "dev", "\n    environment: production");
  expect((await cachesOf({ ...basis, [second]: gated })).slice(0, 2)).toEqual(["dev off", "prod off"]);
});

test("a program that is there has the cache or has it not, and the plan says so", async () => {
  const tree = new Map(Object.entries({ ...basis, [file]: workflow(push, "- uses: actions/setup-node@v4") }));
  const first = await migrate({ tree, surroundings: new Map() }, undefined);
  const after = new Map([...apply(tree, first.changes), ...tree, [file, workflow(push, node)]]);
  const { document, changes } = await migrate({ tree: after, surroundings: new Map() }, undefined);
  expect(changes.map(({ path }) => path)).toEqual([file]);
  expect(document.settings.flatMap(({ fields }) => fields.filter(({ name }) => name === "cache"))).toEqual([]);
  expect(document.diagnostics.map(({ code }) => code)).not.toContain("GP510");
});
