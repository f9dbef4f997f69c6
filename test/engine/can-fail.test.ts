import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
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
  // `pnpm engine` breaks it in each of these ways.
  for (const [title, from, to, message] of process.env["ENGINE"] === "all" ? broken : broken.slice(0, 2)) {
    each(title, () => expectFailure(() => inSession(tools, edited(program, from, to), start), message));
  }

  each("settings that somebody has changed in the console", () =>
    inSession(tools, program, async (session) => {
      await start(session, program);
      await expectUnchanged(session);
      const stack = session.cloud.stacks.get("acme/network/prod");
      if (stack?.settings) stack.settings = { ...stack.settings, gitHub: { deployCommits: true } };
      await expectFailure(() => expectUnchanged(session), /network-prod .*diff: .github/);
    }),
  );
});

/** That it fails, and that its message or what was compared says what the pattern looks for. */
async function expectFailure(run: () => Promise<void>, pattern: RegExp): Promise<void> {
  const failure = await run().then(
    () => "",
    (error: unknown) => {
      const { message, actual, expected } = error as Compared;
      return `${message} ${differing(actual, expected)}`;
    },
  );
  expect(failure).toMatch(pattern);
}

/** An error of an expectation holds both sides. */
interface Compared {
  readonly message: string;
  readonly actual?: Readonly<Record<string, unknown>>;
  readonly expected?: Readonly<Record<string, unknown>>;
}

/** The top-level properties that differ, both ways. */
function differing(actual: Compared["actual"] = {}, expected: Compared["expected"] = {}): string {
  const text = (value: unknown): string => JSON.stringify(value) ?? "";
  const keys = Object.keys({ ...actual, ...expected });
  return keys
    .filter((key) => text(actual[key]) !== text(expected[key]))
    .map((key) => text(actual[key]) + text(expected[key]))
    .join(" ");
}

function edited(program: Program, from: string, to: string): Program {
  const index = program.files.get("index.ts") ?? "";
  expect(index).toContain(from);
  return { ...program, files: new Map([...program.files, ["index.ts", index.replace(from, to)]]) };
}

async function fixtureProgram(name: string): Promise<Program> {
  const { before, surroundings } = fixture(name);
  const program = await programOf(name, before, surroundings);
  if (program === undefined) throw new Error(`the fixture ${name} has no settings program`);
  return program;
}
