import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
import { inSession, start } from "./lifecycle.ts";
import { programOf } from "./programs.ts";
import type { Session } from "./session.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const why = tools.kind === "absent" ? `: skipped, because ${tools.because}` : "";

/** Settings and calls say flags of a workflow with environment variables: `optionVariable` of packages/migrate. */
describe.skipIf(tools.kind === "absent")(`flags of the CLI that come from the environment${why}`, async () => {
  const { name, before, surroundings } = fixture("formats/typescript");
  const program = await programOf(name, before, surroundings);

  test("refresh makes an update look at the service first, and parallel is read by every operation", async () => {
    if (program === undefined) throw new Error(`${name} has no settings program`);
    await inSession(tools, program, async (session) => {
      await start(session, program);
      expect(await reads(session, {})).toBe(0);
      expect(await reads(session, { PULUMI_OPTION_REFRESH: "true" })).toBe(program.declared.length);
      expect(await reads(session, { PULUMI_OPTION_REFRESH: "false" })).toBe(0);
      for (const operation of ["up", "preview", "refresh", "destroy"]) {
        const help = await session.pulumiWith({ PULUMI_PARALLEL: "7" }, operation, "--help");
        expect(help.stdout).toMatch(/--parallel int32 .*\(default 7\)/);
      }
    });
  });
});

/** How often an update looks at what the service holds. */
async function reads(session: Session, own: Readonly<Record<string, string>>): Promise<number> {
  const asked = (): number => session.cloud.exchanges.filter(({ method }) => method === "GET").length;
  const before = asked();
  const ended = await session.pulumiWith(own, "up", "--yes", "--skip-preview");
  expect(ended).toMatchObject({ code: 0 });
  return asked() - before;
}
