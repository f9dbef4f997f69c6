import { expect, test } from "vitest";
import { namedChecks, otherChecks, unreadChecks } from "./named-checks.ts";
import { decided, planned, type Row } from "./row.ts";

const byName = (rows: readonly Row[]): readonly (readonly [string, Row])[] =>
  rows.map((row) => [row.what, row] as const);

test.each(byName(namedChecks))("a check is held that a file names: %s", async (_, row) => {
  const [one, ...others] = (await planned(row)).operations.filter(({ operation }) => operation === "preview");
  const path = Object.keys(row.files ?? {})[0] ?? "";
  expect(one).toBeDefined();
  for (const { disposition, reasons } of one === undefined ? [] : [one, ...others]) {
    expect(disposition).toBe("call");
    const why = reasons.find(({ code }) => code === "GP270")?.message;
    expect(why).toContain(`\`${path}:`);
    expect(why).toMatch(/(?:requires|asks for|waits for) the check `/);
    expect(why?.includes("what the file says counts")).toBe(row.surroundings !== undefined);
  }
});

test.each(byName(namedChecks))("where the loss is accepted, it goes: %s", async (_, row) => {
  const document = await planned({ ...row, surroundings: { ...row.surroundings, accept: "GP270" } });
  expect(document.operations.map(({ disposition }) => disposition)).toEqual(document.operations.map(() => "move"));
  expect(document.checks.some(({ required }) => required)).toBe(true);
  expect(document.tasks.map(({ text }) => text).join("\n")).toContain(
    "Take these checks out of the files that name them",
  );
});

test.each(byName(otherChecks))("other names hold nothing: %s", async (_, row) => {
  const { operations, diagnostics } = await planned(row);
  expect(operations.map(({ disposition }) => disposition)).toEqual(["move"]);
  expect(diagnostics.map(({ code }) => code)).not.toContain("GP291");
});

test.each(byName(unreadChecks))("it moves, and the plan says what is not known: %s", async (_, row) => {
  const { operations, diagnostics } = await planned(row);
  expect(operations.map(({ disposition }) => disposition)).toEqual(["move"]);
  expect(diagnostics.map(({ code }) => code)).toContain("GP291");
});

test("an accepted loss aside, nobody is asked about a check that a file names", async () => {
  const [row] = namedChecks;
  const { questions } = await planned({ ...(row as Row), surroundings: { phase: "switch" } });
  expect(questions.map(({ key }) => key)).not.toContain("checks.required");
});

test("a workflow whose runs a step waits for stays", async () => {
  const [, , , , , , , , , , , , , , step] = namedChecks;
  const text = Object.values(step?.files ?? {})[0] ?? "";
  const waitFor = (names: string): Row => ({
    ...(step as Row),
    files: {
      ".github/workflows/announce.yml": text
        .replace(/uses: \S+/, "uses: int128/wait-for-workflows-action@v1")
        .replace(/with: .*/, `with: { ${names} }`),
    },
  });
  const codes = async (names: string): Promise<readonly string[]> =>
    (await decided(waitFor(names))).flatMap((one) => one.codes);
  expect(await codes("filter-workflow-names: 'Dep*'")).toEqual(["GP213"]);
  expect(await codes('filter-workflow-names: "Lint\\nDeploy"')).toEqual(["GP213"]);
  expect(await codes("filter-workflow-names: '${{ vars.OTHER }}'")).toEqual(["GP213"]);
  expect(await codes("filter-workflow-names: 'Lint'")).toEqual([]);
  expect(await codes("filter-workflow-events: 'push'")).toEqual([]);
});
