import { expect, test } from "vitest";
import { readWorkflow } from "./read.ts";

const job = "jobs:\n  up:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pulumi up\n";

function refusals(text: string): readonly string[] {
  return readWorkflow(".github/workflows/deploy.yml", text)
    .problems.filter(({ fatal }) => fatal)
    .map(({ message }) => message);
}

test.each<readonly [string, string, string]>([
  ["a tag", job.replace("steps:", "if: !cancelled()\n    steps:"), "begins with `!`"],
  ["no runner", job.replace("    runs-on: ubuntu-latest\n", ""), "has no `runs-on`"],
  ["a step of two kinds", job.replace("- run", "- uses: a/b@v1\n        run"), "`run` is no key of a step with `uses`"],
  ["a step of no kind", job.replace("- run: pulumi up", "- name: up"), "a step has no `uses` or `run`"],
  ["a key of its own", `x-steps: []\n${job}`, "`x-steps` is no key of a workflow"],
  ["a name that is none", job.replace("  up:", "  1up:"), "`1up` is no name of a job"],
  ["a job that is not there", job.replace("steps:", "needs: build\n    steps:"), "the job `build` does not exist"],
])("GitHub refuses a workflow with %s", (_, jobs, message) => {
  expect(refusals(`on: push\n${jobs}`)).toEqual([expect.stringContaining(message)]);
});

test.each([
  ["a plain job", job],
  ["a called workflow", "jobs:\n  up:\n    uses: ./.github/workflows/up.yml\n"],
  ["a group of runners", job.replace("ubuntu-latest", "{ group: large }")],
  ["a runner of the run", job.replace("ubuntu-latest", "${{ inputs.runner }}")],
])("and none with %s", (_, jobs) => {
  expect(refusals(`on: push\n${jobs}`)).toEqual([]);
});

test("a queue that keeps every run is told apart", () => {
  const queueOf = (lines: string): string | undefined =>
    readWorkflow("a.yml", `on: push\nconcurrency:\n  group: up\n${lines}${job}`).concurrency?.queue?.text;
  expect(queueOf("  queue: max\n")).toBe("max");
  expect(queueOf("")).toBeUndefined();
});
