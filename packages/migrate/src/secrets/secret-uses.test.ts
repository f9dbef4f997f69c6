import { expect, test } from "vitest";
import { secretUses } from "./secret-uses.ts";

const path = ".github/workflows/deploy.yml";

function namesIn(text: string, others: Readonly<Record<string, string>> = {}): readonly (string | undefined)[] {
  const tree = new Map([[path, text], ...Object.entries(others)]);
  return (secretUses(tree).get(path) ?? []).map(({ name }) => name);
}

test.each([
  ["an expression", "env: { A: '${{ secrets.KEY }}' }", ["KEY"]],
  ["a name in brackets, in any case", "env: { A: \"${{ Secrets['KEY'] }}\" }", ["KEY"]],
  ["several in one text", "env: { A: '${{ secrets.A }}:${{ secrets.B || secrets.C }}' }", ["A", "B", "C"]],
  ["a name that is computed", "env: { A: '${{ secrets[format(matrix.key)] }}' }", [undefined]],
  ["one secret names another", "env: { A: '${{ secrets[secrets.WHICH] }}' }", [undefined, "WHICH"]],
  ["all of them", "env: { A: '${{ toJSON(secrets) }}' }", [undefined]],
  ["an expression that does not parse", "env: { A: '${{ secrets.A + 1 }}' }", [undefined]],
  ["a condition without brackets", "jobs: { a: { if: \"secrets.A != ''\", runs-on: x } }", ["A"]],
  ["no expression", "env: { A: 'secrets.KEY' }", []],
  ["a comment", "env: { A: a } # ${{ secrets.KEY }}", []],
  ["text that is no YAML", "env: [ ${{ secrets.KEY }", [undefined]],
])("%s", (_, text, names) => {
  expect(namesIn(text)).toEqual(names);
});

test("secrets that are handed on are any, unless the workflow that gets them is at hand", () => {
  const calls = (uses: string): string => `jobs: { a: { uses: ${uses}, secrets: inherit } }`;
  expect(namesIn(calls("acme/shared/.github/workflows/up.yml@v1"))).toEqual([undefined]);
  expect(namesIn(calls("./.github/workflows/up.yml"))).toEqual([undefined]);
  expect(namesIn(calls("./.github/workflows/up.yml"), { ".github/workflows/up.yml": "on: workflow_call" })).toEqual([]);
  const declares = "on: { workflow_call: { secrets: { Key: { required: true } } } }";
  expect(namesIn(calls("./.github/workflows/up.yml"), { ".github/workflows/up.yml": declares })).toEqual(["Key"]);
});

test("names that callers give values to are no secrets of the repository where a workflow is only called", () => {
  const reads = "jobs: { a: { runs-on: x, env: { A: '${{ secrets.key }}', B: '${{ secrets.OTHER }}' } } }";
  expect(namesIn(`on: { workflow_call: { secrets: { KEY: { required: true } } } }\n${reads}`)).toEqual(["OTHER"]);
  const started = `on: { push: {}, workflow_call: { secrets: { KEY: { required: true } } } }\n${reads}`;
  expect(namesIn(started)).toEqual(["key", "OTHER"]);
});

test("a use has its place and the environment of its job", () => {
  const text = `jobs:
  a:
    environment: { name: production, url: x }
    env: { A: "\${{ secrets.KEY }}" }
`;
  const [use] = secretUses(new Map([[path, text]])).get(path) ?? [];
  expect(use?.environment).toBe("production");
  expect(text.slice(use?.at.start, use?.at.end)).toContain("secrets.KEY");
});
