import { describe, expect, test } from "vitest";
import { fixtures } from "../support/fixture.ts";
import { expectUnchanged, inSession, start } from "./lifecycle.ts";
import { programOf, type Program } from "./programs.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const why = tools.kind === "absent" ? `: skipped, because ${tools.because}` : "";
const each = tools.kind === "absent" ? test.skip : test.concurrent;

/** One program, broken on purpose: a tier that cannot fail shows nothing. */
describe(`what the engine tier refuses${why}`, async () => {
  const program = await fixtureProgram("formats/typescript");

  const broken: readonly (readonly [string, string, string, RegExp])[] = [
    ["a trigger that is on before `live` is", "deployCommits: live", "deployCommits: true", /"deployCommits":true/],
    ["a pre-run command that is lost", '        "npm ci",', "", /npm ci/],
    ["a branch that is another one", 'branch: "main", // ', 'branch: "trunk", // ', /trunk/],
    [
      "a secret that is handed over in plain text",
      'config.requireSecret("DATABASE',
      'config.require("DATABASE',
      /secret/,
    ],
    ["a property that does not exist", "repoDir:", "repositoryFolder:", /repositoryFolder/],
    ["settings without a branch", 'branch: "main",', "", /commit and branch|branch/],
    ["a stack that does not exist", 'stack: "prod"', 'stack: "production"', /does not exist/],
  ];
  for (const [title, from, to, message] of broken) {
    each(title, async () => {
      const changed = edited(program, from, to);
      expect(await failureOf(() => inSession(tools, changed, start))).toMatch(message);
    });
  }

  each("settings that somebody has changed in the console", () =>
    inSession(tools, program, async (session) => {
      await start(session, program);
      await expectUnchanged(session);
      const stack = session.cloud.stacks.get("acme/network/prod");
      if (stack?.settings) stack.settings = { ...stack.settings, gitHub: { deployCommits: true } };
      expect(await failureOf(() => expectUnchanged(session))).toMatch(/network-prod .*diff: .github/);
    }),
  );
});

/** What a failed expectation or an error says, with what was compared; "" when nothing failed. */
async function failureOf(run: () => Promise<void>): Promise<string> {
  try {
    await run();
    return "";
  } catch (error) {
    const { message, actual, expected } = error as Error & { readonly actual?: unknown; readonly expected?: unknown };
    return `${message} ${JSON.stringify(differing(actual, expected))}`;
  }
}

/** The top-level properties that differ. */
function differing(actual: unknown, expected: unknown): unknown {
  const [left, right] = [actual ?? {}, expected ?? {}] as readonly Record<string, unknown>[];
  const keys = Object.keys({ ...left, ...right });
  return keys
    .filter((key) => JSON.stringify(left?.[key]) !== JSON.stringify(right?.[key]))
    .map((key) => [left?.[key], right?.[key]]);
}

function edited(program: Program, from: string, to: string): Program {
  const index = program.files.get("index.ts") ?? "";
  expect(index).toContain(from);
  return { ...program, files: new Map([...program.files, ["index.ts", index.replace(from, to)]]) };
}

async function fixtureProgram(name: string): Promise<Program> {
  const fixture = fixtures().find((one) => one.name === name);
  const program = fixture && (await programOf(name, fixture.before, fixture.surroundings));
  if (program === undefined) throw new Error(`the fixture ${name} has no settings program`);
  return program;
}
