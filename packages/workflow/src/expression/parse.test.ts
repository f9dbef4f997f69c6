import { describe, expect, it } from "vitest";
import { childrenOf, type Expression, parseExpression } from "./parse.ts";
import { expressionText } from "./print.ts";

/** The source of every node, outermost first. */
function slices(source: string): readonly string[] {
  const parsed = parseExpression(source);
  if (parsed.kind === "invalid") return [parsed.message];
  const all = (node: Expression): readonly Expression[] => [node, ...childrenOf(node).flatMap(all)];
  return all(parsed.node).map((node) => source.slice(node.start, node.end));
}

describe("parseExpression", () => {
  it("gives every node its place", () => {
    expect(slices("( github.ref ) == 'a'")).toEqual(["( github.ref ) == 'a'", "github.ref", "github", "ref", "'a'"]);
    expect(slices("!contains(a, b['x'],)")).toEqual(["Unrecognized named-value: 'a'"]);
    expect(slices(" !contains(env, vars['x'],) && true")).toEqual([
      "!contains(env, vars['x'],) && true",
      "!contains(env, vars['x'],)",
      "contains(env, vars['x'],)",
      "env",
      "vars['x']",
      "vars",
      "'x'",
      "true",
    ]);
    expect(slices("needs.*.result[*]")).toEqual(["needs.*.result[*]", "needs.*.result", "needs.*", "needs", "result"]);
  });

  it("keeps places right after a string that spans lines", () => {
    expect(slices("'a\nb' ==\n  github.ref").slice(2, 3)).toEqual(["github.ref"]);
  });

  it("undoubles every quote of a string", () => {
    expect(parseExpression("'it''s ''so'''")).toMatchObject({ node: { kind: "literal", value: "it's 'so'" } });
  });

  it.each(["", "   ", "a b", "github.", "nope", "nope()", "github.ref ==", "'open", "a)", "case(true, 1)", "&"])(
    "says what is wrong with %j",
    (source) => {
      const parsed = parseExpression(source);
      expect(parsed.kind === "invalid" && parsed.message !== "").toBe(true);
    },
  );

  it.each([
    ["brackets", `${"(".repeat(9000)}1${")".repeat(9000)}`],
    ["negations", `${"!".repeat(20000)}1`],
    ["comparisons", Array.from({ length: 5000 }, () => "1").join("==")],
    ["indexes", `github${".a".repeat(9000)}`],
    ["calls", `${"join(".repeat(3000)}1${")".repeat(3000)}`],
    ["characters", `'${"a".repeat(30000)}'`],
  ])("refuses too many %s without overflowing", (_, source) => {
    expect(parseExpression(source).kind).toBe("invalid");
  });

  it("reads a long chain of && as one junction", () => {
    const parsed = parseExpression(Array.from({ length: 2000 }, () => "true").join(" && "));
    expect(parsed.kind === "parsed" && childrenOf(parsed.node).length).toBe(2000);
  });
});

describe("expressionText", () => {
  it.each([
    "github.ref == 'refs/heads/main' && (vars.A || vars.B)",
    "!(github.ref == 'a')",
    "(a || b) && c".replace(/[abc]/g, "env"),
    "fromJSON('{\"a\":1}')[github.ref_name]",
    "needs.*.result",
    "startsWith(github.ref, 'it''s || not')",
    "env['two words']",
    "(vars.A && vars.B).x",
  ])("gives %s back as it was", (source) => {
    const parsed = parseExpression(source);
    expect(parsed.kind === "parsed" && expressionText(parsed.node)).toBe(source);
  });
});
