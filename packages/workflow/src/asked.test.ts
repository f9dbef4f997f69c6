import { expect, test } from "vitest";
import { oncePerAnswers, type Findings } from "./asked.ts";
import { closedObject, openObject, textOfValue, type ObjectValue, type Value } from "./expression/value.ts";

function github(event: Readonly<Record<string, Value>>, more: Readonly<Record<string, Value>> = {}): ObjectValue {
  return closedObject({ github: openObject("github", { ...more, event: closedObject(event) }, "the run's own") });
}

function at(from: ObjectValue, ...path: readonly string[]): Value | undefined {
  let value: Value | undefined = from;
  for (const key of path) value = (value as ObjectValue).entries.get(key)?.value;
  return value;
}

function textAt(from: ObjectValue, ...path: readonly string[]): string {
  return textOfValue(at(from, ...path) ?? null);
}

/** Finds with each of the objects in turn, and says how often that was really done. */
function foundWith<T>(
  objects: readonly ObjectValue[],
  find: (from: ObjectValue) => T,
): readonly [number, readonly T[]] {
  const findings: Findings<T> = { known: undefined };
  let times = 0;
  const found = objects.map((one) =>
    oncePerAnswers(findings, one, (from) => {
      times += 1;
      return find(from);
    }),
  );
  return [times, found];
}

test("what is not asked for makes no difference", () => {
  const objects = ["opened", "closed", "reopened"].map((action) => github({ action }, { ref: "main" }));
  expect(foundWith(objects, (from) => at(from, "github", "ref"))).toEqual([1, ["main", "main", "main"]]);
});

test("every answer leads on to questions of its own", () => {
  const find = (from: ObjectValue): string =>
    at(from, "github", "ref") === "main" ? `main ${textAt(from, "github", "event", "action")}` : "other";
  const objects = [
    github({ action: "opened" }, { ref: "main" }),
    github({ action: "closed" }, { ref: "main" }),
    github({ action: "opened" }, { ref: "topic" }),
    github({ action: "closed" }, { ref: "topic" }),
    github({ action: "closed" }, { ref: "main" }),
  ];
  expect(foundWith(objects, find)).toEqual([3, ["main opened", "main closed", "other", "other", "main closed"]]);
});

test("a key that is not there, null, and the text that is written so are three answers", () => {
  const objects = [github({}), github({ action: null }), github({ action: "null" }), github({ action: "nothing" })];
  expect(foundWith(objects, (from) => at(from, "github", "event", "action"))).toEqual([
    4,
    [undefined, null, "null", "nothing"],
  ]);
});

test("a number or a condition is not the text of it", () => {
  const objects = [
    github({ action: 1 }),
    github({ action: "1" }),
    github({ action: true }),
    github({ action: "true" }),
  ];
  expect(foundWith(objects, (from) => at(from, "github", "event", "action"))).toEqual([4, [1, "1", true, "true"]]);
});

test("whoever goes through an object has asked for all of it", () => {
  const keys = (from: ObjectValue): readonly string[] => [
    ...(at(from, "github", "event") as ObjectValue).entries.keys(),
  ];
  const objects = [github({ a: "x" }), github({ a: "x" }, { ref: "main" }), github({ a: "y" }), github({ b: "x" })];
  expect(foundWith(objects, keys)).toEqual([3, [["a"], ["a"], ["a"], ["b"]]]);
});

test("that a key may be there or not is part of what an object is", () => {
  const open = closedObject({ inputs: openObject("inputs", {}, "typed in") });
  const closed = closedObject({ inputs: closedObject({}) });
  const find = (from: ObjectValue): boolean => (at(from, "inputs") as ObjectValue).open === undefined;
  expect(foundWith([open, closed], find)).toEqual([2, [false, true]]);
});

test("who asks by more than the answers is found out", () => {
  let turn = 0;
  const findings: Findings<string> = { known: undefined };
  const find = (from: ObjectValue): string =>
    textAt(from, "github", turn++ === 0 ? "ref" : "actor") + textAt(from, "github", "sha");
  oncePerAnswers(findings, github({}, { ref: "main", actor: "someone" }), find);
  expect(() => oncePerAnswers(findings, github({}, { ref: "topic", actor: "someone" }), find)).toThrow(/answers/);
});
