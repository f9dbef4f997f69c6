import { expect, test } from "vitest";
import { written } from "@gha2pulumi/repo";
import { playWorkflow, readRepository } from "./index.ts";

const path = ".github/workflows/deploy.yml";

/** The last command of a job as it is called, with a question mark where it may not run; `vars.STACK` is told. */
function last(steps: string, value = "prod", job = ""): string | undefined {
  const text = `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n${job}    steps:\n${steps.replace(/^(?=.)/gm, "      ")}`;
  const repository = readRepository(new Map([[path, text]]), new Map([["vars.STACK", value]]));
  const workflow = repository.workflows.get(path);
  if (workflow === undefined) throw new Error("the workflow was not read");
  const [play] = playWorkflow(workflow, { kind: "push", branch: "main", files: undefined }, repository).jobs;
  const found = play?.steps.flatMap(({ commands }) => commands).at(-1);
  const open = found?.certainty === true && play?.runs.value === true ? "" : "?";
  if (found?.kind === "uses") return `${written(found.inputs.get("stack-name")?.text ?? [])}${open}`;
  return found?.kind === "run" ? `${found.words.map((word) => written(word)).join(" ")}${open}` : undefined;
}

const up = "pulumi up --stack ${{ vars.STACK }}";

test.each([
  ["a word of a command", `- run: ${up}\n`, "pulumi up --stack prod"],
  [
    "a word by way of the environment",
    `- run: pulumi up --stack "$S"\n  env: { S: '\${{ vars.STACK }}' }\n`,
    "pulumi up --stack prod",
  ],
  ["a word that has a default", `- run: pulumi up --stack "\${{ vars.STACK || 'main' }}"\n`, "pulumi up --stack prod"],
  [
    "an input, whatever its case",
    "- uses: pulumi/actions@v6\n  with: { stack-name: 'acme/${{ vars.stack }}' }\n",
    "acme/prod",
  ],
])("what is told of a variable counts as %s", (_, steps, expected) => {
  expect(last(steps)).toBe(expected);
});

test.each([
  ["of a step", `- if: vars.STACK == 'prod'\n  run: ${up}\n`],
  ["of a step, by way of the environment", `- if: env.S == 'prod'\n  run: ${up}\n  env: { S: '\${{ vars.STACK }}' }\n`],
  ["of a script", `- run: |\n    if [ "\${{ vars.STACK }}" = prod ]; then ${up}; fi\n`],
  ["of a script, by way of the environment", `- run: '[ "$S" = prod ] && ${up}'\n  env: { S: '\${{ vars.STACK }}' }\n`],
])("it does not decide a condition %s", (_, steps) => {
  expect(last(steps)).toBe("pulumi up --stack prod?");
});

test("it does not decide a condition of a job", () => {
  expect(last(`- run: ${up}\n`, "prod", "    if: vars.STACK == 'prod'\n")).toBe("pulumi up --stack prod?");
});

test.each(["true", "destroy", "a b", "x;y", "$(date)"])("`%s` is no name, and is not put in", (value) => {
  expect(last("- run: pulumi ${{ vars.STACK }}\n", value)).toBe("pulumi ${{ vars.STACK }}");
});

test("a variable that is known not to be set decides conditions too", () => {
  expect(last(`- run: ${up}\n`, "", "    if: vars.STACK != 'true'\n")).toBe("pulumi up --stack ");
});

test("in a job with an environment, which has variables of its own, nothing is told", () => {
  expect(last(`- run: ${up}\n`, "prod", "    environment: dev\n")).toBe("pulumi up --stack ${{ vars.STACK }}");
});
