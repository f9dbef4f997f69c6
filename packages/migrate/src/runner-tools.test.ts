import { expect, test } from "vitest";
import { findIntents } from "./intents.ts";
import { readWorld } from "./world.ts";

/** What an update of `infra` may lack in a deployment, each as its kind and its text. */
function lost(steps: string, files: Readonly<Record<string, string>>): readonly string[] {
  const text = `on: { push: { branches: [main] } }\njobs:\n  up:\n    runs-on: ubuntu-latest\n    env: { PULUMI_ACCESS_TOKEN: x, FREEZE: "\${{ vars.FREEZE }}" }\n    steps:\n${steps}      - run: pulumi up --yes --stack acme/network/prod\n        working-directory: infra\n`;
  const tree = new Map(
    Object.entries({
      ".github/workflows/deploy.yml": text,
      "infra/Pulumi.yaml": "name: network\nruntime: nodejs\n",
      ...files,
    }),
  );
  const { intents } = findIntents(readWorld({ tree, surroundings: new Map() }));
  const found = intents[0]?.occurrences[0]?.once ?? [];
  return found.map(({ kind, from: [{ path, start, end }] }) => `${kind} ${(tree.get(path) ?? "").slice(start, end)}`);
}

const uses = (action: string): string => `      - uses: ${action}\n`;
const run = (line: string): string => `      - run: ${line}\n`;

test.each<readonly [string, string, Readonly<Record<string, string>>, readonly string[]]>([
  ["a language of the image", uses("actions/setup-node@v4"), {}, []],
  [
    "a version older than the image's",
    "      - uses: actions/setup-node@v4\n        with: { node-version: 20.x }\n",
    {},
    ["version 20.x"],
  ],
  [
    "one of which the image has a version",
    "      - uses: actions/setup-node@v4\n        with: { node-version: 22 }\n",
    {},
    [],
  ],
  [
    "an old version of another language than the program's",
    "      - uses: actions/setup-python@v5\n        with: { python-version: '3.9' }\n",
    {},
    [],
  ],
  ["a tool it lacks", uses("hashicorp/setup-terraform@v3"), {}, ["tool uses: hashicorp/setup-terraform@v3"]],
  ["a tool by a package manager", run("pipx install rust-just"), {}, ["tool run: pipx install rust-just"]],
  ["one that it has", run("pipx install poetry"), {}, []],
  ["mise, with tools of the image", uses("jdx/mise-action@v2"), { "mise.toml": '[tools]\nnode = "22"\n' }, []],
  [
    "mise, with others",
    uses("jdx/mise-action@v2"),
    { "mise.toml": '[tools]\nsops = "3"\n' },
    ["tool uses: jdx/mise-action@v2"],
  ],
  ["mise, with whatever", run("mise install"), {}, ["tool run: mise install"]],
  ["a module of images", "", { "infra/index.ts": 'import "@pulumi/docker-build";' }, ["engine @pulumi/docker-build"]],
  ["in Python", "", { "infra/__main__.py": "import pulumi_docker as docker\n" }, ["engine pulumi_docker"]],
  ["an image for ECR", "", { "infra/index.ts": 'new awsx.ecr.Image("a");' }, ["engine ecr.Image"]],
  ["a registry for ECR", "", { "infra/index.ts": 'new awsx.ecr.Repository("a");' }, []],
  [
    "in YAML",
    "",
    { "infra/Pulumi.yaml": "name: network\nruntime: yaml\nresources: { a: { type: 'docker:Image' } }\n" },
    ["engine type: 'docker:Image"],
  ],
  ["a variable and no check", run("npm run build"), { "package.json": '{ "scripts": { "build": "tsc" } }' }, []],
  [
    "a variable that a check may read",
    run("make check"),
    { Makefile: "check:\n\tnpx eslint .\n" },
    ['switch "${{ vars.FREEZE }}"'],
  ],
])("what a deployment may lack: %s", (_, steps, files, expected) => {
  expect(lost(steps, files)).toEqual(expected);
});
