import { expect, test } from "vitest";
import { playScript } from "@gha2pulumi/workflow";
import { unreadOperation } from "./unread-operation.ts";

const from = [{ path: ".github/workflows/deploy.yml", start: 0, end: 1 }] as const;

/** The operations that nobody reads in what the commands of a line run. */
function unread(line: string, files: Readonly<Record<string, string>>): readonly string[] {
  const play = playScript(line, { directory: ["."], environment: new Map(), expressions: [], told: new Set() });
  const tree = new Map(Object.entries(files));
  return play.calls.flatMap((call) => {
    const command = { ...call, kind: "run" as const, unconditional: true, steered: [], environment: new Map(), from };
    return unreadOperation(command, tree) ?? [];
  });
}

const scripts = (all: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  "package.json": JSON.stringify({ scripts: all }),
});
const taskfile = (tasks: string): Readonly<Record<string, string>> => ({
  "Taskfile.yml": `version: '3'\ntasks:\n${tasks}`,
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ["wrapped --now pulumi up --yes", {}],
  ["wrapped pulumi -C infra up", {}],
  ["npm run deploy", scripts({ deploy: "concurrently 'npm:up'", up: "pulumi up" })],
  ["npm run deploy", scripts({ deploy: "wrapped -- pulumi up" })],
  ["npm run deploy", scripts({ deploy: "turbo run go", go: "pulumi up" })],
  ["pnpm turbo run go", scripts({ go: "pulumi up" })],
  ["pnpm deploy", scripts({ deploy: "pulumi up" })],
  ["yarn up", scripts({ up: "pulumi up" })],
  ["nx run infra:deploy", { "infra/project.json": '{"targets":{"deploy":{"options":{"command":"pulumi up"}}}}' }],
  ["task deploy", taskfile("  deploy:\n    cmds:\n      - for: [a, b]\n        cmd: pulumi up -s {{.ITEM}}\n")],
  ["task deploy:prod", taskfile("  deploy:*:\n    cmds: ['pulumi up']\n")],
  ["just infra deploy", { justfile: "mod infra", "infra.just": "deploy:\n  pulumi up" }],
  ["just deploy", { justfile: 'deploy:\n  {{ if a == "b" { "pulumi up" } else { "echo" } }}' }],
  ["just deploy", { justfile: "deploy:\n  #!/usr/bin/env python3\n  run(['pulumi', 'up'])" }],
  ["make up", { Makefile: "define go\npulumi up -s $(1)\nendef\nup:\n\t$(call go,prod)" }],
  ["make up X=$(date)", { Makefile: "SHELL := fish\nup:\n\tpulumi up" }],
  ["poe deploy", { "pyproject.toml": '[tool.poe.tasks]\ndeploy = "pulumi up"' }],
  ["pdm run deploy", { "pyproject.toml": '[tool.pdm.scripts]\ndeploy = "pulumi up"' }],
  ["inv deploy-all", { "tasks.py": "@task\ndef deploy_all(c):\n    c.run('pulumi up')" }],
  ["bundle exec rake deploy", { Rakefile: "task :deploy do\n  sh 'pulumi up'\nend" }],
])("an operation that is not read: %s of %j", (line, files) => {
  expect(unread(line, files)).toEqual(["pulumi up"]);
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ["npm ci", scripts({ deploy: "turbo run go", go: "pulumi up", postinstall: "pulumi up" })],
  ["npm run lint", scripts({ lint: "turbo run check", check: "eslint", deploy: "pulumi up" })],
  ["npm run deploy", scripts({ deploy: "pulumi up" })],
  ["npx wrapped deploy", scripts({ deploy: "pulumi up" })],
  ["npm run say", scripts({ say: "echo run pulumi up" })],
  ["gh pr comment --body 'pulumi up failed'", {}],
  ["task lint", taskfile("  deploy: pulumi up\n  lint:\n    cmds: [{ for: [a], cmd: eslint }]\n")],
  ["task lint", taskfile("  lint:\n    desc: before pulumi up\n    cmds: [{ for: [a], cmd: eslint }]\n")],
  ["just --list", { justfile: "mod infra\ndeploy:\n  pulumi up" }],
  ["make -n up", { Makefile: "up:\n\tpulumi up" }],
  ["make up", { Makefile: "up: # before pulumi up\n\t$(GO) build\ndeploy:\n\tpulumi up" }],
  ["make up", { Makefile: "up:\n\tpulumi up" }],
])("none: %s of %j", (line, files) => {
  expect(unread(line, files)).toEqual([]);
});
