import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fixtures } from "../support/fixture.ts";
import { inSession, lifecycle, start } from "./lifecycle.ts";
import { covering, programOf, type Program } from "./programs.ts";
import { SCHEMA } from "./provider.ts";
import { findTools } from "./tools.ts";

const tools = findTools();

function missing(): string | undefined {
  if (tools.kind === "absent") return tools.because;
  if (tools.yamlHost === undefined) return "no `pulumi-language-yaml` is on the PATH";
  return existsSync(SCHEMA) || tools.provider !== undefined ? undefined : "the provider's schema is not here";
}

const because = missing();
const each = because === undefined ? test.concurrent : test.skip;

/** The settings of every fixture in Pulumi YAML; those with schedules have no program in it. */
describe(`settings programs in Pulumi YAML${because === undefined ? "" : `: skipped, because ${because}`}`, async () => {
  const programs: Program[] = [];
  for (const { name, before, surroundings } of because === undefined ? fixtures() : []) {
    const program = await programOf(name, before, new Map([...surroundings, ["language", "yaml"]]));
    if (program?.files.get("Pulumi.yaml")?.includes("runtime: yaml")) programs.push(program);
  }
  const whole = covering(programs);

  test.skipIf(because !== undefined)("there are programs of many kinds", () => {
    expect(programs.length).toBeGreaterThan(30);
    expect(whole.length).toBeGreaterThan(4);
  });

  for (const program of [...new Set([...whole, ...programs])].slice(0, 12)) {
    const use = whole.slice(0, 3).includes(program) ? lifecycle : start;
    each(program.name, () => inSession(tools, program, use), 300_000);
  }
});
