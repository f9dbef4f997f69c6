import { describe, expect, test } from "vitest";
import { apply, type Tree } from "@gha2pulumi/repo";
import { readTypescript } from "@gha2pulumi/deployments";
import { migrate } from "@gha2pulumi/migrate";
import { fixture } from "./support/fixture.ts";

const INDEX = "deployment-settings/index.ts";
const count = (tree: Tree, what: RegExp): number => [...(tree.get(INDEX) ?? "").matchAll(what)].length;

/** A second project with a workflow of its own, as a person adds it to a repository that has moved already. */
const later: readonly (readonly [string, string])[] = [
  ["platform/cache/Pulumi.yaml", "name: cache\nruntime: nodejs\n"],
  ["platform/cache/Pulumi.staging.yaml", "config:\n  cache:size: 3\n"],
  ["platform/cache/package.json", "{}\n"],
  ["platform/cache/package-lock.json", "{}\n"],
  [
    ".github/workflows/cache.yml",
    `on:
  push:
    branches: [main]
    paths: [platform/cache/**]
jobs:
  cache:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: pulumi/actions@v6
        with:
          command: up
          stack-name: acme/cache/staging
          work-dir: platform/cache
        env:
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
          CACHE_KEY: \${{ secrets.CACHE_KEY }}
`,
  ],
];

describe("planning and applying again", async () => {
  const { before, surroundings } = fixture("recognisers/pulumi-actions");
  const planned = async (tree: Tree) => migrate({ tree, surroundings }, undefined);
  const first = apply(before, (await planned(before)).changes);

  test("a second time changes nothing", async () => {
    expect((await planned(first)).changes).toEqual([]);
  });

  test("a workflow that is added later adds one resource, and only it", async () => {
    const { changes } = await planned(new Map([...first, ...later]));
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      "delete .github/workflows/cache.yml",
      "edit deployment-settings/README.md",
      "edit deployment-settings/index.ts",
    ]);
    const after = apply(new Map([...first, ...later]), changes);
    expect(after.get(INDEX)?.startsWith(first.get(INDEX) ?? "?")).toBe(true);
    expect(count(after, /^new service\.DeploymentSettings\(/gm)).toBe(2);
    expect(after.get("deployment-settings/README.md")).toContain("- `acme/network/prod`\n- `acme/cache/staging`\n");
    expect(after.get("deployment-settings/README.md")).toContain(
      "\npulumi config set --secret CACHE_KEY # .github/workflows/cache.yml",
    );
    expect((await planned(after)).changes).toEqual([]);
  });

  test("what a person has changed in the program stays, and is said where it is not what the workflows say", async () => {
    const mine = (first.get(INDEX) ?? "").replace("pulumi/pulumi:3.200.0", "acme/pulumi:3.201.0");
    const half = new Map([...before, ...first, [INDEX, mine]]);
    const { document, changes } = await planned(half);
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual(["delete .github/workflows/deploy.yml"]);
    expect(document.diagnostics.filter(({ code }) => code === "GP510")).toMatchObject([
      { message: expect.stringContaining("executorImage (acme/pulumi:3.201.0, the workflows: pulumi/pulumi:3.200.0)") },
    ]);
    const other = (first.get(INDEX) ?? "").replace('branch: "main"', 'branch: "release"');
    const kept = await planned(new Map([...half, [INDEX, other]]));
    expect(kept.changes).toEqual([]);
    expect((await readTypescript(new Map([...half, [INDEX, other]]))).settings).toHaveLength(1);
  });
});
