import { expect, test } from "vitest";
import { literal, type Event, type Tree } from "@gha2pulumi/repo";
import { branchesOfFile, onItsBranch } from "./branch-stacks.ts";
import type { ByBranch, Operates } from "./intent.ts";

const text = '{ "main": "acme/prod", "dev": "acme/dev", "off": null }\n';
const tree: Tree = new Map([
  [".pulumi/ci.json", text],
  [".github/workflows/deploy.yml", "steps: [{ uses: pulumi/actions@v1 }]\n"],
]);

const operates = (byBranch: ByBranch | undefined): Operates => ({
  operation: "update",
  operationText: "up",
  stack: undefined,
  directory: [],
  modifiers: [],
  upsert: false,
  removeStack: false,
  byBranch,
  called: undefined,
  config: [],
  hidden: undefined,
  from: [{ path: ".github/workflows/deploy.yml", start: 0, end: 1 }],
});

const pull = (action: string): Event => ({
  kind: "pull_request",
  target: false,
  base: "dev",
  action,
  merged: false,
  fork: false,
  draft: false,
  labels: [],
  actor: "someone",
  files: undefined,
});
const push = (branch: string): Event => ({ kind: "push", branch, files: undefined });

test.each([
  ["its own branch", "own", push("main"), ["acme/prod"]],
  ["a branch without a stack", "own", push("off"), []],
  ["a branch that is not there", "own", push("topic"), []],
  ["a tag", "own", { kind: "tag", tag: "main" }, []],
  ["the base of a pull request", "base", pull("opened"), ["acme/dev"]],
  ["one that is reopened", "base", pull("reopened"), []],
  ["a pull request without the flag", "own", pull("opened"), [undefined]],
  ["a push with the flag", "base", push("main"), [undefined]],
] satisfies [string, ByBranch["branch"], Event, (string | undefined)[]][])("%s", (_, branch, event, stacks) => {
  const found = onItsBranch(operates({ branch, named: false }), event, tree);
  expect(found.map(({ stack }) => stack && literal(stack.text))).toEqual(stacks);
});

test("a stack that is named beside the file is worked on where the branch is in it", () => {
  const named = operates({ branch: "own", named: true });
  expect(onItsBranch(named, push("main"), tree)).toEqual([named]);
  expect(onItsBranch(named, push("topic"), tree)).toEqual([]);
});

test("a file that cannot be read names no stack, and one that nobody reads tells no branches apart", () => {
  const broken: Tree = new Map([[".pulumi/ci.json", "{"]]);
  const one = operates({ branch: "own", named: false });
  expect(onItsBranch(one, push("main"), broken)).toEqual([one]);
  expect(branchesOfFile(tree)).toEqual(["main", "dev"]);
  expect(branchesOfFile(new Map([[".pulumi/ci.json", text]]))).toEqual([]);
});
