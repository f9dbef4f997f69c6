import { parseArgs } from "node:util";
import { bot } from "./bot-rows.ts";
import { corpus } from "./corpus-rows.ts";
import { discovery } from "./discovery-rows.ts";
import { engine } from "./engine-rows.ts";
import { growths } from "./growth-rows.ts";
import { generation, programs } from "./program-rows.ts";
import { keepRun, readBaseline, writeBaseline, type Figures } from "./record.ts";
import type { Measurement, Row } from "./row.ts";
import { trust } from "./trust-rows.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    "write-baseline": { type: "boolean", default: false },
  },
});

const measurements: readonly Measurement[] = [programs, generation, corpus, trust, ...growths, discovery, engine, bot];
const baseline = readBaseline();
const rows: Row[] = [];
for (const { name, slow, measure } of measurements) {
  if (!name.includes(values.only)) continue;
  const found: readonly Row[] =
    slow && values.quick ? [{ kind: "skipped", name, because: "left out with --quick" }] : await measure();
  for (const row of found) console.log(line(row, baseline));
  rows.push(...found);
  // Group by group: a run that is broken off keeps what it has.
  if (values["write-baseline"]) writeBaseline(found);
}
const missed = rows.filter((row) => row.kind === "measured" && row.goal !== undefined && row.figure > row.goal);
console.log(`\n${missed.length} of ${rows.length} rows miss their goal. Times never fail this command.`);
keepRun(rows);

function line(row: Row, before: Figures): string {
  if (row.kind === "skipped") return `${row.name.padEnd(46)} skipped: ${row.because}`;
  const figure = `${row.figure.toPrecision(3)} ${row.unit}`;
  const goal = row.goal === undefined ? "" : `≤ ${row.goal} ${row.unit}`;
  const verdict = row.goal === undefined ? "" : row.figure <= row.goal ? "met" : "missed";
  const known = before[row.name];
  const change =
    known === undefined
      ? "new"
      : `${row.figure < known ? "−" : "+"}${Math.abs((row.figure / known - 1) * 100).toFixed(0)} %`;
  return [
    row.name.padEnd(46),
    figure.padStart(10),
    goal.padStart(10),
    verdict.padEnd(7),
    change.padStart(7),
    row.note,
  ].join("  ");
}
