import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fixtures } from "../support/fixture.ts";
import { inSession, lifecycle, start } from "./lifecycle.ts";
import { covering, programOf, type Program } from "./programs.ts";
import { SCHEMA } from "./provider.ts";
import { findTools } from "./tools.ts";

const tools = findTools();

/** What each language needs beside the CLI, and how its programs are known. */
const languages = [
  {
    language: "yaml",
    host: tools.kind === "present" ? tools.yamlHost : undefined,
    absent: "no `pulumi-language-yaml` is on the PATH and none is built",
    file: "Pulumi.yaml",
    mark: "runtime: yaml",
  },
  {
    language: "python",
    host: tools.kind === "present" ? tools.python : undefined,
    absent: "no Python has the packages that a program installs: see the README",
    file: "__main__.py",
    mark: "pulumi_pulumiservice",
  },
] as const;

/** The settings of every fixture in another language; in Pulumi YAML, those with schedules have no program. */
for (const { language, host, absent, file, mark } of languages) {
  const provided = existsSync(SCHEMA) || (tools.kind === "present" && tools.provider !== undefined);
  const lacking = host === undefined ? absent : provided ? undefined : "the provider's schema is not here";
  const because = tools.kind === "absent" ? tools.because : lacking;
  const each = because === undefined ? test.concurrent : test.skip;

  describe(`settings programs in ${language}${because === undefined ? "" : `: skipped, because ${because}`}`, async () => {
    const programs: Program[] = [];
    for (const { name, before, surroundings } of because === undefined ? fixtures() : []) {
      const program = await programOf(name, before, new Map([...surroundings, ["language", language]]));
      if (program?.files.get(file)?.includes(mark)) programs.push(program);
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
}
