import { describe, expect, it } from "vitest";
import { comparedLiterals } from "./literals.ts";
import { parseExpression } from "./parse.ts";

function found(source: string): readonly string[] {
  const parsed = parseExpression(source);
  if (parsed.kind === "invalid") return [parsed.message];
  return comparedLiterals(parsed.node).map(({ path, test, literals }) => `${path} ${test} ${literals.join("|")}`);
}

describe("comparedLiterals", () => {
  it.each([
    [
      "github.ref == 'refs/heads/main' || 'refs/heads/dev' != github.ref",
      ["github.ref equals refs/heads/dev|refs/heads/main"],
    ],
    ["GitHub['ref'] == 'a'", ["github.ref equals a"]],
    [
      "startsWith(github.ref, 'refs/tags/') && !endsWith(github.head_ref, '-wip')",
      ["github.head_ref suffix -wip", "github.ref prefix refs/tags/"],
    ],
    [
      "contains(github.event.pull_request.labels.*.name, 'deploy')",
      ["github.event.pull_request.labels.*.name contains deploy"],
    ],
    ['contains(fromJSON(\'["a","b",1]\'), github.ref_name)', ["github.ref_name equals 1|a|b"]],
    ["contains('main, dev', github.ref_name)", ["github.ref_name equals dev|main"]],
    ['fromJSON(\'{"main":"prod","dev":"test"}\')[github.ref_name]', ["github.ref_name equals dev|main"]],
    [
      "(inputs.env || github.event.inputs.env) == 'prod'",
      ["github.event.inputs.env equals prod", "inputs.env equals prod"],
    ],
    ["github.base_ref == (inputs.x && 'a' || 'b')", ["github.base_ref equals a|b"]],
    ["inputs.dry == true && fromJSON(inputs.wet) == false", ["inputs.dry equals true", "inputs.wet equals false"]],
    ["case(github.event.action == 'closed', 1, 2)", ["github.event.action equals closed"]],
    ["format('{0}', github.ref) == 'x' || github.run_attempt > 1 || vars.A == vars.B", []],
    ["contains(fromJSON('broken'), github.ref)", ["github.ref equals broken"]],
  ])("%s", (source, expected) => {
    expect(found(source)).toEqual(expected);
  });
});
