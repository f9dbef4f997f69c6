import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { migrate } from "@gha2pulumi/migrate";
import { fixtures, type Fixture } from "./support/fixture.ts";

/** The table of `fixtures/README.md` says what the fixtures say, and covers the catalogue row by row. */
const readme = readFileSync(new URL("../fixtures/README.md", import.meta.url), "utf8");
const catalogue = new URL("../../shared/reference/scenarios.md", import.meta.url);
const all = new Map(fixtures().map((fixture) => [fixture.name, fixture]));

interface Row {
  readonly row: number;
  readonly fixtures: readonly string[];
  readonly expected: string;
  readonly becomes: string;
  readonly note: string;
}

const rows = [...readme.matchAll(/^\| (\d+) +\|(.*)\|$/gm)].map(([, row, rest]): Row => {
  const [, names = "", expected = "", becomes = "", note = ""] = (rest ?? "").split("|").map((cell) => cell.trim());
  const named = [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");
  return { row: Number(row), fixtures: named, expected, becomes, note };
});

test("rows are numbered once, in their order, and each names a fixture that exists", () => {
  expect(rows.map(({ row }) => row)).toEqual([...new Set(rows.map(({ row }) => row))].sort((a, b) => a - b));
  expect(rows.filter(({ fixtures: named }) => named.length === 0).map(({ row }) => row)).toEqual([]);
  const missing = rows.flatMap(({ row, fixtures: named }) =>
    named.filter((name) => !all.has(name)).map((name) => `${row}: ${name}`),
  );
  expect(missing).toEqual([]);
});

describe("what becomes of a shape is what its fixtures say", () => {
  for (const { row, fixtures: named, becomes } of rows) {
    test(`row ${row}: ${becomes}`, async () => {
      const found = await Promise.all(named.map((name) => all.get(name)).map(becomesOf));
      expect(inOrder(found.flat())).toBe(becomes);
    });
  }
});

test("whatever differs from the catalogue says why", () => {
  const silent = rows.filter(({ expected, becomes, note }) => expected !== becomes && note === "");
  expect(silent.map(({ row }) => row)).toEqual([]);
});

test("every kind, and every whole repository, call and refusal, is named in one of the two tables", () => {
  const shapes = readFileSync("fixtures/SHAPES.md", "utf8");
  const kinds = [...all.keys()].map((name) => name.split("/")[0] ?? "");
  expect([...new Set(kinds)].filter((kind) => !readme.includes(`\`${kind}/\``))).toEqual([]);
  const scenarios = [...all.keys()].filter((name) => /^(?:repositories|calls|refusals)\//.test(name));
  expect(scenarios.filter((name) => !readme.includes(`\`${name}\``) && !shapes.includes(name))).toEqual([]);
});

const reason = existsSync(catalogue) ? "" : " (skipped, because the catalogue is not beside this repository)";
test.skipIf(reason !== "")(`the table has every row of the catalogue${reason}`, () => {
  const text =
    readFileSync(catalogue, "utf8")
      .split(/^## /m)
      .find((section) => section.startsWith("3.")) ?? "";
  const numbers = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row));
  expect(numbers.length).toBeGreaterThan(100);
  expect(rows.map(({ row }) => row)).toEqual(numbers);
});

test("no fixture is a folder without a repository in it", () => {
  const empty = [...all.values()].filter(({ folder }) => readdirSync(`${folder}/before`).length === 0);
  expect(empty.map(({ name }) => name)).toEqual([]);
});

/** The dispositions of a fixture; what is only shown and left alone is kept. */
async function becomesOf(fixture: Fixture | undefined): Promise<readonly string[]> {
  if (!fixture) return ["no such fixture"];
  const { document, changes } = await migrate({ tree: fixture.before, surroundings: fixture.surroundings }, undefined);
  const found = document.operations.map(({ disposition }): string => disposition);
  if (found.length > 0) return found;
  expect(changes).toEqual([]);
  return document.diagnostics.length > 0 ? ["keep"] : [];
}

function inOrder(found: readonly string[]): string {
  return found.length === 0
    ? "none"
    : ["move", "call", "ask", "keep", "no such fixture"].filter((one) => found.includes(one)).join(", ");
}
