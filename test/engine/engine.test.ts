import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fixtures } from "../support/fixture.ts";
import { inSession, lifecycle, start } from "./lifecycle.ts";
import { covering, programOf, type Program } from "./programs.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const why = tools.kind === "absent" ? `: skipped, because ${tools.because}` : "";

describe(`settings programs on the real engine${why}`, async () => {
  const all = await fixturePrograms();
  const programs = distinct(all, ({ files }) => (files.get("index.ts") ?? "").replace(/\/\/.*$/gm, ""));
  const withSwitch = programs.filter(({ files }) => files.get("index.ts")?.includes('requireBoolean("live")'));
  const whole = covering(withSwitch);
  const rest = programs.filter((program) => !whole.includes(program));
  const each = tools.kind === "absent" ? test.skip : test.concurrent;

  test("what a program installs is what it is run with here", () => {
    const pinned = readFileSync(fileURLToPath(new URL("program/package.json", import.meta.url)), "utf8");
    const written = new Set(all.flatMap(({ files }) => files.get("package.json") ?? []));
    expect(written).toContain(pinned);
  });

  test("there are programs of many kinds", () => {
    expect(whole.length).toBeGreaterThan(4);
    expect(programs.length).toBeGreaterThan(30);
  });

  for (const program of rest) each(`preview and up: ${program.name}`, () => inSession(tools, program, start));
  for (const program of whole)
    each(`from the first preview to destroy: ${program.name}`, () => inSession(tools, program, lifecycle));
});

function distinct(programs: readonly Program[], by: (program: Program) => string): readonly Program[] {
  return [...new Map([...programs].reverse().map((program) => [by(program), program])).values()].reverse();
}

async function fixturePrograms(): Promise<readonly Program[]> {
  const all: Program[] = [];
  for (const { name, before, surroundings } of fixtures()) {
    const program = await programOf(name, before, surroundings);
    if (program) all.push(program);
  }
  return all;
}
