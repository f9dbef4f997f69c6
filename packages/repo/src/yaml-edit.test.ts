import { describe, expect, test } from "vitest";
import { splice } from "./change.ts";
import { editYaml, type YamlEdit, type YamlPath } from "./yaml-edit.ts";

const remove = (...at: YamlPath): YamlEdit => ({ kind: "remove", at });
const replace = (text: string, ...at: YamlPath): YamlEdit => ({ kind: "replace", at, text });

function after(text: string, ...edits: readonly YamlEdit[]): string {
  const done = editYaml("a.yml", text, edits);
  return done.kind === "edited" ? splice(text, done.splices) : `refused: ${done.reason}`;
}

const workflow = `# licence

on: push

jobs:
  # tests
  test:
    runs-on: x # small
    steps:
      - uses: a
      # the build
      # of it all
      - run: |
          make # no comment
          # nor this

      - run: c

  # moves
  deploy:
    needs: [test, lint] # both
    steps:
      - name: go # now
        # with care
        run: pulumi up
        env: { A: 1, "B": 'x' }
  lint:
    steps:
      - run: l
`;

const cut = (...lines: readonly string[]) => {
  const gone = lines.join("\n") + "\n";
  expect(workflow).toContain(gone);
  return workflow.replace(gone, "");
};

describe("removing from a workflow", () => {
  test.each<[YamlPath, string]>([
    [["on"], cut("on: push", "")],
    [["jobs", "test", "runs-on"], cut("    runs-on: x # small")],
    [["jobs", "test", "steps", 0], cut("      - uses: a")],
    [["jobs", "test", "steps", 2], cut("", "      - run: c")],
    [["jobs", "deploy", "needs"], cut("    needs: [test, lint] # both")],
    [["jobs", "lint"], cut("  lint:", "    steps:", "      - run: l")],
    [["jobs", "lint", "steps", 0, "run"], cut("  lint:", "    steps:", "      - run: l")],
    [["jobs", "deploy", "steps", 0, "env"], cut("        env: { A: 1, \"B\": 'x' }")],
    [["jobs", "deploy", "steps", 0, "run"], cut("        # with care", "        run: pulumi up")],
    [["jobs", "deploy", "needs", 0], workflow.replace("[test, lint]", "[lint]")],
    [["jobs", "deploy", "needs", 1], workflow.replace("[test, lint]", "[test]")],
    [["jobs", "deploy", "steps", 0, "env", "A"], workflow.replace("{ A: 1, ", "{ ")],
    [["jobs", "deploy", "steps", 0, "env", "B"], workflow.replace(", \"B\": 'x'", "")],
    [
      ["jobs", "test", "steps", 1],
      cut(
        "      # the build",
        "      # of it all",
        "      - run: |",
        "          make # no comment",
        "          # nor this",
      ),
    ],
  ])("%j", (at, expected) => {
    expect(after(workflow, remove(...at))).toBe(expected);
    const windows = workflow.replaceAll("\n", "\r\n");
    expect(after(windows, remove(...at))).toBe(expected.replaceAll("\n", "\r\n"));
    expect(after(`\uFEFF${workflow}`, remove(...at))).toBe(`\uFEFF${expected}`);
  });

  test("the first key of an item: the next one moves up, its comments go above the dash", () => {
    expect(after(workflow, remove("jobs", "deploy", "steps", 0, "name"))).toBe(
      workflow.replace(
        "      - name: go # now\n        # with care\n        run: pulumi up\n",
        "      # with care\n      - run: pulumi up\n",
      ),
    );
  });

  test("an item by several, behind the comments above it", () => {
    const edit: YamlEdit = {
      kind: "replace",
      at: ["jobs", "test", "steps", 1],
      text: "run: last",
      before: ["uses: first\n        with:\n          b: 1", "run: second"],
    };
    const own = "      - run: |\n          make # no comment\n          # nor this\n";
    const several = "      - uses: first\n        with:\n          b: 1\n      - run: second\n      - run: last\n";
    expect(after(workflow, edit)).toBe(workflow.replace(own, several));
    const windows = workflow.replaceAll("\n", "\r\n");
    expect(after(windows, edit)).toBe(windows.replace(own.replaceAll("\n", "\r\n"), several.replaceAll("\n", "\r\n")));
    const inFlow = "steps: [{ run: a }, { run: b }]\n";
    expect(after(inFlow, { ...edit, at: ["steps", 1], before: ["{ run: x }"] })).toMatch(/^refused: /);
  });

  test("several at once", () => {
    const edits = [
      remove("jobs", "test", "steps", 0),
      remove("jobs", "test", "steps", 2),
      remove("jobs", "deploy"),
      remove("jobs", "deploy", "needs", 0),
      replace("y", "jobs", "test", "runs-on"),
    ];
    const expected = `# licence

on: push

jobs:
  # tests
  test:
    runs-on: y # small
    steps:
      # the build
      # of it all
      - run: |
          make # no comment
          # nor this

  lint:
    steps:
      - run: l
`;
    expect(after(workflow, ...edits)).toBe(expected);
    expect(after(workflow, ...edits.toReversed())).toBe(expected);
  });

  test("everything in a collection: the collection goes", () => {
    const steps = [0, 1, 2].map((step) => remove("jobs", "test", "steps", step));
    expect(after(workflow, ...steps)).toContain("  test:\n    runs-on: x # small\n\n  # moves\n");
    expect(after(workflow, ...steps, remove("jobs", "test", "runs-on"))).toContain("jobs:\n  # moves\n  deploy:\n");
  });

  test("everything in the file is refused", () => {
    expect(after("a:\n  b: 1\n", remove("a", "b"))).toMatch(/^refused: nothing would be left/);
    expect(after("a: 1\n", remove())).toMatch(/^refused: /);
  });
});

describe("comments and empty lines", () => {
  test.each<[string, string, YamlPath, string]>([
    ["above, after an empty line", "a: 1\n# far\n\n# near\nb: 2\nc: 3\n", ["b"], "a: 1\n# far\n\nc: 3\n"],
    ["above, at another indent", "a: 1\n  # deep\nb: 2\nc: 3\n", ["b"], "a: 1\n  # deep\nc: 3\n"],
    ["below stays", "a: 1\n# of b\nb: 2\n", ["a"], "# of b\nb: 2\n"],
    ["of the first key", "# of a\na: 1\nb: 2\n", ["a"], "b: 2\n"],
    ["a header stays", "# file\n\n# of a\na: 1\n\nb: 2\n", ["a"], "# file\n\nb: 2\n"],
    ["empty lines on both sides", "a: 1\n\nb: 2\n\nc: 3\n", ["b"], "a: 1\n\nc: 3\n"],
    ["empty lines of the last", "a: 1\n\n\nb: 2\n", ["b"], "a: 1\n"],
    ["no last line ending", "a: 1\nb: 2", ["b"], "a: 1\n"],
    ["a block scalar's header", "a: | # why\n  x\n# of b\nb: 2\n", ["a"], "# of b\nb: 2\n"],
    ["an empty block scalar", "a: |\nb: 2\n", ["a"], "b: 2\n"],
    ["empty lines kept by the text before", "a: |+\n  x\n\nb: 1\n\nc: 2\n", ["b"], "a: |+\n  x\n\nc: 2\n"],
    ["a comment the text before would swallow", "a: |\n  x\nb: 1\n  # deep\nc: 2\n", ["b"], "a: |\n  x\nc: 2\n"],
    ["in a nested list", "- - a\n  # b\n  - b\n- c\n", [0, 0], "# b\n- - b\n- c\n"],
    ["of a nested first key", "- - a: 1 # x\n    # y\n\n    b: 2\n", [0, 0, "a"], "# y\n- - b: 2\n"],
    ["a value on its own lines", "a:\n  # of 1\n  - 1\n  - 2\nb:\n", ["a", 0], "a:\n  - 2\nb:\n"],
    ["a list as deep as its key", "a:\n- 1\n# of 2\n- 2\nb:\n", ["a", 1], "a:\n- 1\nb:\n"],
    ["no value", "a:\nb: # x\nc:\n", ["b"], "a:\nc:\n"],
    ["an explicit key", "? a\n: - 1\n? b\n: 2\n", ["a"], "? b\n: 2\n"],
    ["after a directive", "--- # doc\n# of a\na: 1\nb: 2\n...\n", ["a"], "--- # doc\nb: 2\n...\n"],
    ["an anchor", "a: 1\nb: &x\n  c: 1\nd: 2\n", ["b"], "a: 1\nd: 2\n"],
    ["a flow list on lines", "a: [\n  1,\n  2,\n]\nb:\n", ["a", 0], "a: [\n  2,\n]\nb:\n"],
    ["the last of it", "a: [\n  1,\n  2,\n]\nb:\n", ["a", 1], "a: [\n  1,\n]\nb:\n"],
    ["JSON", '{\r\n\t"a": 1,\r\n\t"b": {"c": [1]}\r\n}', ["b", "c", 0], '{\r\n\t"a": 1\r\n}'],
    ["versions as keys", "3.1: a\n3.10: b\n", ["3.10"], "3.1: a\n"],
  ])("%s", (_, text, at, expected) => expect(after(text, remove(...at))).toBe(expected));
});

describe("replacing", () => {
  test.each<[string, string, string, YamlPath, string]>([
    ["a plain value", "a: 1 # c\nb: 2\n", "new", ["a"], "a: new # c\nb: 2\n"],
    ["an aligned value", "a:   1\nbcd: 2\n", "3", ["a"], "a:   3\nbcd: 2\n"],
    ["a quoted value", "a: 'x'\r\n", '"y"', ["a"], 'a: "y"\r\n'],
    ["a flow item", "a: [b, c]\n", "d", ["a", 0], "a: [d, c]\n"],
    ["a list item", "- a # x\n- b", "c", [0], "- c # x\n- b"],
    ["no value", "a:\nb: 1\n", "x", ["a"], "a: x\nb: 1\n"],
    ["no value but a comment", "a: # c\nb: 1\n", "x", ["a"], "a: x # c\nb: 1\n"],
    ["no item", "-\n- b\n", "x", [0], "- x\n- b\n"],
    ["a block scalar", "a: |\n  x\n  y\n\nb: 1\n", "z", ["a"], "a: z\n\nb: 1\n"],
    ["by a block scalar", "a: x\r\nb: 1\r\n", "|\n  y\n  z\n", ["a"], "a: |\r\n  y\r\n  z\r\nb: 1\r\n"],
    ["a list by a value", "a:\n  - x\n  - y\nb: 1\n", "[z]", ["a"], "a: [z]\nb: 1\n"],
    ["a list with a comment", "a: # c\n  - x\nb: 1\n", "[z]", ["a"], "a: [z] # c\nb: 1\n"],
    ["a list with comments", "a: # c\n  # d\n  - x # e\nb:\n", "z", ["a"], "a: z # c\n  # d\n   # e\nb:\n"],
    ["a list with a comment by a list", "a: # c\n  - x\nb: 1\n", "\n    - y", ["a"], "a: # c\n    - y\nb: 1\n"],
    ["a flow value with a comment", "a: {b: # c\n  d, e: f}\n", "z", ["a", "b"], "a: {b: z # c\n  , e: f}\n"],
    ["by a list", "a: x\nb: 1\n", "\n  - y\n  - z", ["a"], "a:\n  - y\n  - z\nb: 1\n"],
    ["a list by a list", "a:\n  - x\nb: 1\n", "- y\n  - z", ["a"], "a:\n  - y\n  - z\nb: 1\n"],
    ["a list by a list below", "a:\n  - x\nb: 1\n", "\n    - y", ["a"], "a:\n    - y\nb: 1\n"],
    ["an item's map", "- a: 1\n  b: 2\n- c\n", "d: 3\n  e: 4", [0], "- d: 3\n  e: 4\n- c\n"],
    ["a tag", "if: !cancelled()\nb: 1\n", '"${{ !cancelled() }}"', ["if"], 'if: "${{ !cancelled() }}"\nb: 1\n'],
    ["an anchor nobody uses", "a: &x 1\n", "2", ["a"], "a: &x 2\n"],
    ["an alias", "a: &x 1\nb: *x\n", "2", ["b"], "a: &x 1\nb: 2\n"],
    ["JSON", '{"a": {"b": 1}, "c": 2}', '"x"', ["a"], '{"a": "x", "c": 2}'],
  ])("%s", (_, text, value, at, expected) => expect(after(text, replace(value, ...at))).toBe(expected));
});

describe("refusing", () => {
  test.each<[string, string, YamlEdit, RegExp]>([
    ["a used anchor", "a: &x 1\nb: *x\n", remove("a"), /anchor that is used elsewhere/],
    ["a used anchor inside", "a:\n  c: &x 1\nb: *x\n", remove("a"), /anchor that is used elsewhere/],
    ["a part of what an alias stands for", "a: &x {c: 1, d: 2}\nb: *x\n", remove("a", "c"), /something else/],
    ["a way through an alias", "a: &x {c: 1, d: 2}\nb: *x\n", remove("b", "c"), /an alias stands on the way/],
    ["a new value for a used anchor", "a: &x 1\nb: *x\n", replace("2", "a"), /anchor/],
    ["a key written twice", "a: 1\nb: 2\na: 3\n", remove("b"), /written twice/],
    ["two documents", "a: 1\nb: 2\n---\nc: 3\n", remove("b"), /one document/],
    ["tabs", "a:\n\tb: 1\nc: 2\n", remove("c"), /[Tt]abs/],
    ["broken text", "a: [1\nb: 2\n", remove("b"), /./],
    ["no such key", "a: 1\nb: 2\n", remove("c", 0), /c › 0: it is not there/],
    ["a comment in a flow list", "a: [1, # one\n  2]\nb:\n", remove("a", 0), /comment/],
    ["a text that is two items", "a: [1, 2]\n", replace("3, 4", "a", 0), /something else/],
    ["a text that is no value", "a: 1\n", replace("[", "a"), /not a YAML value/],
    ["a text that ends the value early", "a: 1\nb: 2\n", replace("1\nc: 3", "a"), /./],
    ["a comment that joins the text", "a: 1 # c\nb: 2\n", replace("|\n  x", "a"), /something else/],
  ])("%s", (_, text, edit, reason) => {
    const done = editYaml("a.yml", text, [edit]);
    expect(done.kind === "refused" ? done.reason : done).toMatch(reason);
  });

  test("edits that contradict each other", () => {
    expect(after("a: 1\nb: 2\n", remove("a"), replace("3", "a"))).toMatch(/different things/);
    expect(after("a: {b: 1, c: 2}\n", replace("3", "a"), remove("a", "b"))).toMatch(/another edit replaces/);
  });

  test("an anchor may go together with its aliases", () => {
    expect(after("a: &x 1\nb: *x\nc: 2\n", remove("a"), remove("b"))).toBe("c: 2\n");
  });

  test("no edits are no splices", () => {
    expect(editYaml("a.yml", "a: 1\n", [])).toEqual({ kind: "edited", splices: [] });
  });
});

describe("putting an entry in front of another", () => {
  const put = (text: string, ...at: YamlPath): YamlEdit => ({ kind: "put", at, text });

  test.each<[string, YamlEdit[], string]>([
    ["a:\n  b: 1\n", [put("c: 2", "a", "b")], "a:\n  c: 2\n  b: 1\n"],
    [
      "a:\n  x: 0\n\n  # of b\n  b: 1\n",
      [put("c:\n  d: 2", "a", "b")],
      "a:\n  x: 0\n\n  c:\n    d: 2\n  # of b\n  b: 1\n",
    ],
    ["a:\r\n  b: 1\r\n", [put("c: 2", "a", "b")], "a:\r\n  c: 2\r\n  b: 1\r\n"],
    ["a: { b: 1 } # x\n", [put("c: 2", "a", "b")], "a: { c: 2, b: 1 } # x\n"],
    ["a:\n  b: 1\n", [put("c: 2", "a", "b"), put("c: 2", "a", "b")], "a:\n  c: 2\n  b: 1\n"],
    ["a:\n  b:\n    - x\n    - y\n", [put("c: 2", "a", "b"), remove("a", "b", 0)], "a:\n  c: 2\n  b:\n    - y\n"],
  ])("%j", (text, edits, expected) => {
    expect(after(text, ...edits)).toBe(expected);
  });

  test.each<[string, YamlEdit[], string]>([
    ["a: [1, 2]\n", [put("c: 2", "a", 0)], "refused: there is no place for it between braces"],
    ["a:\n  - 1\n  - 2\n", [put("c: 2", "a", 0)], "refused: it is no entry of a map"],
    [
      "a: [{ b: 1 }, { c: 2 }]\n",
      [replace("b: 1\n    d: 2", "a", 0)],
      "refused: it is written between brackets or braces, where several lines have no place",
    ],
    ["a: { b: 1 }\n", [put("c:\n  d: 1", "a", "b")], "refused: there is no place for it between braces"],
    [
      "a:\n  b: 1\n",
      [put("c: 1", "a", "b"), put("d: 1", "a", "b")],
      "refused: a › b: two edits want different things of it",
    ],
    [
      "a:\n  b: 1\n",
      [put("c: 1", "a", "b"), remove("a", "b")],
      "refused: a › b: two edits want different things of it",
    ],
    ["a:\n  b: 1\n", [put("b: 2", "a", "b")], "refused"],
    ["a:\n  b: 1\n", [put("just text", "a", "b")], "refused"],
    ["- b: 1\n  c: 2\n", [put("a: 0", 0, "b")], "refused: it does not begin its line"],
  ])("%j is refused", (text, edits, expected) => {
    expect(after(text, ...edits)).toMatch(new RegExp(`^${expected}`));
  });
});
