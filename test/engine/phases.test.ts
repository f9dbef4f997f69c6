import { describe, expect, test } from "vitest";
import { apply } from "@gha2pulumi/repo";
import { migrate } from "@gha2pulumi/migrate";
import { fixture } from "../support/fixture.ts";
import { inPhases, inSession } from "./lifecycle.ts";
import { programOf } from "./programs.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const why = tools.kind === "absent" ? `: skipped, because ${tools.because}` : "";

describe.skipIf(tools.kind === "absent")(`the switch in the project's file, on the real engine${why}`, () => {
  test.each(["repositories/rule-card", "repositories/scheduled-refresh"])(
    "nothing starts before the switch, and all of it after: %s",
    async (name) => {
      const { before, surroundings } = fixture(name);
      const inPhase = (phase: string): ReadonlyMap<string, string> => new Map([...surroundings, ["phase", phase]]);
      const program = await programOf(name, before, inPhase("prepare"));
      if (program === undefined) throw new Error(`${name} has no settings program`);
      const prepare = await migrate({ tree: before, surroundings: inPhase("prepare") }, undefined);
      const prepared = apply(before, prepare.changes);
      const { changes } = await migrate({ tree: prepared, surroundings: inPhase("switch") }, undefined);
      const folder = "deployment-settings/";
      const next = [...apply(prepared, changes)].filter(([path]) => path.startsWith(folder));
      expect(next.some(([path, text]) => prepared.get(path) !== text)).toBe(true);
      await inSession(tools, program, (session) =>
        inPhases(session, program, new Map(next.map(([path, text]) => [path.slice(folder.length), text]))),
      );
    },
    300_000,
  );
});
