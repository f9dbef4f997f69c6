import { expect, test } from "vitest";
import { atomsOf } from "./atoms.ts";
import { readRepository } from "./read-repository.ts";

const path = ".github/workflows/w.yml";

function namesOf(steps: string): readonly string[] {
  const text = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;
  const repository = readRepository(new Map([[path, text]]), new Map(), () => [], []);
  const workflow = repository.workflows.get(path);
  if (workflow === undefined) throw new Error("the workflow is not read");
  const { branches, names } = atomsOf(workflow, repository);
  return [...branches, ...names];
}

const shell = `      - run: if [ "$GITHUB_REF_NAME" == rel ]; then ./release.sh; fi\n`;

test("names that a shell compares a ref with are branches", () => {
  expect(namesOf(shell)).toEqual(["rel"]);
});

test.each([
  [
    "actions/github-script",
    `      - uses: actions/github-script@v7
        with:
          script: |
            if (context.payload.sender !== undefined) core.info(context.payload.ref == other);
            const owner = context.repo.owner;
`,
  ],
  ["python", `      - shell: python\n        run: print(1 if x == other else 2)\n`],
])("names in a script of %s are none", (_, step) => {
  expect(namesOf(shell + step)).toEqual(["rel"]);
});

test("a step that an alias repeats is looked at once", () => {
  const step = `      - &look { uses: actions/github-script@v7, with: { script: "a == other;" } }\n      - *look\n`;
  expect(namesOf(shell + step)).toEqual(["rel"]);
});
