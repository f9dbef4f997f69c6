import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readTree } from "./support/fixture.ts";
import { folderOf, git, published, repositoryOf, runBin, scratch } from "./support/command-line.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const before = readTree(
  join(fileURLToPath(new URL("../fixtures/notations/cloudformation", import.meta.url)), "before"),
);
const files = {
  ...Object.fromEntries(before),
  "node_modules/roles/roles.yaml": before.get("bootstrap/roles.yaml") ?? "",
};

interface Plan {
  readonly trust: readonly {
    readonly definition: { readonly location: string; readonly diff: string | null } | null;
  }[];
}

function definitionsIn(folder: string, ...args: readonly string[]): readonly (string | undefined)[] {
  const { trust } = JSON.parse(runBin(published, folder, ["plan", "--format", "json", ...args]).out) as Plan;
  return trust.map(({ definition }) => definition?.location);
}

test("a plan finds the file that defines a role, in a git work tree and in a plain folder", () => {
  expect(definitionsIn(repositoryOf(files))).toEqual(["bootstrap/roles.yaml:9:3"]);
  expect(definitionsIn(folderOf(files))).toEqual(["bootstrap/roles.yaml:9:3"]);
});

test("whatever git's configuration makes of a search", () => {
  const folder = repositoryOf(files);
  for (const [key, value] of [
    ["color.ui", "always"],
    ["grep.fullName", "true"],
    ["submodule.recurse", "true"],
  ] as const)
    git(folder, "config", key, value);
  expect(definitionsIn(folder)).toEqual(["bootstrap/roles.yaml:9:3"]);
});

test("a file that is left out defines nothing", () => {
  expect(definitionsIn(repositoryOf(files), "--exclude", "bootstrap/**")).toEqual([undefined]);
});

test("the terminal shows where the role is defined, and the statement there", () => {
  const { out } = runBin(published, repositoryOf(files), ["plan"]);
  expect(out).toContain("defined in bootstrap/roles.yaml:9");
  expect(out).toContain("    +          - Sid: PulumiDeployments");
});

test("the built command line reads Python with the grammars beside it", () => {
  const folder = fileURLToPath(new URL("../fixtures/notations/pulumi-python", import.meta.url));
  const python = Object.fromEntries(readTree(join(folder, "before")));
  expect(definitionsIn(repositoryOf(python))).toEqual(["roles/__main__.py:11:1"]);
});
