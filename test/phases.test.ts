import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { apply, type Tree } from "@gha2pulumi/repo";
import {
  inverse,
  migrate,
  proveTrees,
  renderMarkdown,
  type Migration,
  type Phase,
  type Reversible,
} from "@gha2pulumi/migrate";
import { readSettings } from "@gha2pulumi/deployments";
import schema from "../packages/cli/plan.schema.json" with { type: "json" };
import { complaints } from "./support/github-parser.ts";
import { fixture, fixtures, readTree } from "./support/fixture.ts";

type Answers = ReadonlyMap<string, string>;

const validate = new Ajv2020({ allErrors: true }).compile(schema);

async function planned(tree: Tree, answers: Answers, phase: Phase | "all"): Promise<Migration> {
  const found = await migrate({ tree, surroundings: new Map([...answers, ["phase", phase]]) }, undefined);
  validate(JSON.parse(JSON.stringify(found.document)));
  expect(validate.errors ?? []).toEqual([]);
  return found;
}

/** Every event does the same under this plan, or it is listed as undecided. */
function expectSame({ document: { proof } }: Migration): void {
  const { missing, extra, changed } = proof.verdicts;
  expect({ missing, extra, changed }).toEqual({ missing: 0, extra: 0, changed: 0 });
}

/** The way back from a plan leads to the tree before it, byte for byte. */
function expectWayBack(before: Tree, { document, changes }: Migration): void {
  const back = inverse(document.changes as readonly Reversible[]);
  const returned = apply(apply(before, changes), back);
  expect([...returned].sort()).toEqual([...before].sort());
}

const workflowsOf = (tree: Tree): Readonly<Record<string, string>> =>
  Object.fromEntries([...tree].filter(([path]) => path.startsWith(".github/")));

/** Goes through the phases, holds each to what it says, and gives the tree of each. */
async function walk(before: Tree, answers: Answers): Promise<{ readonly moved: boolean }> {
  const all = await planned(before, answers, "all");
  const prepare = await planned(before, answers, "prepare");
  expectSame(prepare);
  expectWayBack(before, prepare);
  const prepared = apply(before, prepare.changes);
  if (prepare.document.diagnostics.some(({ code }) => code === "GP530")) {
    expect(prepare.changes).toEqual([]);
    return { moved: false };
  }
  // Nothing of the workflows is touched, no setting starts anything, and every event that the whole plays does the same.
  expect(workflowsOf(prepared)).toEqual(workflowsOf(before));
  const events = await proveTrees({ tree: before, surroundings: answers }, { tree: prepared, surroundings: answers });
  expect(events.filter(({ verdict }) => verdict !== "same")).toEqual([]);
  if (all.changes.length === 0) {
    expect(prepare.changes).toEqual([]);
    return { moved: false };
  }
  const { settings } = await readSettings(prepared);
  expect(settings.length).toBe(all.document.settings.length);
  expect(settings.filter((one) => one.deployCommits || one.previewPullRequests || one.pullRequestTemplate)).toEqual([]);
  expect(settings.flatMap(({ schedules }) => schedules)).toEqual([]);
  expect((await planned(prepared, answers, "prepare")).changes).toEqual([]);

  // The switch is found out from the tree, and ends where the whole would have.
  const change = await planned(prepared, answers, "switch");
  expectSame(change);
  expectWayBack(prepared, change);
  const switched = apply(prepared, change.changes);
  expect(workflowsOf(switched)).toEqual(workflowsOf(apply(before, all.changes)));
  expect(change.document.proof.verdicts).toEqual(all.document.proof.verdicts);
  expect(change.document.operations).toEqual(all.document.operations);
  expect((await readSettings(switched)).settings.map(({ deployCommits }) => deployCommits)).toEqual(
    (await readSettings(apply(before, all.changes))).settings.map(({ deployCommits }) => deployCommits),
  );
  for (const phase of ["all", "prepare", "switch"] as const)
    expect((await planned(switched, answers, phase)).changes).toEqual([]);

  // The last phase is a list, until it is ticked.
  const tooEarly = await planned(prepared, answers, "clean-up");
  expect(tooEarly.changes).toEqual([]);
  expect(tooEarly.document.diagnostics.map(({ code }) => code)).toContain("GP532");
  const clean = await planned(switched, answers, "clean-up");
  expect(clean.changes).toEqual([]);
  const [list] = [...switched].find(([path]) => path.endsWith("CLEAN-UP.md")) ?? [];
  if (list === undefined) return { moved: true };
  expect(clean.document.tasks.length).toBeGreaterThan(0);
  const ticked = new Map([...switched, [list, (switched.get(list) ?? "").replaceAll("- [ ]", "- [x]")]]);
  const done = await planned(ticked, answers, "clean-up");
  expect(done.changes).toEqual([{ kind: "delete", path: list }]);
  expectSame(done);
  expectWayBack(ticked, done);
  return { moved: true };
}

describe("phase by phase: the fixtures", () => {
  const names = fixtures().filter(({ name }) => /^(calls|repositories|formats)\//.test(name));
  let moved = 0;
  for (const { name, before, surroundings } of names) {
    test(name, async () => {
      if ((await walk(before, surroundings)).moved) moved += 1;
    });
  }
  test("most of them move", () => expect(moved).toBeGreaterThan(10));
});
