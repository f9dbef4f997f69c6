import { describe, expect, test } from "vitest";
import { proveTrees } from "./verify.ts";

const path = ".github/workflows/check.yml";
const preview = `  preview:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pulumi preview --stack acme/shop/prod
`;

function workflow(jobs: string): string {
  return `on: { push: { branches: [main] }, pull_request: { branches: [main] } }\njobs:\n${jobs}`;
}

function publish(lines: string): string {
  return `  publish:\n${lines}    runs-on: ubuntu-latest\n    steps:\n      - run: ./publish.sh\n`;
}

async function onPush(before: string, after: string): Promise<readonly (readonly [string, readonly string[]])[]> {
  const tree = (text: string): ReadonlyMap<string, string> =>
    new Map([
      [path, workflow(text)],
      ["Pulumi.yaml", "name: shop\nruntime: yaml\n"],
    ]);
  const proof = await proveTrees(
    { tree: tree(before), surroundings: new Map() },
    { tree: tree(after), surroundings: new Map() },
  );
  return proof.flatMap(({ event, notes, codes }) => (event.kind === "push" ? [[codes.join(), notes] as const] : []));
}

describe("what an edit leaves alone runs as it did", () => {
  test.each([
    [
      "a result that is read is gone",
      publish("    needs: preview\n    if: always() && needs.preview.result == 'skipped'\n"),
      publish("    if: always() && needs.preview.result == 'skipped'\n"),
      "the job `publish` would be skipped, and runs today",
    ],
    [
      "a job that was skipped with another is not",
      publish("    needs: preview\n    if: github.event_name == 'push'\n"),
      publish("    if: github.event_name == 'push'\n"),
      "the job `publish` would run, and is skipped today",
    ],
    [
      "a condition reads an outcome that is gone",
      `  one:
    runs-on: ubuntu-latest
    steps:
      - id: look
        if: github.event_name == 'pull_request'
        run: ./look.sh
      - if: steps.look.outcome == 'skipped'
        run: ./publish.sh
`,
      `  one:
    runs-on: ubuntu-latest
    steps:
      - if: steps.look.outcome == 'skipped'
        run: ./publish.sh
`,
      "a step of the job `one` would be skipped, and runs today",
    ],
  ])("%s", async (_, before, after, note) => {
    expect(await onPush(preview + before, after)).toContainEqual(["GP299", [note]]);
  });

  test("it is said beside a preview more, which is no difference", async () => {
    const on = "on: { pull_request: { types: [opened, synchronize] } }\njobs:\n";
    const jobs = preview.replace("github.event_name == 'pull_request'", "github.event.action == 'opened'");
    const skipped = publish("    needs: preview\n    if: always() && needs.preview.result == 'skipped'\n");
    const snapshot = (one: string): Parameters<typeof proveTrees>[0] => ({
      tree: new Map([
        [path, on + one + skipped],
        ["Pulumi.yaml", "name: shop\nruntime: yaml\n"],
      ]),
      surroundings: new Map(),
    });
    const proof = await proveTrees(snapshot(jobs), snapshot(preview));
    const found = proof.filter(({ event }) => event.kind === "pull_request" && event.action === "synchronize");
    expect(found.map(({ verdict, codes }) => [verdict, codes])).toContainEqual(["changed", ["GP299"]]);
  });

  test("a need that makes no difference may go", async () => {
    const always = (needs: string): string => publish(`${needs}    if: always() && github.event_name == 'push'\n`);
    const found = await onPush(preview + always("    needs: preview\n"), always(""));
    expect(found.map(([codes]) => codes)).not.toContain("GP299");
  });
});
