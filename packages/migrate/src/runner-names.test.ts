import { expect, test } from "vitest";
import { occurrencesOf } from "./occurrences.ts";
import { tell } from "./stories.ts";
import { readWorld } from "./world.ts";

type Files = Readonly<Record<string, string>>;

/** What an update in `infra` takes along of the runner, keeps for it, or takes for granted. */
function found(steps: string, files: Files, variables = ""): readonly string[] {
  const tree = new Map(
    Object.entries({
      ".github/workflows/deploy.yml": `on: { push: { branches: [main] } }
jobs:
  up:
    runs-on: ubuntu-latest
    env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}"${variables} }
    steps:
${steps}      - { run: pulumi up --yes --stack acme/network/prod, working-directory: infra }
`,
      "infra/Pulumi.yaml": "name: network\nruntime: nodejs\n",
      ...files,
    }),
  );
  const world = readWorld({ tree, surroundings: new Map() });
  return [...world.repository.workflows.values()].flatMap((workflow) =>
    occurrencesOf(tell(workflow, { kind: "push", branch: "main", files: undefined }, world), world).flatMap(
      ({ environment, once, obstacles }) => [
        ...environment.keys(),
        ...once.map(({ kind }) => kind),
        ...obstacles.map(({ code }) => code),
      ],
    ),
  );
}

const program = (text: string): Files => ({ "infra/index.ts": text });

test.each<readonly [string, Files, readonly string[], string]>([
  ["nothing", program('export const a = "GITHUB_PAGES";'), [], ""],
  ["a context", program("process.env.GITHUB_SHA"), ["GITHUB_SHA"], ""],
  ["CI", program("process.env.CI"), ["CI"], ""],
  [
    "where to ask for a token",
    program("process.env.ACTIONS_ID_TOKEN_REQUEST_URL"),
    ["ACTIONS_ID_TOKEN_REQUEST_URL"],
    "",
  ],
  ["what an action makes of it", program("process.env.GITHUB_REF_SLUG"), ["GITHUB_REF_SLUG"], ""],
  ["the stack the CLI is told", program("process.env.PULUMI_STACK"), ["GP224"], ", PULUMI_STACK: acme/network/prod"],
  ["the stack that it is not told", program("process.env.PULUMI_STACK"), [], ""],
  ["the token", program("process.env.PULUMI_ACCESS_TOKEN"), ["cloud"], ""],
  ["Pulumi Cloud", program('import * as service from "@pulumi/pulumiservice";'), ["cloud"], ""],
])("what a program reads of the runner: %s", (_, files, expected, variables) => {
  expect(found("", files, variables)).toEqual(expected);
});

const app = (scripts: Files): Files => ({ "app/package.json": JSON.stringify({ scripts }) });
const install = "      - { run: npm ci, working-directory: app }\n";
const build = "      - { run: npm run build, working-directory: app }\n";

test.each<readonly [string, string, Files, readonly string[]]>([
  ["a compiler", build, app({ build: "tsc && cp a b" }), []],
  ["a bundler", build, app({ build: "vite build" }), ["build"]],
  ["by a word", build, app({ build: "esbuild --define:SHA=$GITHUB_SHA a.ts" }), ["GITHUB_SHA"]],
  ["by a script around it", build, app({ prebuild: "echo $GITHUB_REF > v.txt", build: "tsc" }), ["GITHUB_REF"]],
  ["by a script that it calls", build, app({ build: "npm run v", v: "echo $CI > v.txt" }), ["CI"]],
  [
    "by a file that it calls",
    build,
    { ...app({ build: "./v.sh" }), "app/v.sh": "echo $GITHUB_SHA > v" },
    ["GITHUB_SHA"],
  ],
  ["on install", install, app({ postinstall: "echo $GITHUB_SHA > v.txt", build: "tsc $GITHUB_REF" }), ["GITHUB_SHA"]],
  ["on install, without scripts", install.replace("ci", "ci --ignore-scripts"), app({ prepare: "tsc $CI" }), []],
  [
    "on install of a workspace",
    "      - run: npm ci\n",
    { ...app({ prepare: "echo $GITHUB_SHA > v.txt" }), "package.json": '{ "workspaces": ["app"] }' },
    ["GITHUB_SHA"],
  ],
])("what the commands before it read of the runner: %s", (_, steps, files, expected) => {
  expect(found(steps, files)).toEqual(expected);
});
