import { written } from "@gha2pulumi/repo";
import { expect, test } from "vitest";
import { playWorkflow, readRepository } from "./index.ts";

const deploy = ".github/workflows/deploy.yml";
const called = ".github/workflows/image.yml";
const push = { kind: "push", branch: "main", files: undefined } as const;

/** What the job `deploy` runs, and whether it does, where `image` uses a workflow. */
function seen(uses: string, text: string, files: Readonly<Record<string, string>> = {}, more = ""): string {
  const job = `  deploy:\n    needs: image\n    runs-on: ubuntu-latest\n${more}    steps: [{ run: './show ${text}' }]\n`;
  const repository = readRepository(
    new Map([[deploy, `on: push\njobs:\n  image:\n    uses: ${uses}\n${job}`], ...Object.entries(files)]),
    new Map(),
  );
  const workflow = repository.workflows.get(deploy);
  if (workflow === undefined) throw new Error("the workflow was not read");
  const play = playWorkflow(workflow, push, repository).jobs.find((one) => one.job.id === "deploy");
  const commands = play?.steps.flatMap((step) => step.commands) ?? [];
  const words = commands.flatMap((command) => (command.kind === "run" ? command.words.slice(1).map(written) : []));
  return `${String(play?.runs.value)} ${words.join(" ")}`;
}

const foreign = "acme/workflows/.github/workflows/image.yml@v1";
const local = `./${called}`;
const outputs = "on:\n  workflow_call:\n    outputs:\n      tag: { value: '${{ jobs.build.outputs.tag }}' }\n";
const wrapper = { [called]: `${outputs}jobs:\n  build:\n    uses: ${foreign}\n` };
const literal = {
  [called]: `${outputs}jobs:\n  build:\n    runs-on: ubuntu-latest\n    outputs: { tag: v7 }\n    steps: [{ run: date }]\n`,
};
const skipped = { [called]: literal[called]?.replace("  build:\n", "  build:\n    if: false\n") ?? "" };
const tag = "${{ needs.image.outputs.tag }}";
const result = "${{ needs.image.result }}";

const rows: readonly (readonly [
  what: string,
  uses: string,
  text: string,
  files: Readonly<Record<string, string>>,
  seen: string,
])[] = [
  ["an output of a workflow of another repository", foreign, tag, {}, `true ${tag}`],
  ["of a file that is not there", local, tag, {}, `true ${tag}`],
  ["of one that calls such a workflow, by the name it has outside", local, tag, wrapper, `true ${tag}`],
  ["of one that is there", local, tag, literal, "true v7"],
  ["one that it does not declare is empty", local, "a${{ needs.image.outputs.name }}b", literal, "true ab"],
  ["the result of a workflow of another repository", foreign, result, {}, `true ${result}`],
  ["of one that calls such a workflow", local, result, wrapper, `true ${result}`],
  ["of one that is there", local, result, literal, "true success"],
  ["of one whose jobs are all skipped", local, result, skipped, `true ${result}`],
];

test.each(rows)("%s: %s", (_, uses, text, files, expected) => {
  expect(seen(uses, text, files)).toBe(expected);
});

test.each([
  ["    if: needs.image.outputs.tag != ''\n", "undefined"],
  ["    if: needs.image.result == 'success'\n", "undefined"],
  ["    strategy: { matrix: { stack: \"${{ fromJSON(needs.image.outputs.stacks || '[]') }}\" } }\n", "true"],
])("%s is decided by what is not in the tree", (more, runs) => {
  const stack = more.includes("matrix") ? "${{ matrix.stack }}" : "tag";
  expect(seen(foreign, stack, {}, more)).toBe(`${runs} ${stack}`);
});
