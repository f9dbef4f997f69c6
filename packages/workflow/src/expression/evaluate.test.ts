import { describe, expect, it } from "vitest";
import { evaluate, type Status } from "./evaluate.ts";
import { parseExpression } from "./parse.ts";
import { closedObject, isUnknown, openObject } from "./value.ts";

const event = openObject(
  "github",
  { event_name: "push", ref: "refs/heads/main", event: openObject("github.event", {}, "set by the event") },
  "set by the event",
);

function left(source: string, status: Status = {}): unknown {
  const parsed = parseExpression(source);
  if (parsed.kind === "invalid") return parsed.message;
  const value = evaluate(parsed.node, { github: event, inputs: closedObject({ target: "prod" }) }, status);
  return isUnknown(value) ? { left: value.source, names: value.names, note: value.note, truthy: value.truthy } : value;
}

describe("evaluate leaves what it cannot know", () => {
  const secret = { names: ["secrets.ROLE"], note: "a secret", truthy: undefined };

  it.each([
    ["github.event_name == 'push' && secrets.ROLE", { left: "secrets.ROLE", ...secret }],
    ["secrets['ROLE']", { left: "secrets.ROLE", ...secret }],
    ["github.event_name == 'PULL_REQUEST' && secrets.ROLE", false],
    ["secrets.ROLE && false", { left: "secrets.ROLE && false", ...secret, truthy: false }],
    ["secrets.ROLE && 'a' || 'b'", { left: "secrets.ROLE && 'a' || 'b'", ...secret, truthy: true }],
    ["!(secrets.ROLE && '')", true],
    ["inputs.target", "prod"],
    ["inputs.other", null],
    [
      "format('{0}-{1}', inputs.target, secrets.ROLE)",
      { ...secret, left: "format('{0}-{1}', 'prod', secrets.ROLE)", truthy: true },
    ],
    [
      "github.event.number",
      { left: "github.event.number", names: ["github.event.number"], note: "set by the event", truthy: undefined },
    ],
    [
      "hashFiles('**/lock')",
      { left: "hashFiles('**/lock')", names: [], note: "computed while it runs", truthy: undefined },
    ],
    [
      "fromJSON('no json')",
      {
        left: "fromJSON('no json')",
        names: [],
        note: "an error: fromJSON is given text that is not JSON",
        truthy: undefined,
      },
    ],
    ["fromJSON('{\"a\":1}')[secrets.ROLE]", { left: "fromJSON('{\"a\":1}')[secrets.ROLE]", ...secret }],
    ["always()", true],
    ["github == 'x'", false],
  ])("%s", (source, expected) => {
    expect(left(source)).toEqual(expected);
  });

  it("takes the status it is given", () => {
    expect(left("success() && !failure()", { success: true, failure: false })).toBe(true);
    expect(left("success('build')", { success: true })).toMatchObject({ left: "success('build')" });
  });

  it("does not let nested calls grow without end", () => {
    const nested = Array.from({ length: 30 }).reduce<string>(
      (inner) => `format('{0}{0}{0}{0}{0}{0}{0}{0}', ${inner})`,
      "'12345678'",
    );
    expect(left(nested)).toMatchObject({ note: "an error: the text is longer than 1048576 characters" });
    const quoted = Array.from({ length: 40 }).reduce<string>((inner) => `toJSON(${inner})`, "'\"\"'");
    expect(left(quoted)).toMatchObject({ note: "an error: the text is longer than 1048576 characters" });
  });

  it("keeps all reasons of an unknown, once each", () => {
    expect(left("secrets.A == vars.B || secrets.C")).toMatchObject({
      names: ["secrets.A", "secrets.C", "vars.B"],
      note: "a secret; a repository variable",
    });
  });
});
