import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, listItems, mapEntries, readYaml, scalarText, type YamlNode } from "./yaml.ts";

const read = (text: string) => readYaml("a.yml", text);
const codes = (text: string) => read(text).problems.map((problem) => problem.code);

/** A node without its places, to compare with. */
function plain(node: YamlNode | undefined): unknown {
  switch (node?.kind) {
    case "map":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
    case "list":
      return node.items.map(plain);
    case "scalar":
      return node.text;
    default:
      return node === undefined ? undefined : null;
  }
}

/** Every span lies in the file, and those of plain and single-line values hold their text. */
function expectPlaces(text: string, node: YamlNode): void {
  expect(node.span.start).toBeGreaterThanOrEqual(0);
  expect(node.span.end).toBeGreaterThanOrEqual(node.span.start);
  expect(node.span.end).toBeLessThanOrEqual(text.length);
  if (node.kind === "list") for (const item of node.items) expectPlaces(text, item);
  if (node.kind === "map") for (const { value } of node.entries) expectPlaces(text, value);
  if (node.kind !== "scalar") return;
  for (let i = 0; i < node.text.length; i++) {
    const at = node.offsets.at(i);
    if (at !== undefined) expect(text[at]).toBe(node.text[i]);
  }
}

describe("values", () => {
  test("plain values stay as they are written", () => {
    const root = read("on: push\nv: 3.10\ne: 1e3\no: 010\ny: yes\nt: true\nd: 2024-01-01\nn: null\nx: ~\nz:\n").root;
    expect(plain(root)).toEqual({
      on: "push",
      v: "3.10",
      e: "1e3",
      o: "010",
      y: "yes",
      t: "true",
      d: "2024-01-01",
      n: null,
      x: null,
      z: null,
    });
  });

  test("`on` stays a key, and `yes` a text, under YAML 1.1 too", () => {
    expect(plain(read("%YAML 1.1\n---\non: yes\n").root)).toEqual({ on: "yes" });
  });

  test("quoted and block values are decoded and marked", () => {
    const root = read(
      "a: 'it''s'\nb: \"x\\ty\"\nc: |\n  one\n  two\nd: >-\n  one\n  two\ne: one\n  two\n\"f g\": 1\n",
    ).root;
    expect(plain(root)).toEqual({ a: "it's", b: "x\ty", c: "one\ntwo\n", d: "one two", e: "one two", "f g": "1" });
    const quoted = mapEntries(root).map(({ value }) => value.kind === "scalar" && value.quoted);
    expect(quoted).toEqual([true, true, true, true, false, false]);
  });

  test("JSON, with tabs", () => {
    expect(plain(read('{\r\n\t"a": [1, "\\u00e9\\/"],\n\t"b": {}\n}\n').root)).toEqual({ a: ["1", "é/"], b: {} });
  });

  test("a list behind a byte order mark", () => {
    const root = read("\uFEFF- a: 1\n  b: 2\n").root;
    expect(plain(root)).toEqual([{ a: "1", b: "2" }]);
    expect(listItems(root)[0]?.span).toEqual({ path: "a.yml", start: 3, end: 14 });
  });

  test("places", () => {
    const text = "jobs: # all\n  a:\n    - 'x'\n    - y # last\n\n  b: |\n    z\n";
    const root = read(text).root;
    const part = (node: YamlNode | undefined) => node && text.slice(node.span.start, node.span.end);
    const jobs = entry(root, "jobs");
    expect(part(entry(jobs, "a"))).toBe("- 'x'\n    - y");
    expect(listItems(entry(jobs, "a")).map(part)).toEqual(["'x'", "y"]);
    expect(part(entry(jobs, "b"))).toBe("|\n    z\n");
    const keys = mapEntries(jobs).map(({ keySpan }) => text.slice(keySpan.start, keySpan.end));
    expect(keys).toEqual(["a", "b"]);
  });

  test("the last of two equal keys counts, and is reported", () => {
    const file = read("a: 1\nb: 2\na: 3\n");
    expect(scalarText(entry(file.root, "a"))).toBe("3");
    expect(file.problems).toMatchObject([{ code: "duplicate-key", fatal: false, span: { start: 10, end: 11 } }]);
  });
});

describe("aliases", () => {
  test("are resolved in place, with the place of their anchor", () => {
    const root = read("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n").root;
    expect(plain(root)).toEqual({ a: ["1", "2"], b: ["1", "2"], c: "3", d: "3" });
    expect(entry(root, "b")?.span).toEqual(entry(root, "a")?.span);
  });

  test("a cycle and an unknown anchor are problems, and null", () => {
    const file = read("a: &x [1, *x]\nb: *nothing\n");
    expect(plain(file.root)).toEqual({ a: ["1", null], b: null });
    expect(file.problems).toMatchObject([
      { code: "alias", fatal: true },
      { code: "alias", fatal: true },
    ]);
  });

  test("a bomb is refused", () => {
    const lines = ["l0: &l0 x"];
    for (let i = 1; i < 12; i++)
      lines.push(
        `l${i}: &l${i} [${Array<string>(10)
          .fill(`*l${i - 1}`)
          .join(", ")}]`,
      );
    const file = read(lines.join("\n"));
    expect(file.root).toBeUndefined();
    expect(file.problems).toMatchObject([{ code: "alias", fatal: true }]);
  });

  test("a long chain is refused", () => {
    const lines = ["- &l0 x"];
    for (let i = 1; i < 2000; i++) lines.push(`- &l${i} [*l${i - 1}]`);
    expect(read(lines.join("\n"))).toMatchObject({ root: undefined, problems: [{ code: "alias", fatal: true }] });
  });
});

describe("problems", () => {
  test.each([
    ["a: [1\n", "syntax"],
    ["a:\n\t- b\n", "syntax"],
    ["a: 1\n---\nb: 2\n", "several-documents"],
    ["#{{- if }}#\nfoo: {{ x }}\n", "syntax"],
    ["? [a]\n: b\n", "syntax"],
    ["a: \u0007\n", "syntax"],
  ])("%j is fatal", (text, code) => {
    expect(read(text).problems).toContainEqual(expect.objectContaining({ code, fatal: true }));
  });

  test("the first syntax error is told, not those it brings about", () => {
    const text = "a: { b: ${{ c }}, d: ${{ e }} }\nf:\n  - g\n";
    expect(read(text).problems).toMatchObject([{ code: "syntax", span: { start: text.indexOf("{{ c") } }]);
  });

  test("of several documents the first is read", () => {
    expect(plain(read("a: 1\n---\nb: 2\n").root)).toEqual({ a: "1" });
  });

  test("merge keys are reported and left", () => {
    const file = read("a: &x {b: 1}\nc:\n  <<: *x\n");
    expect(plain(entry(file.root, "c"))).toEqual({ "<<": { b: "1" } });
    expect(file.problems).toMatchObject([{ code: "merge-key", fatal: false }]);
  });

  test("an exclamation mark makes a tag", () => {
    const text = "if: !cancelled()\nn: !!str 3\n";
    const [problem, ...others] = read(text).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: "tag", fatal: false });
    expect(text.slice(problem?.span.start, problem?.span.end)).toBe("!cancelled()");
  });
});

describe("any text", () => {
  test.each([
    ["", []],
    ["\uFEFF", []],
    ["# only a comment\r\n", []],
    ["\uFEFFa: 1\r\n", []],
    ["a\0b: 1", ["syntax"]],
    ["\u0001", ["syntax"]],
  ])("%j", (text, expected) => expect(codes(text)).toEqual(expected));

  test.each(["[", "{", "- ", "[1,", "? ", "a: ", "]"])("a great many %j", (piece) => {
    const file = read(piece.repeat(50_000));
    expect(file.root).toBeUndefined();
    expect(file.problems[0]).toMatchObject({ code: "syntax", fatal: true });
  });

  test("never throws, and places lie in the file", () => {
    const piece = fc.constantFrom(
      ..."\n,\r\n,  ,    ,: ,- ,? ,# ,[,],{,},|,>,|2-,',\",&a,*a,!,!t ,%,---\n,...\n,\t,a,b,<<,\\,~,1,\uFEFF,é,@,`".split(
        ",",
      ),
      ",",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const { root } = read(text);
        if (root !== undefined) expectPlaces(text, root);
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => void read(text)),
      { numRuns: 2000 },
    );
  });
});

// A newer parser says "While scanning a multi-line double-quoted scalar, found wrong indentation", and files with such
// text have run for years: https://github.com/DisnakeDev/disnake/pull/838
test.each([
  ["double quotes", 'with: "{\n  a: b,\n}"\nnext: 1\n', "{ a: b, }"],
  ["single quotes", "with: 'one\n\n  two\n'\nnext: 1\n", "one\ntwo "],
])("%s that go on no deeper than their key are read, and not known to be", (_, text, value) => {
  const { root, problems } = readYaml("a.yml", text);
  expect(problems.map(({ code, fatal }) => [code, fatal])).toEqual([["unread", false]]);
  expect(scalarText(root && entry(root, "with"))).toBe(value);
  expect(scalarText(root && entry(root, "next"))).toBe("1");
});

test.each(['a: "b\n', 'a: "b\n---\nc"\n', 'a: "b\n"\n: [\n'])("%j is not read all the same", (text) => {
  expect(readYaml("a.yml", text).problems.map(({ code }) => code)).toContain("syntax");
});
