import { expect, test } from "vitest";
import { checkNames, mayBeCheck, readRepository } from "./index.ts";

const path = ".github/workflows/deploy.yml";

/** The checks of the job `deploy`, inexact ones with a question mark. */
function checksOf(job: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  const text = `on: pull_request\njobs:\n  deploy:\n${job.replace(/^(?=.)/gm, "    ")}`;
  const repository = readRepository(
    new Map([...Object.entries(files), [path, text]]),
    new Map([["vars.CITY", "Rome"]]),
  );
  const found = repository.workflows.get(path)?.jobs.get("deploy");
  if (found === undefined) throw new Error("the job was not read");
  return checkNames(found, repository).map((name) => (name.exact ? name.text : `${name.text}?`));
}

const steps = "runs-on: ubuntu-latest\nsteps: [{ run: date }]\n";
const called = (jobs: string): Readonly<Record<string, string>> => ({
  ".github/workflows/called.yml": `on: workflow_call\njobs:\n${jobs}`,
});
const uses = "uses: ./.github/workflows/called.yml\n";

type Row = readonly [what: string, job: string, names: readonly string[], files?: Readonly<Record<string, string>>];

const rows: readonly Row[] = [
  ["its id", steps, ["deploy"]],
  ["its name", `name: Deploy it\n${steps}`, ["Deploy it"]],
  ["a variable that is told", `name: To \${{ vars.CITY }}\n${steps}`, ["To Rome"]],
  ["what only a run can tell", `name: To \${{ github.ref_name }} now\n${steps}`, ["To * now?"]],
  [
    "a matrix",
    `strategy: { matrix: { stack: [dev, prod], size: [1] } }\n${steps}`,
    ["deploy (dev, 1)", "deploy (prod, 1)"],
  ],
  ["a name and a matrix", `name: Deploy\nstrategy: { matrix: { stack: [dev] } }\n${steps}`, ["Deploy (dev)"]],
  [
    "a name of the matrix",
    `name: To \${{ matrix.stack }}\nstrategy: { matrix: { stack: [a, b] } }\n${steps}`,
    ["To a", "To b"],
  ],
  [
    "cells that are added",
    `strategy: { matrix: { include: [{ stack: dev }, { stack: qa }] } }\n${steps}`,
    ["deploy (dev)", "deploy (qa)"],
  ],
  ["a matrix of a run", `strategy: { matrix: "\${{ fromJSON(needs.a.outputs.m) }}" }\n${steps}`, ["deploy (*)?"]],
  ["objects", `strategy: { matrix: { stack: [{ name: dev }] } }\n${steps}`, ["deploy (*)?"]],
  [
    "a call",
    uses,
    ["deploy / one", "deploy / Two"],
    called(`  one: { runs-on: x }\n  two: { name: Two, runs-on: x }\n`),
  ],
  [
    "a call by a matrix",
    `strategy: { matrix: { stack: [dev] } }\n${uses}`,
    ["deploy (dev) / one"],
    called("  one: { runs-on: x }\n"),
  ],
  ["an input of a call", uses, ["deploy / To *?"], called("  one: { name: 'To ${{ inputs.stack }}', runs-on: x }\n")],
  ["a call that is nowhere", "uses: acme/shared/.github/workflows/up.yml@v1\n", ["deploy / *?"]],
  ["a call of itself", uses, [`deploy${" / again".repeat(10)} / *?`], called(`  again: { ${uses.trim()} }\n`)],
  ["a long name", `name: ${"n".repeat(101)}\n${steps}`, [`${"n".repeat(90)}*?`]],
];

test.each(rows.map((row) => [row[0], row] as const))("the checks of a job with %s", (_, [, job, names, files]) => {
  expect(checksOf(job, files)).toEqual([...names].sort());
});

test("a check that is not exact may be any that fits around its star", () => {
  const exact = { text: "deploy (dev)", exact: true };
  const open = { text: "deploy (*)", exact: false };
  expect([mayBeCheck(exact, "deploy (dev)"), mayBeCheck(exact, "deploy (prod)")]).toEqual([true, false]);
  expect([mayBeCheck(open, "deploy (prod)"), mayBeCheck(open, "deploy"), mayBeCheck(open, "deploy [a]")]).toEqual([
    true,
    false,
    false,
  ]);
});

test("a name with many parts that only a run can tell is compared at once", () => {
  const open = { text: `${"a*".repeat(45)}b`, exact: false };
  expect(mayBeCheck(open, "a".repeat(100_000))).toBe(false);
  expect(mayBeCheck(open, `${"a".repeat(100_000)}b`)).toBe(true);
  expect(mayBeCheck({ text: "*ab*ba", exact: false }, "aba")).toBe(false);
  expect(mayBeCheck({ text: "ab*ba", exact: false }, "aba")).toBe(false);
});
