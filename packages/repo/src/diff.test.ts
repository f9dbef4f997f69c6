import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { unifiedDiff } from "./diff.ts";

const folder = mkdtempSync(join(tmpdir(), "diff-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The file after `git apply` of the diff, with git's own idea of white space switched off. */
function applied(before: string | undefined, after: string | undefined, path: string): string | undefined {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  if (before !== undefined) writeFileSync(file, before);
  const input = unifiedDiff(before, after, path);
  if (input !== "") execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: folder, input, stdio: "pipe" });
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

describe("unified diff", () => {
  test("three lines of context, one hunk per change", () => {
    const before = Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join("");
    const after = before.replace("line 2\n", "").replace("line 18\n", "line 18\nnew\n");
    expect(unifiedDiff(before, after, "a/b.yml")).toBe(`diff --git a/a/b.yml b/a/b.yml
--- a/a/b.yml
+++ b/a/b.yml
@@ -1,5 +1,4 @@
 line 1
-line 2
 line 3
 line 4
 line 5
@@ -16,5 +15,6 @@
 line 16
 line 17
 line 18
+new
 line 19
 line 20
`);
  });

  test("changes whose context meets are one hunk", () => {
    const before = Array.from({ length: 12 }, (_, i) => `${i}\n`).join("");
    expect(
      unifiedDiff(before, before.replace("1\n", "x\n").replace("\n8\n", "\ny\n"), "a").match(/^@@/gm),
    ).toHaveLength(1);
  });

  test("a new file, a deleted one, one without a last line ending", () => {
    expect(unifiedDiff(undefined, "a\r\n", "n")).toBe(
      "diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\r\n",
    );
    expect(unifiedDiff("a\nb\n", undefined, "n")).toBe(
      "diff --git a/n b/n\ndeleted file mode 100644\n--- a/n\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n",
    );
    expect(unifiedDiff("a", "a\n", "n")).toContain("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
  });

  test("the same is no diff", () => expect(unifiedDiff("a", "a", "n")).toBe(""));

  test("5,000 lines are fast, alike or not", () => {
    const before = Array.from({ length: 5000 }, (_, i) => `line ${i % 700}\n`);
    const start = performance.now();
    unifiedDiff(before.join(""), before.filter((_, i) => i % 10 !== 0).join(""), "a");
    unifiedDiff(before.join(""), before.map((line) => `x ${line}`).join(""), "a");
    unifiedDiff(before.join(""), before.toReversed().join(""), "a");
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe("git apply", () => {
  test.each<[string | undefined, string | undefined, string]>([
    [undefined, "a\nb\n", "new/file"],
    ["a\nb", undefined, "old/file"],
    [undefined, "", "empty"],
    ["", undefined, "empty"],
    ["", "a", "filled"],
    ["a\n", "", "emptied"],
    ["a\r\nb\r\n", "a\r\nc\r\n", "windows"],
    ["\uFEFFa\n", "\uFEFFb\n", "mark"],
    ["a\n", "b\n", "with space"],
    ["a\n", "b\n", "é"],
    ["a\n", "b\n", 'say "x"'],
    ["a\rb\n", "a\rc\n", "old mac"],
  ])("%j to %j in %s", (before, after, path) => expect(applied(before, after, path)).toBe(after));

  test("any texts", () => {
    const line = fc.constantFrom("a", "b", "c", "", "-", "+x", " y", "\\ No newline", "@@", "a\r", "é");
    const text = fc
      .tuple(fc.array(line, { maxLength: 25 }), fc.constantFrom("", "\n"))
      .map(([lines, last]) => lines.join("\n") + last);
    const pair = fc.tuple(fc.option(text, { nil: undefined, freq: 10 }), fc.option(text, { nil: undefined, freq: 10 }));
    fc.assert(
      fc.property(pair, ([before, after]) => {
        expect(applied(before, after, "f")).toBe(after);
      }),
      { numRuns: 300 },
    );
  });
});
