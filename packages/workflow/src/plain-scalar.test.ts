import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { isMapping, isScalar } from "@actions/workflow-parser/templates/tokens/type-guards";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { expect, test } from "vitest";
import { readWorkflow } from "./read.ts";

const scalars =
  "True TRUE true False yes on off n 1.20 1.10 1e3 1E+3 1.5e-2 +5 -5 -0 007 0x1F 0o17 0b11 0x 1_000 1.2.3 v1 .5 5. . + " +
  "~ null Null NULL nUll 2024-01-01 012345678901 098765432109 .inf -.INF .nan .NaN 3.14159265358979 'True' \"1.20\" '' tRue";

function workflowWith(scalar: string): string {
  return `on: push\nenv:\n  A: ${scalar}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: a/b@v1\n        with: { i: ${scalar} }\n`;
}

function inside(token: TemplateToken | undefined, ...keys: readonly string[]): TemplateToken | undefined {
  return keys.reduce((found, key) => (found && isMapping(found) ? found.find(key) : undefined), token);
}

test.each(scalars.split(" "))("the text of %s is that of GitHub's own parser", (scalar) => {
  const content = workflowWith(scalar);
  const theirs = parseWorkflow({ name: "a.yml", content }, new NoOperationTraceWriter());
  expect(theirs.context.errors.getErrors()).toEqual([]);
  const ours = readWorkflow("a.yml", content);
  const token = inside(theirs.value, "env", "A");
  const text = token && isScalar(token) ? token.toString() : undefined;
  expect(ours.env.get("A")?.text).toBe(text);
  expect(ours.jobs.get("a")?.steps[0]?.with.get("i")?.text).toBe(text);
});

test.each([
  ["a block", "|-\n    1.20", "1.20"],
  ["a folded block", ">-\n    True", "True"],
])("%s is a text", (_, scalar, text) => {
  expect(readWorkflow("a.yml", `on: push\nenv:\n  A: ${scalar}\njobs: {}\n`).env.get("A")?.text).toBe(text);
});

test("a branch and a default of an input are read like that too", () => {
  const on = "on:\n  push: { branches: [1.10] }\n  workflow_dispatch: { inputs: { v: { default: 1.10 } } }\n";
  const { triggers } = readWorkflow("a.yml", `${on}jobs: {}\n`);
  expect(triggers[0]?.branches?.[0]?.text).toBe("1.1");
  expect(triggers[1]?.inputs.get("v")?.default?.text).toBe("1.1");
});

test("what is another text than in the file has no places inside", () => {
  const { env } = readWorkflow("a.yml", "on: push\nenv: { A: 1.20, B: 1.2 }\njobs: {}\n");
  expect([env.get("A")?.offsets.at(0), env.get("B")?.offsets.at(0)]).toEqual([undefined, 28]);
});
