import { describe, expect, it } from "vitest";
import type { Status } from "./evaluate.ts";
import { evaluateCondition, evaluateTemplate, evaluateText, expressionsIn } from "./template.ts";
import { closedObject, isUnknown, openObject } from "./value.ts";

const contexts = {
  github: openObject("github", { event_name: "push", ref_name: "main", run_attempt: 1 }, "set by the event"),
  inputs: closedObject({ dry: false, list: ["a"], none: null }),
};

describe("evaluateText", () => {
  const role = { expression: "secrets.ROLE", names: ["secrets.ROLE"], note: "a secret" };

  it.each([
    ["plain", ["plain"]],
    ["", []],
    ["on ${{ github.ref_name }}!", ["on main!"]],
    ["${{ inputs.dry }} ${{ inputs.list }} ${{ inputs }} ${{ inputs.none }}.", ["false Array Object ."]],
    ["a ${{ secrets.ROLE }} b", ["a ", role, " b"]],
    ["${{secrets['ROLE']}}", [role]],
    ["${{ '}}' }}-${{ 'it''s }}' }}", ["}}-it's }}"]],
    ["$ {{ x }} ${ y } $(z)", ["$ {{ x }} ${ y } $(z)"]],
    [
      "a ${{ nope }}",
      ["a ", { expression: "nope", names: [], note: "not a valid expression: Unrecognized named-value: 'nope'" }],
    ],
    [
      "a ${{ github.ref_name",
      ["a ", { expression: "github.ref_name", names: [], note: "an expression that is never closed" }],
    ],
    ["a ${{ 'b }}", ["a ", { expression: "'b }}", names: [], note: "an expression that is never closed" }]],
  ])("%j", (source, expected) => {
    expect(evaluateText(source, contexts)).toEqual(expected);
  });
});

describe("evaluateTemplate", () => {
  it("keeps the type of a text that is one expression", () => {
    expect(evaluateTemplate("${{ fromJSON('[1,2]') }}", contexts)).toEqual([1, 2]);
    expect(evaluateTemplate("${{ inputs.dry }}", contexts)).toBe(false);
    expect(evaluateTemplate(" ${{ inputs.dry }}", contexts)).toBe(" false");
    expect(evaluateTemplate("{plain}", contexts)).toBe("{plain}");
  });

  it("leaves one expression for the whole of a mixed text", () => {
    const value = evaluateTemplate("it's {${{ vars.A }}}", contexts);
    expect(isUnknown(value) && value.source).toBe("format('it''s {{{0}}}', vars.A)");
  });

  it("does not read two broken expressions as one good one", () => {
    const value = evaluateTemplate("${{ 'a', join( }}-${{ 'b') }}", contexts);
    expect(isUnknown(value) && value.note).toMatch(/not a valid expression/);
  });
});

describe("evaluateCondition", () => {
  const done: Status = { success: true, failure: false, cancelled: false };
  const text = "text around ${{ }} makes the condition a text, and a text that is not empty counts as true";

  it.each([
    [undefined, true, "true"],
    ["", true, "true"],
    ["  ", true, "true"],
    ["true", true, "true"],
    ["false", false, "false"],
    ["github.event_name == 'push'", true, "true"],
    ["${{ github.event_name == 'pull_request' }}", false, "false"],
    ["failure()", false, "false"],
    ["always() && github.ref_name == 'main'", true, "true"],
    ["github.actor == 'octocat'", undefined, "github.actor == 'octocat'"],
    ["${{ vars.ON }}", undefined, "vars.ON"],
    ["vars.ON && false", false, "false"],
    ["github.event_name = 'push'", undefined, "github.event_name = 'push'"],
  ])("%j when all went well", (source, value, residual) => {
    expect(evaluateCondition(source, contexts, done)).toMatchObject({ value, residual });
  });

  it.each([
    [undefined, undefined, "success()"],
    ["github.ref_name == 'main'", undefined, "success()"],
    ["vars.ON", undefined, "success() && vars.ON"],
    ["vars.A || vars.B", undefined, "success() && (vars.A || vars.B)"],
    ["false", false, "false"],
    ["!cancelled()", undefined, "!cancelled()"],
    ["contains('success()', 's')", undefined, "success()"],
  ])("%j when nothing is said about what went before", (source, value, residual) => {
    expect(evaluateCondition(source, contexts)).toMatchObject({ value, residual });
  });

  it("follows GitHub where text stands around an expression", () => {
    expect(evaluateCondition("${{ vars.A }} && false", contexts, done)).toMatchObject({ value: true, note: text });
    expect(evaluateCondition("${{ false }}\n", contexts, done)).toMatchObject({ value: true, note: text });
    expect(evaluateCondition("!${{ always() }}", contexts)).toMatchObject({ value: true, note: text });
    expect(evaluateCondition("${{ false }}${{ '' }}", contexts, done)).toMatchObject({ value: true, note: "" });
  });

  it("names what it depends on, and why", () => {
    const condition = evaluateCondition("vars.ON == 'yes' || github.actor == 'x'", contexts, done);
    expect(condition).toMatchObject({
      names: ["github.actor", "vars.ON"],
      note: "a repository variable; set by the event",
    });
  });
});

describe("expressionsIn", () => {
  it("finds expressions with their places", () => {
    const source = "a ${{ x }} ${{'}}'}}${{}} ${{ open";
    const found = expressionsIn(source);
    expect(found.map((each) => each.source)).toEqual(["x", "'}}'", ""]);
    expect(found.map((each) => source.slice(each.start, each.end))).toEqual(["x", "'}}'", ""]);
  });
});
