import { expect, test } from "vitest";
import type { Event } from "@gha2pulumi/repo";
import { answeredBranches, branchesIn, stackAnswer, stackAnswerForm } from "./stack-answer.ts";

const push = (branch: string): Event => ({ kind: "push", branch, files: undefined });
const dispatch = (branch: string, tag?: string): Event => ({
  kind: "dispatch",
  workflow: ".github/workflows/deploy.yml",
  inputs: new Map(),
  branch,
  tag,
});

test.each([
  ["acme/network/prod", push("dev"), "acme/network/prod"],
  ["main=acme/prod, dev=acme/dev", push("dev"), "acme/dev"],
  ["main=acme/prod,dev=acme/dev", push("main"), "acme/prod"],
  ["main=acme/prod", push("dev"), undefined],
  ["main=prod, *=dev", push("topic"), "dev"],
  ["main=prod, *=dev", { kind: "tag", tag: "main" }, "dev"],
  ["main=prod", dispatch("main", "v1"), undefined],
  ["release/2=prod", dispatch("release/2"), "prod"],
  ["main=", push("main"), undefined],
] satisfies [string, Event, string | undefined][])("%s on %o is %s", (answer, event, stack) => {
  expect(stackAnswer(answer, event)?.stack).toBe(stack);
});

test("branches that are answered are told apart, and `*` is none", () => {
  expect(branchesIn("main=prod, *=dev")).toEqual(["main", "*"]);
  expect(branchesIn("prod")).toEqual([]);
  const surroundings = new Map([
    ["stack/deploy.yml/up", "main=prod, *=dev"],
    ["stack/deploy.yml/look", "prod"],
  ]);
  expect(answeredBranches(surroundings)).toEqual(["main"]);
});

test.each(["main=prod dev=dev", "main=a/b/c/d", "=prod", "main=", "a/b/c/d", "main=prod,"])(
  "%s is no answer",
  (text) => {
    expect(stackAnswerForm.test(text)).toBe(false);
  },
);
