import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fixtures, readTree } from "../support/fixture.ts";
import { inSession, lifecycle, start } from "./lifecycle.ts";
import { covering, programOf, type Program } from "./programs.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const why = tools.kind === "absent" ? `: skipped, because ${tools.because}` : "";
const each = tools.kind === "absent" ? test.skip : test.concurrent;

describe(`settings programs on the real engine${why}`, async () => {
  const all = await fixturePrograms();
  const programs = distinct(all);
  const whole = chosen(programs.filter(hasSwitch));

  test("what a program installs is what it is run with here", () => {
    const pinned = readFileSync(fileURLToPath(new URL("program/package.json", import.meta.url)), "utf8");
    const written = new Set(all.flatMap(({ files }) => files.get("package.json") ?? []));
    expect(written).toContain(pinned);
  });

  test("there are programs of many kinds", () => {
    expect(whole.length).toBeGreaterThan(4);
    expect(programs.length).toBeGreaterThan(30);
  });

  // A program that is only put in place takes six seconds: `pnpm engine` runs all of them.
  run(isEach ? programs : programs.filter((one, i) => whole.includes(one) || i % 50 === 0), whole);
});

const corpus = fileURLToPath(new URL("../../../shared/corpus/repos/", import.meta.url));
const isThere = existsSync(corpus);
const absent = isThere ? "" : ", skipped, because the corpus is not here";

describe.skipIf(!isThere)(`settings programs for repositories of the corpus${why || absent}`, async () => {
  const programs: Program[] = [];
  for (const name of isThere && tools.kind === "present" ? readdirSync(corpus).sort() : []) {
    const program = await programOf(name, readTree(join(corpus, name)), new Map());
    if (program) programs.push(program);
    if (!isEach && programs.length === 14) break;
  }
  test.skipIf(tools.kind === "absent")("there are ten of them", () => {
    expect(programs.length).toBeGreaterThan(9);
  });
  const whole = covering(programs.filter(hasSwitch));
  const few = [...new Set([...whole, ...programs])].slice(0, 3);
  run(isEach ? programs : few, isEach ? programs.filter(hasSwitch) : whole.slice(0, 1));
});

/** A dozen processes one after the other, on a machine that may have other things to do. */
const slow = 300_000;

/** `ENGINE=all`: each program goes through everything, which takes an hour or so; else those few that have every trait of any. */
const isEach = process.env["ENGINE"] === "all";

function chosen(programs: readonly Program[]): readonly Program[] {
  return isEach ? programs : covering(programs);
}

/** `whole` go through everything an owner does, the rest is put in place once. */
function run(programs: readonly Program[], whole: readonly Program[]): void {
  for (const program of programs) {
    const long = whole.includes(program);
    const title = long ? "from the first preview to destroy" : "preview and up";
    each(`${title}: ${program.name}`, () => inSession(tools, program, long ? lifecycle : start), slow);
  }
}

/** One program of each text: many fixtures come to the same. */
function distinct(programs: readonly Program[]): readonly Program[] {
  const code = ({ files }: Program): string => (files.get("index.ts") ?? "").replace(/\/\/.*$/gm, "");
  return [...new Map([...programs].reverse().map((program) => [code(program), program])).values()].reverse();
}

function hasSwitch({ files }: Program): boolean {
  return files.get("index.ts")?.includes('requireBoolean("live")') === true;
}

async function fixturePrograms(): Promise<readonly Program[]> {
  const all: Program[] = [];
  for (const { name, before, surroundings } of fixtures()) {
    // Other languages have hosts of their own: languages.test.ts.
    if (surroundings.has("language")) continue;
    const program = await programOf(name, before, surroundings);
    if (program) all.push(program);
  }
  return all;
}
