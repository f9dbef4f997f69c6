import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./program-rows.ts";
import type { Row } from "./row.ts";

/** Figures by the name of their row. */
export type Figures = Readonly<Record<string, number>>;

const baselineFile = join(root, "test/bench/baseline.json");
const runsFile = join(root, ".bench/runs.json");
const mostRuns = 10;

export function figuresOf(rows: readonly Row[]): Figures {
  return Object.fromEntries(
    rows.flatMap((row) => (row.kind === "measured" ? [[row.name, Number(row.figure.toPrecision(3))]] : [])),
  );
}

export function readBaseline(): Figures {
  return readJson(baselineFile, {});
}

/** Rows that were not measured this time keep the figure they had. */
export function writeBaseline(rows: readonly Row[]): void {
  const figures = { ...readBaseline(), ...figuresOf(rows) };
  writeFileSync(baselineFile, `${JSON.stringify(figures, null, 2)}\n`);
}

/** The last ten runs, newest last. */
export function keepRun(rows: readonly Row[]): void {
  mkdirSync(join(root, ".bench"), { recursive: true });
  const run = { at: new Date().toISOString(), node: process.version, figures: figuresOf(rows) };
  const runs = [...readJson<readonly unknown[]>(runsFile, []), run].slice(-mostRuns);
  writeFileSync(runsFile, `${JSON.stringify(runs, null, 2)}\n`);
}

function readJson<T>(file: string, otherwise: T): T {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : otherwise;
}
