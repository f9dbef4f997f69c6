import { expect, test } from "vitest";
import { literal, written } from "@gha2pulumi/repo";
import { playWorkflow } from "@gha2pulumi/workflow";
import { readWorld } from "./world.ts";

/** The value a variable has for the last step, after a step that runs something. */
function valueBehind(step: string, files: Readonly<Record<string, string>>): string | undefined {
  const path = ".github/workflows/w.yml";
  const workflow = `on: push\njobs:\n  up:\n    runs-on: ubuntu-latest\n    env: { STACK: prod }\n    steps:\n      - ${step}\n      - run: deploy\n`;
  const world = readWorld({ tree: new Map(Object.entries({ ...files, [path]: workflow })), surroundings: new Map() });
  const own = world.repository.workflows.get(path);
  if (own === undefined) throw new Error("there is no workflow");
  const event = { kind: "push", branch: "main", files: [] } as const;
  const steps = playWorkflow(own, event, world.repository).jobs.flatMap((job) => job.steps);
  const bound = steps.at(-1)?.commands.at(-1)?.environment.get("STACK");
  return bound && (literal(bound.text) ?? `? ${written(bound.text)}`);
}

const line = 'echo "STACK=dev" >> "$GITHUB_ENV"\n';

test.each<readonly [string, string, Readonly<Record<string, string>>, string]>([
  ["a script", "run: ./env.sh", { "env.sh": line }, "dev"],
  ["a script that runs another", "run: ./a.sh", { "a.sh": "./env.sh\n", "env.sh": line }, "dev"],
  ["with an argument", "run: bash env.sh dev", { "env.sh": 'echo "STACK=$1" >> $GITHUB_ENV\n' }, "dev"],
  ["read in", "run: source env.sh", { "env.sh": line }, "dev"],
  ["a target", "run: make env", { Makefile: `env:\n\t@echo "STACK=dev" >> $$GITHUB_ENV\n` }, "dev"],
  [
    "a package script",
    "run: npm run env",
    { "package.json": '{"scripts":{"env":"echo STACK=dev >> $GITHUB_ENV"}}' },
    "dev",
  ],
  ["a script in a word", "run: bash -c 'echo STACK=dev >> $GITHUB_ENV'", {}, "dev"],
  ["an action that runs one", "{ uses: nick-fields/retry@v3, with: { command: ./env.sh } }", { "env.sh": line }, "dev"],
  ["several lines", "run: ./env.sh", { "env.sh": "{ echo 'STACK<<E'; echo dev; echo E; } >> $GITHUB_ENV\n" }, "dev"],
  ["one that does not speak of it", "run: ./env.sh", { "env.sh": "STACK=dev\n" }, "prod"],
  ["one that is not run", "run: 'true'", { "env.sh": line }, "prod"],
  ["perhaps", 'run: if [ -n "$X" ]; then ./env.sh; fi', { "env.sh": line }, "? ${{ STACK }}"],
])("a variable for later steps is written by %s", (_, step, files, expected) => {
  expect(valueBehind(step, files)).toBe(expected);
});
