import type { Event } from "@gha2pulumi/repo";
import { expect, test } from "vitest";
import type { Effect } from "./effects.ts";
import { compare } from "./prove.ts";

const event: Event = { kind: "push", branch: "main", files: undefined };

const effect: Effect = {
  operation: "update",
  stack: "acme/network/prod",
  revision: "",
  directory: ".",
  branch: undefined,
  gates: [],
  roles: [],
  environment: [],
  prepare: [],
  inFull: [],
  unchecked: [],
  checks: [],
  unread: "",
  config: [],
  removes: false,
  condition: "",
  start: "automatic",
  site: "deploy.yml deploy",
  runner: "workflow",
  assuming: [],
  once: [],
  from: [{ path: "deploy.yml", start: 0, end: 0 }],
};

const moved: Effect = { ...effect, runner: "deployment", site: undefined };

test.each<
  readonly [what: string, before: Effect, after: Effect | undefined, verdict: string, codes: readonly string[]]
>([
  ["nothing differs", effect, moved, "same", []],
  [
    "something before it cannot be read",
    { ...effect, unread: "`./prepare` is not known" },
    moved,
    "undecided",
    ["GP276"],
  ],
  ["the same cannot be read on both sides", { ...effect, unread: "x" }, { ...effect, unread: "x" }, "same", []],
  ["it does not happen", effect, undefined, "missing", ["GP271"]],
  ["it may not happen", { ...effect, condition: "vars.UP" }, undefined, "undecided", ["GP276"]],
  ["a gate goes", { ...effect, gates: ["environment production"] }, moved, "changed", ["GP274"]],
  [
    "a gate and the role differ",
    { ...effect, gates: ["job test"], roles: ["aws a"] },
    moved,
    "changed",
    ["GP274", "GP275"],
  ],
  ["the folder differs", { ...effect, directory: "infra" }, moved, "changed", ["GP273"]],
  ["a value differs", { ...effect, environment: ["A=1"] }, moved, "changed", ["GP275"]],
])("%s", (_, before, after, verdict, codes) => {
  const found = compare(event, [before], after === undefined ? [] : [after]);
  expect([found.verdict, found.codes]).toEqual([verdict, codes]);
});

test.each([
  ["update", "GP272"],
  ["destroy", "GP275"],
])("a %s too many", (operation, code) => {
  const found = compare(event, [], [{ ...moved, operation }]);
  expect([found.verdict, found.codes]).toEqual(["extra", [code]]);
});

test("a preview that stood in front of its update, and stays where that moved, is none too many", () => {
  const preview: Effect = { ...effect, operation: "preview" };
  const found = compare(event, [effect], [preview, moved], () => [effect.stack]);
  expect([found.verdict, found.assuming.includes("GP745")]).toEqual(["same", true]);
  expect(compare(event, [effect], [preview, moved]).verdict).toBe("extra");
  expect(compare(event, [effect], [{ ...moved, operation: "preview" }, moved], () => [effect.stack]).verdict).toBe(
    "extra",
  );
});

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency
test("a push that would have been overtaken is deployed too, unless the settings skip it", () => {
  const once = [{ kind: "overtaken", from: effect.from, isOfCommand: false }] as const;
  const assuming = (on: Event, after: Effect): readonly string[] =>
    compare(on, [{ ...effect, once }], [after]).assuming.filter((one) => one.startsWith("GP695"));
  expect(assuming(event, moved)).toEqual(["GP695 0 deploy.yml"]);
  expect(assuming(event, { ...moved, once })).toEqual([]);
  expect(assuming(event, { ...moved, runner: "call" })).toEqual([]);
  expect(assuming({ kind: "schedule", cron: "0 5 * * *", zone: "", branch: "main" }, moved)).toEqual([]);
});
