import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

const step = (command: string, stack: string): string =>
  `    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: pulumi/actions@v6\n        with: { command: ${command}, stack-name: acme/network/${stack} }\n        env: { PULUMI_ACCESS_TOKEN: '\${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n`;
const updated = (stack: string, on: string, guard = ""): string =>
  `on: ${on}\njobs:\n  up:\n${guard}${step("up", stack)}`;
const pushed = (branch: string): string => `{ push: { branches: [${branch}] } }`;
const onTrunk = updated("prod", pushed("trunk"));
const onDevelop = updated("dev", pushed("develop"));
const atTrunk = updated("prod", "push", "    if: github.ref == 'refs/heads/trunk'\n");

async function previews(
  on: string,
  workflows: readonly string[],
  answers: Readonly<Record<string, string>>,
  guard = "",
): Promise<readonly string[]> {
  const all = [`on: ${on}\njobs:\n  look:\n${guard}${step("preview", "prod")}`, ...workflows];
  const tree = new Map([
    ...all.map((text, at) => [`.github/workflows/${at}.yml`, text] as const),
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ["Pulumi.prod.yaml", "config:\n  network:size: 1\n"],
    ["Pulumi.dev.yaml", "config:\n  network:size: 2\n"],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map(Object.entries(answers)) }, undefined);
  return document.operations
    .filter(({ operation }) => operation === "preview")
    .flatMap(({ disposition, reasons }) => [disposition, ...reasons.map(({ message }) => message)]);
}

const dropped = { "previews.other-bases": "drop" };

test.each<readonly [what: string, workflows: readonly string[], answers: Readonly<Record<string, string>>]>([
  ["nothing names another branch", [updated("prod", pushed("main"))], {}],
  ["the stack's branch is the default one", [onTrunk, onDevelop], { "default-branch": "trunk" }],
  ["the others are given up", [onTrunk, onDevelop], dropped],
  ["nothing updates the stack", [onDevelop], {}],
])("previews of pull requests into any branch move: %s", async (_, workflows, answers) => {
  expect(await previews("pull_request", workflows, answers)).toEqual(["move"]);
});

const every = "it previews pull requests into every branch";

test.each<readonly [message: string, workflows: readonly string[], answers: Readonly<Record<string, string>>]>([
  [`${every}, most of them into main, and the stack's branch is trunk`, [onTrunk], { "default-branch": "main" }],
  [`${every}, develop among them, and the stack's branch is trunk`, [onTrunk, onDevelop], {}],
  [`${every}, develop among them, and the stack's branch is trunk`, [atTrunk, onDevelop], {}],
  [
    `${every}, and the stack's branch is trunk; whether that is the default branch is not told (\`default-branch\`)`,
    [onTrunk],
    {},
  ],
])("previews of pull requests into any branch stay: %s", async (message, workflows, answers) => {
  expect(await previews("pull_request", workflows, answers)).toEqual(["call", message]);
});

test.each([
  ["{ pull_request: { branches-ignore: [develop, 'release/**'] } }", ""],
  ["pull_request", "    if: github.base_ref != 'develop'\n"],
])("branches that are left out lose nothing: %s %s", async (on, guard) => {
  const main = updated("prod", pushed("main"));
  expect(await previews(on, [main, onDevelop], {}, guard)).toEqual(["move"]);
  expect(await previews(on, [main, onDevelop], { "default-branch": "next" }, guard)).toEqual([
    "call",
    expect.stringMatching(/^it previews pull requests into every branch but develop.*, most of them into next, and/),
  ]);
  expect(await previews(on, [updated("prod", pushed("develop"))], dropped, guard)).toEqual([
    "call",
    expect.stringMatching(/every branch but develop.*, and the stack's branch is develop$/),
  ]);
});
