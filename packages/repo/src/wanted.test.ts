import { expect, test } from "vitest";
import { hasCheckRules, isWanted, unreadPrograms, wantedEntries, withoutStrayPrograms } from "./index.ts";

const rules = [
  ".github/mergify.yml",
  ".github/rulesets/main.json",
  ".github/rulesets/tags.yml",
  ".github/settings.yaml",
  ".github/settings.yml",
  ".mergify.yml",
  ".mergify/config.yml",
  "rulesets/main.json",
];
const others = [".github/rulesets/of/main.json", "apps/.mergify.yml", "apps/rulesets/main.json", "settings.yml"];

test("files with rules about checks are taken in, on a disk and from a commit", () => {
  expect(rules.filter((path) => hasCheckRules(path) && isWanted(path))).toEqual(rules);
  expect(others.filter((path) => isWanted(path))).toEqual([]);
  const entries = [...rules, ...others].map((path) => ({ path, mode: "100644", id: path, size: 7 }));
  expect(wantedEntries(entries).map(({ path }) => path)).toEqual(rules);
});

test("the file that gives branches their stacks is taken in, at the root alone", () => {
  expect([".pulumi/ci.json", "apps/.pulumi/ci.json", "ci.json"].filter((path) => isWanted(path))).toEqual([
    ".pulumi/ci.json",
  ]);
});

test("modules of a program are taken in with it, and no others", () => {
  const wanted = [
    "infra/Pulumi.yaml",
    "infra/index.ts",
    "infra/config.ts",
    "infra/src/a/b.py",
    "infra/a/b/c/d/e.ts",
    "infra/app_config.py",
    "infra/infra.csproj",
    "infra/src/main/java/com/acme/docs/net/a/b/c/d/App.java",
    "x/Pulumi.yaml",
    "x/tags.go",
  ];
  const left = [
    "config.ts",
    "app/index.ts",
    "infra/config.test.ts",
    "infra/types.d.ts",
    "infra/jest.config.js",
    "infra/tests/a.ts",
    "infra/a/b/c/d/e/f/g/h/i/j.ts",
    "infra/src/test/java/App.java",
    "app/app.csproj",
    "x/tags_test.go",
    ".github/scripts/a.js",
  ];
  const entries = [...wanted, ...left].map((path) => ({ path, mode: "100644", id: path, size: 7 }));
  expect(wantedEntries(entries).map(({ path }) => path)).toEqual([...wanted].sort());
});

test("modules of packages beside a project are taken in, those of no package and of too many are not", () => {
  const wanted = (paths: readonly string[]): readonly string[] =>
    wantedEntries(paths.map((path) => ({ path, mode: "100644", id: path, size: 7 }))).map(({ path }) => path);
  const own = ["infra/Pulumi.yaml", "infra/index.ts", "lib/package.json", "lib/src/tag.ts"];
  expect(wanted([...own, "lib/tests/a.ts", "scripts/a.ts"])).toEqual(own);
  expect(wanted(["lib/package.json", "lib/src/tag.ts"])).toEqual(["lib/package.json"]);
  const many = Array.from({ length: 300 }, (_, at) => `lib/src/${at}.ts`);
  expect(wanted([...own, ...many])).toEqual(own.slice(0, 3));
});

test("of a project at the root the folders of other programs are left out, and those of an application", () => {
  const entries = (paths: readonly string[]) => paths.map((path) => ({ path, mode: "100644", id: path, size: 7 }));
  const paths = ["Pulumi.yaml", "config.ts", "index.ts", "src/tags.ts", "web/Pulumi.yaml", "web/lib/a.ts"];
  const left = ["app/package.json", "app/src/main.ts", "docs/a.ts", "a/b/c/d/e/f/g/h/i/j.ts"];
  expect(wantedEntries(entries([...paths, ...left])).map(({ path }) => path)).toEqual([
    "Pulumi.yaml",
    "app/package.json",
    ...paths.slice(1),
  ]);
  const many = Array.from({ length: 301 }, (_, i) => `src/${i}.ts`);
  expect(wantedEntries(entries([...paths, ...many])).map(({ path }) => path)).toEqual(
    paths.filter((path) => path !== "src/tags.ts"),
  );
});

test("of too many modules the deeper ones are left out, which is said where no import would tell", () => {
  const sources = (ending: string) => Array.from({ length: 1001 }, (_, i) => `infra/a/b/c/d/${i}.${ending}`);
  const paths = ["infra/Pulumi.yaml", "infra/Program.cs", "infra/a/A.cs"];
  expect(withoutStrayPrograms([...paths, ...sources("cs")])).toEqual(paths);
  expect(unreadPrograms([...paths, ...sources("cs")]).map(({ code, path }) => [code, path])).toEqual([
    ["GP188", "infra/Pulumi.yaml"],
  ]);
  expect(unreadPrograms([...paths, ...sources("ts")])).toEqual([]);
});

test("what opens environments and runs tasks is taken in", () => {
  const wanted = ["devbox.json", "infra/flake.nix", "a/.flox/env/manifest.toml", "turbo.json", "nx.json", "deno.jsonc"];
  expect([...wanted, "manifest.toml", "a/default.nix", ".env"].filter((path) => isWanted(path))).toEqual(wanted);
});

test("configuration and tasks of mise are taken in", () => {
  const wanted = [
    "mise.toml",
    "infra/.mise.toml",
    ".config/mise.toml",
    ".mise/config.toml",
    "a/mise-tasks/up",
    ".mise/tasks/a/b.sh",
  ];
  const left = ["config.toml", "promise/tasks/up", "mise-tasks/a.toml", "mise.lock"];
  expect([...wanted, ...left].filter((path) => isWanted(path))).toEqual(wanted);
});
