import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isLiteralPattern,
  matchesPattern,
  namesOf,
  passesFilter,
  passesIgnore,
  pathsPass,
  samplesOf,
} from "./filter.ts";

/** GitHub's cheat sheet, and below it what follows from its rules: pattern, names that match, names that do not. */
const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["feature/*", ["feature/my-branch", "feature/your-branch"], ["feature/a/b", "feature", "my/feature/x"]],
  ["feature/**", ["feature/beta-a/my-branch", "feature/your-branch", "feature/mona/the/octocat"], ["feature"]],
  ["main", ["main"], ["Main", "main2", "a/main", ""]],
  ["releases/mona-the-octocat", ["releases/mona-the-octocat"], ["releases/mona"]],
  ["*", ["main", "releases", "README.md", "server.rb"], ["all/the/branches"]],
  ["**", ["all/the/branches", "every/tag", "main", "all/the/files.md"], []],
  ["*feature", ["mona-feature", "feature", "ver-10-feature"], ["feature-x", "a/feature"]],
  ["v2*", ["v2", "v2.0", "v2.9"], ["v1", "v2/a"]],
  ["v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"], ["v3.0.0", "v1.0", "v1..0", "v1x0x0"]],
  ["*.jsx?", ["page.js", "page.jsx"], ["page.jsxx", "page.j", "a/page.js"]],
  ["*.js", ["app.js", "index.js"], ["js/index.js"]],
  ["**.js", ["index.js", "js/index.js", "src/js/app.js"], ["index.jsx"]],
  ["docs/*", ["docs/README.md", "docs/file.txt"], ["docs/a/b", "a/docs/b"]],
  ["docs/**", ["docs/README.md", "docs/mona/octocat.txt"], ["docs"]],
  [
    "docs/**/*.md",
    ["docs/README.md", "docs/mona/hello-world.md", "docs/a/markdown/file.md"],
    ["docsREADME.md", "docs/a.txt"],
  ],
  ["**/docs/**", ["docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"], ["mydocs/a"]],
  ["**/README.md", ["README.md", "js/README.md"], ["js/MYREADME.md"]],
  ["**/*src/**", ["a/src/app.js", "my-src/code/js/app.js"], ["src-a/x"]],
  ["**/*-post.md", ["my-post.md", "path/their-post.md"], ["post.md"]],
  ["**/migrate-*.sql", ["migrate-10909.sql", "db/migrate-v1.0.sql", "db/sept/migrate-v1.sql"], ["migrate.sql"]],
  ["Octo*", ["Octocat"], ["octocat"]],
  ["[CB]at", ["Cat", "Bat"], ["at", "bat"]],
  ["[1-2]00", ["100", "200"], ["300"]],
  ["\\*.md", ["*.md"], ["a.md", "\\*.md"]],
  ["a\\+b", ["a+b"], ["aab"]],
  ["a+b", ["ab", "aaab"], ["a+b", "b"]],
  ["[a-c]?x", ["x", "bx"], ["dx", "aax"]],
  ["?x", ["?x"], ["x"]],
  ["a.c", ["a.c"], ["abc"]],
  ["a]", ["a]"], ["a"]],
  ["foo**/bar", ["foo/bar", "foox/y/bar"], ["foobar"]],
  ["", [""], ["a"]],
  ["ü[0-9]?", ["ü", "ü7"], ["u7"]],
];

describe("matchesPattern", () => {
  it.each(table)("%s", (pattern, matching, others) => {
    expect(matching.filter((name) => !matchesPattern(pattern, name))).toEqual([]);
    expect(others.filter((name) => matchesPattern(pattern, name))).toEqual([]);
  });

  it.each(["[a", "a[]", "[z-a]", "[a-Z]", "[!-~]", "a\\", "[\\"])("never matches for the invalid %s", (pattern) => {
    expect([pattern, "a", "[a", ""].some((name) => matchesPattern(pattern, name))).toBe(false);
    expect(samplesOf(pattern)).toEqual([]);
  });

  it("stays quick on hostile patterns", () => {
    const name = `${"a".repeat(3000)}!`;
    expect(matchesPattern("a+".repeat(100) + "b", name)).toBe(false);
    expect(matchesPattern("**a".repeat(100) + "b", name)).toBe(false);
    expect(matchesPattern("**/".repeat(100) + "b", name)).toBe(false);
  });

  it("never throws", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("ab/*?+[]!\\-.😀")) });
    fc.assert(fc.property(text, text, (pattern, name) => typeof matchesPattern(pattern, name) === "boolean"));
  });
});

describe("passesFilter and passesIgnore", () => {
  it.each([
    [["*.md", "!README.md"], ["hello.md"], ["README.md", "docs/hello.md"]],
    [["*.md", "!README.md", "README*"], ["hello.md", "README.md", "README.doc"], ["docs/hello.md"]],
    [["!main"], [], ["main", "dev"]],
    [["!a", "**"], ["a", "b"], []],
    [[], ["main"], []],
  ])("%j", (patterns, passing, others) => {
    expect(passing.filter((name) => !passesFilter(patterns, name))).toEqual([]);
    expect(others.filter((name) => passesFilter(patterns, name))).toEqual([]);
  });

  it("ignores what the last matching pattern says", () => {
    expect(passesIgnore(["docs/**"], "docs/a")).toBe(false);
    expect(passesIgnore(["docs/**", "!docs/a"], "docs/a")).toBe(true);
    expect(passesIgnore([], "docs/a")).toBe(true);
  });
});

describe("pathsPass", () => {
  const none = { paths: undefined, pathsIgnore: undefined };

  it("needs one file that gets through", () => {
    expect(pathsPass(["docs/a", "src/b"], { ...none, paths: ["src/**"] })).toBe(true);
    expect(pathsPass(["docs/a"], { ...none, paths: ["src/**"] })).toBe(false);
    expect(pathsPass(["docs/a", "src/b"], { ...none, pathsIgnore: ["docs/**"] })).toBe(true);
    expect(pathsPass(["docs/a"], { ...none, pathsIgnore: ["docs/**"] })).toBe(false);
  });

  it("lets a change without files through only when there is no filter", () => {
    expect(pathsPass([], none)).toBe(true);
    expect(pathsPass([], { ...none, paths: ["**"] })).toBe(false);
    expect(pathsPass([], { ...none, pathsIgnore: ["docs/**"] })).toBe(false);
  });
});

describe("samplesOf", () => {
  it.each([
    ["main", ["main"]],
    ["release/**", ["release/sample"]],
    ["v*", ["v-sample", "v"]],
    ["v[0-9]+.[0-9]+", ["v0.0"]],
    ["**/README.md", ["sample/README.md", "README.md"]],
    ["docs/**/*.md", ["docs/sample/sample.md", "docs/.md"]],
    ["*.jsx?", ["sample.jsx", ".js"]],
    ["!docs/*", ["docs/sample"]],
    ["a\\*b", ["a*b"]],
    ["", []],
    ["a//b", []],
  ])("%s", (pattern, expected) => {
    expect(samplesOf(pattern)).toEqual(expected);
  });

  it("are matched by their pattern, whatever it is", () => {
    const pattern = fc.string({ unit: fc.constantFrom(...Array.from("ab/*?+[]!\\-0")) });
    fc.assert(fc.property(pattern, (each) => samplesOf(each).every((name) => matchesPattern(each, name))));
    const sheet = table.map(([each]) => each).filter((each) => each !== "");
    expect(sheet.filter((each) => samplesOf(each).length === 0)).toEqual([]);
  });
});

describe("isLiteralPattern", () => {
  it("is a plain name", () => {
    expect(["main", "release/v1.0", "a-b_c"].every(isLiteralPattern)).toBe(true);
    expect(["", "*", "v?", "a+", "[a]", "!a", "a\\*"].some(isLiteralPattern)).toBe(false);
  });
});

describe("namesOf", () => {
  it.each([
    ["main", ["main"]],
    ["[m]ain", ["main"]],
    ["v[0-9]+.[0-9]", ["v‹0›.‹0›"]],
    ["v*", ["v‹-sample›", "v‹›"]],
    ["rel?", ["re‹l›", "re‹›"]],
    ["**/fix", ["‹sample›/fix", "‹›fix"]],
  ])("%s", (pattern, expected) => {
    expect(namesOf(pattern)).toEqual(expected);
  });

  it("are marked as soon as two names match, whatever sign lets them", () => {
    const signs = fc.string({ unit: fc.constantFrom(...Array.from("aab/*?+[]!\\-0")), maxLength: 8 });
    const letters = Array.from("ab0-/");
    const names = [1, 2, 3]
      .reduce<string[][]>(
        (all) => [...all, (all.at(-1) ?? []).flatMap((name) => letters.map((letter) => name + letter))],
        [[""]],
      )
      .flat();
    fc.assert(
      fc.property(signs, (pattern) => {
        const isOpen = names.filter((name) => matchesPattern(pattern, name)).length > 1;
        return !isOpen || namesOf(pattern).every((name) => /‹.*›/.test(name) && matchesPattern(pattern, name));
      }),
    );
  });
});
