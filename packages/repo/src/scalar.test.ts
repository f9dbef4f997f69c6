import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spanWithin } from "./scalar.ts";
import { entry, readYaml, type YamlScalar } from "./yaml.ts";

function scalar(text: string, key = "k"): YamlScalar {
  const node = entry(readYaml("a.yml", text).root, key);
  if (node?.kind !== "scalar") throw new Error(`no scalar in ${JSON.stringify(text)}`);
  return node;
}

/** The file's characters at the places of the scalar's characters; "?" where there is no place. */
function mapped(text: string, key?: string): string {
  const node = scalar(text, key);
  return [...node.text].map((_, i) => text[node.offsets.at(i) ?? -1] ?? "?").join("");
}

describe("offset map", () => {
  test.each([
    ["k: plain text # c\n", "plain text"],
    ["k: 'quoted'\n", "quoted"],
    ['k: "quoted"\n', "quoted"],
    ['{"k": "json"}', "json"],
    ["k: |\n  one\n   two\n\n  three\n", "one\n two\n\nthree\n"],
    ["k: |-\n  one\n", "one"],
    ["k: |+\n  one\n\n\nl: 1\n", "one\n\n\n"],
    ["k: |2 # why\n    one\n  two\n", "  one\ntwo\n"],
    ["k: |\r\n  one\r\n\r\n  two\r\n", "one\n\ntwo\n"],
    ["\uFEFFk: |\n    one\n", "one\n"],
    ["k: >-\n  one line\n", "one line"],
  ])("%j is exact", (text, expected) => {
    expect(scalar(text).text).toBe(expected);
    expect(mapped(text)).toBe(expected);
  });

  test.each(["k: >\n  a\n  b\n", "k: a\n  b\n", "k: 'it''s'\n", 'k: "a\\tb"\n', "k: 'a\n  b'\n"])(
    "%j has none",
    (text) => {
      expect(mapped(text)).toMatch(/^\?+$/);
    },
  );

  test("a line ending the file does not have has no place", () => expect(mapped("k: |\n  ab")).toBe("ab?"));

  test("the end of the text is a place", () => {
    expect(scalar("k: abc\n").offsets.at(3)).toBe(6);
    expect(scalar("k: abc\n").offsets.at(4)).toBeUndefined();
    expect(scalar("k: |\n  abc\n").offsets.at(4)).toBe(11);
  });

  test("a span ends before the carriage return", () => {
    const text = "k: |\r\n  one\r\n  two\r\n";
    const node = scalar(text);
    const cut = (start: number, end: number) => {
      const span = spanWithin(node, start, end);
      return text.slice(span.start, span.end);
    };
    expect(cut(0, 3)).toBe("one");
    expect(cut(4, 7)).toBe("two");
    expect(cut(0, 7)).toBe("one\r\n  two");
    expect(cut(3, 3)).toBe("");
    const folded = scalar("k: >\n  a\n  b\n");
    expect(spanWithin(folded, 0, 1)).toBe(folded.span);
  });
});

describe("literal block scalars", () => {
  const line = fc.oneof(
    { weight: 2, arbitrary: fc.constant("") },
    fc.stringMatching(/^ {0,3}[a-z#:"'-][a-z #:"'${}-]{0,12}$/),
    fc.constantFrom("  ", "\tx", "# no comment", "- x", "x  "),
  );
  const block = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    depth: fc.nat(3),
    indent: fc.integer({ min: 1, max: 5 }),
    digit: fc.boolean(),
    chomp: fc.constantFrom("", "-", "+"),
    newline: fc.constantFrom("\n", "\r\n"),
    ends: fc.boolean(),
    bom: fc.boolean(),
  });

  test("every character is where the map says", () => {
    let checked = 0;
    fc.assert(
      fc.property(block, ({ lines, depth, indent, digit, chomp, newline, ends, bom }) => {
        const outer = Array.from({ length: depth }, (_, i) => `${"  ".repeat(i)}m${i}:`);
        const at = " ".repeat(2 * depth);
        const body = lines.map((text) => (text === "" ? "" : at + " ".repeat(indent) + text));
        const all = [...outer, `${at}k: |${digit ? indent : ""}${chomp}`, ...body];
        const text = (bom ? "\uFEFF" : "") + all.join(newline) + (ends ? newline : "");
        let node = readYaml("a.yml", text).root;
        for (let i = 0; i < depth; i++) node = entry(node, `m${i}`);
        const value = entry(node, "k");
        fc.pre(value?.kind === "scalar");
        if (value?.kind !== "scalar") return;
        const blank = value.text.trim() === "";
        if (!blank) checked++;
        for (let i = 0; i < value.text.length; i++) {
          const place = value.offsets.at(i);
          const invented = i === value.text.length - 1 && value.text[i] === "\n" && !ends;
          if (place !== undefined || !(invented || blank)) expect(text[place ?? -1]).toBe(value.text[i]);
        }
      }),
      { numRuns: 3000 },
    );
    expect(checked).toBeGreaterThan(1000);
  });
});
