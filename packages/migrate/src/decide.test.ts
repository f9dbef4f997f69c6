import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import type { PlanDocument } from "./report/plan-document.ts";

/** The plan of a repository whose job has these lines. */
async function planned(lines: readonly string[], job = ""): Promise<PlanDocument> {
  const token = "env: { PULUMI_ACCESS_TOKEN: '${{ secrets.TOKEN }}' }";
  const steps = ["- uses: actions/checkout@v4", ...lines].map((line) => `      ${line}\n`).join("");
  const text = `on: { push: { branches: [main] } }\n${token}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n${job}    steps:\n${steps}`;
  const tree = new Map([
    [".github/workflows/deploy.yml", text],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  return (await migrate({ tree, surroundings: new Map() }, undefined)).document;
}

const up = "- run: pulumi up --yes --stack acme/prod";

test("what steps leave behind is asked where an answer makes a call", async () => {
  const { operations, questions } = await planned(["- run: ./prepare.sh", up]);
  expect(operations.map(({ disposition }) => disposition)).toEqual(["ask"]);
  expect(questions.map(({ key }) => key)).toContain("leaves/deploy.yml/deploy");
});

test.each([
  [
    "its script does something else",
    ["- run: |", "    ./prepare.sh", "    pulumi up --yes --stack acme/prod | tee up.log"],
  ],
  ["its script goes on when it fails", ["- run: ./prepare.sh", `${up} || true`]],
])("and not where the call would be refused: %s", async (_, lines) => {
  const { operations, questions } = await planned(lines);
  expect(operations.map(({ disposition }) => disposition)).toEqual(["keep"]);
  expect(operations[0]?.reasons.map(({ code }) => code)).toContain("GP251");
  expect(questions.map(({ key }) => key)).not.toContain("leaves/deploy.yml/deploy");
});

test("an operation behind a matrix without values is listed, and kept", async () => {
  const stack = up.replace("prod", "${{ matrix.stack }}");
  const { operations, questions } = await planned([stack], "    strategy: { matrix: { stack: [] } }\n");
  expect(operations.map(({ disposition }) => disposition)).toEqual(["keep"]);
  expect(operations[0]?.reasons.map(({ message }) => message)).toContain(
    "it never runs: GitHub refuses its matrix, which has no values",
  );
  expect(questions).toEqual([]);
});
