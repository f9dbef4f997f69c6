import { expect, test } from "vitest";
import { readToml } from "./toml.ts";
import { spanWithin } from "./scalar.ts";
import { entry, scalarText, type YamlNode } from "./yaml.ts";

const path = "mise.toml";

function plain(node: YamlNode | undefined): unknown {
  if (node?.kind === "map") return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  return node?.kind === "list" ? node.items.map(plain) : scalarText(node);
}

test.each<readonly [string, unknown]>([
  ["", {}],
  ['a = "x"\nb = 1.50\nc = false', { a: "x", b: "1.50", c: "false" }],
  ["a.b.c = 1\na.d = 2", { a: { b: { c: "1" }, d: "2" } }],
  ['[tasks."infra:up"]\nrun = ["a", \'b\']', { tasks: { "infra:up": { run: ["a", "b"] } } }],
  ["[a]\n[a.b]\nc = 1\n[d]", { a: { b: { c: "1" } }, d: {} }],
  ["[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3", { a: [{ b: "1" }, { b: "2", c: { d: "3" } }] }],
  ['a = [{ task = "b", args = ["c"] }, "d"]', { a: [{ task: "b", args: ["c"] }, "d"] }],
  ['a = """\none\ntwo"""', { a: "one\ntwo" }],
  ['__proto__ = "x"', JSON.parse('{"__proto__":"x"}')],
])("reads %j", (text, wanted) => {
  expect(plain(readToml(path, text))).toEqual(wanted);
});

test.each(["a = ", "a = 1\na = 2", "[a", 'a = "', "= 1"])("finds nothing in %j", (text) => {
  expect(readToml(path, text)).toBeUndefined();
});

test.each([
  ['run = """\nset -e\npulumi up\n"""', "pulumi up"],
  ["run = '''pulumi up'''", "pulumi up"],
  ['run = "pulumi up"', "pulumi up"],
])("knows the places inside %j", (text, part) => {
  const node = entry(readToml(path, text), "run");
  const at = (scalarText(node) ?? "").indexOf(part);
  if (node?.kind !== "scalar") throw new Error("a scalar is expected");
  const { start, end } = spanWithin(node, at, at + part.length);
  expect(text.slice(start, end)).toBe(part);
});

test("a string with escapes is known as a whole", () => {
  const text = String.raw`run = "a \"b\" c"`;
  const node = entry(readToml(path, text), "run");
  if (node?.kind !== "scalar") throw new Error("a scalar is expected");
  expect(node.text).toBe('a "b" c');
  const { start, end } = spanWithin(node, 2, 3);
  expect(text.slice(start, end)).toBe(String.raw`"a \"b\" c"`);
});
