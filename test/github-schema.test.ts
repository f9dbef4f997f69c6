import { readWorkflow } from "@gha2pulumi/workflow";
import { expect, test } from "vitest";
import { complaints } from "./support/github-parser.ts";

/** Places of a workflow, each with `HERE` where a key is put in. */
const places: Readonly<Record<string, string>> = {
  workflow: "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\nHERE\n",
  job: "on: push\njobs:\n  z:\n    runs-on: x\n    steps: [{ run: date }]\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n    HERE\n",
  call: "on: push\njobs:\n  z:\n    runs-on: x\n    steps: [{ run: date }]\n  a:\n    uses: acme/x/.github/workflows/y.yml@v1\n    HERE\n",
  "step with uses": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: acme/x@v1\n        HERE\n",
  "step with run": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: date\n        HERE\n",
  "empty step": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - name: x\n        HERE\n",
  push: "on:\n  push:\n    HERE\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  "pull request": "on:\n  pull_request:\n    HERE\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  "workflow run":
    "on:\n  workflow_run:\n    workflows: [x]\n    HERE\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  "input of a dispatch":
    "on:\n  workflow_dispatch:\n    inputs:\n      x:\n        HERE\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  "input of a call":
    "on:\n  workflow_call:\n    inputs:\n      x:\n        type: string\n        HERE\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  event: "on:\n  HERE\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  strategy: "on: push\njobs:\n  a:\n    runs-on: x\n    strategy:\n      HERE\n    steps: [{ run: date }]\n",
  matrix:
    "on: push\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix:\n        HERE\n    steps: [{ run: date }]\n",
  environment:
    "on: push\njobs:\n  a:\n    runs-on: x\n    environment:\n      name: x\n      HERE\n    steps: [{ run: date }]\n",
  concurrency: "on: push\nconcurrency:\n  group: x\n  HERE\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  permissions: "on: push\npermissions:\n  HERE\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  defaults:
    "on: push\njobs:\n  a:\n    runs-on: x\n    defaults:\n      run:\n        HERE\n    steps: [{ run: date }]\n",
  container:
    "on: push\njobs:\n  a:\n    runs-on: x\n    container:\n      image: x\n      HERE\n    steps: [{ run: date }]\n",
};

const keys = (
  "name description run-name on permissions env defaults concurrency jobs needs if strategy runs-on timeout-minutes " +
  "cancel-timeout-minutes continue-on-error container services environment outputs steps snapshot uses with secrets id run " +
  "working-directory shell background wait cancel parallel branches branches-ignore tags paths types workflows inputs type " +
  "required default options push pull_request schedule workflow_dispatch repository_dispatch status matrix fail-fast " +
  "max-parallel include exclude stack url group cancel-in-progress queue contents id-token image ports credentials stages"
).split(" ");

const values = [
  "word",
  "'7'",
  "7",
  "true",
  "''",
  "null",
  "[word]",
  "[]",
  "{ word: word }",
  "{ word: [word] }",
  "{}",
  "read",
  ..."github.ref secrets.X steps.x.outputs.y needs.z.result matrix.x env.X runner.os hashFiles('x') success() jobs.a.outputs.b"
    .split(" ")
    .map((one) => `\${{ ${one} }}`),
  "github.ref == 'x'",
  "secrets.X != ''",
  "{ word: '${{ secrets.X }}' }",
  "{ word: '${{ steps.x.outputs.y }}' }",
];

/** What the parser says that GitHub does not do, or that this tool says elsewhere. */
const known: readonly RegExp[] = [
  // Kinds of activity are added from year to year.
  /^THEIRS types: /,
  // Workflows are dispatched with `default: "false"` for a boolean every day.
  /^THEIRS default: (?:7|true): /,
  /^THEIRS options: .* Input type is not 'choice'/,
  // Steps beside others are not read, whatever GitHub says of them.
  /^THEIRS (?:background|wait|cancel|parallel): /,
];

test.each([
  [
    "two steps of one id",
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - { id: b, run: date }\n      - { id: b, run: date }\n",
  ],
  [
    "two steps of one id, but for the case",
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - { id: b, run: date }\n      - { id: B, run: date }\n",
  ],
  [
    "branches and branches-ignore",
    "on:\n  push: { branches: [a], branches-ignore: [b] }\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n",
  ],
  ["no jobs", "on: push\n"],
  ["empty jobs", "on: push\njobs: {}\n"],
  ["jobs of null", "on: push\njobs:\n"],
  ["a job of null", "on: push\njobs:\n  a:\n"],
  ["a job of text", "on: push\njobs:\n  a: b\n"],
  ["no steps", "on: push\njobs:\n  a:\n    runs-on: x\n"],
  ["empty steps", "on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n"],
  ["uses and run", "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date, uses: acme/x@v1 }]\n"],
  ["uses without a ref", "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ uses: acme/x }]\n"],
  ["uses of one word", "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ uses: x@v1 }]\n"],
  ["a call without a ref", "on: push\njobs:\n  a:\n    uses: acme/x/.github/workflows/y.yml\n"],
  ["a call of another folder", "on: push\njobs:\n  a:\n    uses: ./ci/y.yml\n"],
  ["a call with steps", "on: push\njobs:\n  a:\n    uses: ./.github/workflows/y.yml\n    steps: [{ run: date }]\n"],
  ["an id of a job with a dot", "on: push\njobs:\n  a.b:\n    runs-on: x\n    steps: [{ run: date }]\n"],
  [
    "an id of a step with two underscores",
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ id: __b, run: date }]\n",
  ],
  ["an empty run", "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: '' }]\n"],
  [
    "a matrix of no values",
    "on: push\njobs:\n  a:\n    runs-on: x\n    strategy: { matrix: {} }\n    steps: [{ run: date }]\n",
  ],
  ["an event nobody knows", "on: pushed\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: date }]\n"],
  [
    "an input nobody declared",
    "on: workflow_call\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: 'echo ${{ inputs.x }}' }]\n",
  ],
  ["a list", "- on: push\n"],
])("GitHub and this tool agree about %s", async (_, workflow) => {
  const theirs = await complaints("deploy.yml", workflow);
  const ours = readWorkflow(".github/workflows/deploy.yml", workflow).problems.filter(({ fatal }) => fatal);
  expect(ours.map(({ message }) => message).join(" | ") || undefined).toEqual(
    theirs.length > 0 ? expect.any(String) : undefined,
  );
});

test.each(Object.entries(places))("what GitHub refuses in a %s is refused", async (_, text) => {
  const different: string[] = [];
  for (const [at, key] of keys.entries()) {
    // `SCHEMA=all`: each key with each value, which takes a minute or two; else each key with every third one.
    for (const value of values.filter((_, i) => process.env["SCHEMA"] === "all" || (i + at) % 3 === 0)) {
      const workflow = text.replace("HERE", () => `${key}: ${value}`);
      const theirs = await complaints("deploy.yml", workflow);
      const ours = readWorkflow(".github/workflows/deploy.yml", workflow).problems.filter(
        ({ code }) => code !== "unread" && code !== "input",
      );
      if (theirs.length > 0 === ours.length > 0) continue;
      const line = `${theirs.length > 0 ? "THEIRS" : "OURS"} ${key}: ${value}: ${theirs.join(" | ")}${ours.map(({ message }) => message).join(" | ")}`;
      if (!known.some((one) => one.test(line))) different.push(line);
    }
  }
  expect(different).toEqual([]);
});
