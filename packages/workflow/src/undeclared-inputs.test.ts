import { expect, test } from "vitest";
import { readCompositeAction, readWorkflow } from "./index.ts";

const job = (line: string): string => `jobs:\n  a:\n    runs-on: x\n    steps: [{ ${line} }]\n`;
const call = "on:\n  workflow_call:\n    inputs:\n      stack-name: { type: string }\n";
const run = (name: string): string => `run: 'pulumi up --stack \${{ inputs.${name} }}'`;

const message = (name: string): string => `no input \`${name}\` is declared, so it is always empty`;

test.each([
  ["one that is declared", call + job(run("stack-name")), []],
  ["one in another case", call + job(run("Stack-Name")), []],
  ["another spelling of one", call + job(run("stack_name")), [`${message("stack_name")}; \`stack-name\` is`]],
  ["one that is like none", call + job(run("region")), [message("region")]],
  ["in a condition without braces", call + job("if: inputs.region == 'x', run: date"), [message("region")]],
  ["by an index", call + job(`run: "\${{ inputs['region'] }}"`), [message("region")]],
  ["of a dispatch", `on:\n  workflow_dispatch:\n    inputs: { region: }\n${job(run("region"))}`, []],
  ["where nothing takes any", `on: push\n${job(run("region"))}`, [message("region")]],
  ["what is computed", call + job(`run: "\${{ inputs[github.ref] }}"`), []],
])("inputs of a workflow: %s", (_, text, expected) => {
  expect(readWorkflow(".github/workflows/deploy.yml", text).problems.map((one) => one.message)).toEqual(expected);
});

const action = (step: string): string =>
  `name: up\ninputs:\n  stack: { default: prod }\nruns:\n  using: composite\n  steps:\n    - ${step}\n`;

test.each([
  ["a step as it should be", "{ run: date, shell: bash }", []],
  ["a run without a shell", "{ run: date }", ["a step with `run` of an action has no `shell`"]],
  [
    "a time limit",
    "{ uses: a/b@v1, timeout-minutes: 5 }",
    ["`timeout-minutes` is no key of a step with `uses` of an action"],
  ],
  ["a secret", "{ uses: a/b@v1, with: { token: '${{ secrets.TOKEN }}' } }", ["`token` cannot read `secrets`"]],
  ["an input of another name", "{ run: 'echo ${{ inputs.stak }}', shell: bash }", [`${message("stak")}; \`stack\` is`]],
])("a composite action: %s", (_, step, expected) => {
  const read = readCompositeAction("action.yml", action(step));
  expect(read?.problems.map((one) => one.message)).toEqual(expected);
});
