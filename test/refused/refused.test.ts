import { migrate } from "@gha2pulumi/migrate";
import { expect, test } from "vitest";
import {
  action,
  block,
  checkout,
  cli,
  decided,
  planned,
  job,
  run,
  stack,
  tags,
  token,
  up,
  when,
  workflow,
} from "./row.ts";
import { answered } from "./answered.ts";
import { steps } from "./steps.ts";
import { requiredChecks } from "./required-checks.ts";
import { reviewStacks } from "./review-stacks.ts";
import { schedules } from "./schedules.ts";
import { triggers } from "./triggers.ts";

test.each(
  [...answered, ...steps, ...triggers, ...schedules, ...reviewStacks, ...requiredChecks].map(
    (row) => [row.what, row] as const,
  ),
)("does not move: %s", async (_, row) => {
  const found = await decided(row);
  expect(found.map(({ disposition }) => disposition)).not.toContain("move");
  expect(found.flatMap(({ codes }) => codes)).toContain(row.code);
});

test.each(requiredChecks.map((row) => [row.what, row] as const))("moves without the answer: %s", async (_, row) => {
  for (const surroundings of [{}, { "checks.required": "none" }, { "checks.required": "lint" }]) {
    const found = await decided({ ...row, surroundings });
    expect(found.map(({ disposition }) => disposition)).toEqual(found.map(() => "move"));
  }
});

test.each([
  ["--remove", true],
  ["--remove=true", true],
  ["--remove=false", false],
  ["--remove=0", false],
])("a destroy with %s removes the stack: %s", async (flag, removes) => {
  const row = { what: "", steps: cli(`pulumi destroy --yes -s acme/network/prod ${flag}`) + up, code: "" };
  const codes = (await decided(row)).flatMap((one) => one.codes);
  expect(codes.includes("GP254")).toBe(removes);
});

test("of a command that is not read, no word is shown that may be a secret, and packages are not stacks", async () => {
  const steps = cli("pulumi-wrapper up --stack acme/network/prod hunter2 --key=hunter2 -phunter2");
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow({ what: "", steps, code: "" })],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  const [one] = document.operations;
  expect(one?.operation).toBe("update");
  expect(one?.reasons[0]?.message).toBe("what `pulumi-wrapper up --stack …` runs is not read, and it may run Pulumi");
  const found = await decided({ what: "", steps: cli("pipenv update"), code: "" });
  expect(found).toMatchObject([{ operation: "unknown", codes: ["GP219"] }]);
});

test("moves although another workflow's path filter and a comment name the file", async () => {
  const other = `# see deploy.yml\non: { push: { paths: [.github/workflows/deploy.yml] } }\njobs:\n${job("lint", run("npx eslint ."))}`;
  const row = { what: "", steps: up, files: { ".github/workflows/lint.yml": other }, code: "" };
  expect(await decided(row)).toEqual([{ operation: "update", disposition: "move", codes: [] }]);
});

test("moves although another concurrency group begins alike", async () => {
  const lines = '    concurrency: "${{ github.workflow }}-${{ github.ref }}"\n';
  const files = {
    ".github/workflows/lint.yml": `name: Lint\non: push\njobs:\n${job("lint", run("npx eslint ."), lines)}`,
  };
  const pull = job("check", run("npx eslint ."), `    if: github.event_name == 'pull_request'\n${lines}`);
  const row = {
    what: "",
    on: "{ push: { branches: [main] }, pull_request: { branches: [main] } }",
    jobs: job("deploy", up, `    if: github.event_name == 'push'\n${lines}`) + pull,
    files,
    code: "",
  };
  expect(await decided(row)).toEqual([{ operation: "update", disposition: "move", codes: [] }]);
});

test("moves although other stacks have settings elsewhere", async () => {
  const files = {
    "Pulumi.dev.deploy.yaml": "settings:\n  tag: nightly\n",
    "settings/__main__.py": 'import pulumi_pulumiservice as ps\nps.DeploymentSettings("a", project="web")\n',
  };
  expect(await decided({ what: "", steps: up, files, code: "" })).toEqual([
    { operation: "update", disposition: "move", codes: [] },
  ]);
});

test("moves although a job that waits for it is for another event", async () => {
  const later = job(
    "later",
    run("./x.sh"),
    "    needs: deploy\n    if: failure() && github.event_name == 'schedule'\n",
  );
  const found = await decided({ what: "", jobs: job("deploy", up) + later, code: "" });
  expect(found).toEqual([{ operation: "update", disposition: "move", codes: [] }]);
});

test("a script that goes on behind its update keeps the rest, and calls", async () => {
  const variables = "env:\n          PULUMI_ACCESS_TOKEN: ${{ secrets.PULUMI_ACCESS_TOKEN }}";
  const steps = block([`pulumi up --yes -s ${stack}`, "./smoke.sh"], variables);
  const found = await decided({ what: "", on: tags, steps, code: "" });
  expect(found.map(({ disposition }) => disposition)).toEqual(["call"]);
});

test("the same without any of that moves", async () => {
  expect(await decided({ what: "", steps: up, code: "" })).toEqual([
    { operation: "update", disposition: "move", codes: [] },
  ]);
});

const byRef: readonly (readonly [string, string])[] = [
  ["an equal name", "github.ref_name == 'v1' && 'prod' || 'dev'"],
  ["a start", "startsWith(github.ref_name, 'v1') && 'prod' || 'dev'"],
  ["a word", "contains(github.ref, '-rc') && 'dev' || 'prod'"],
  ["an end", "endsWith(github.ref, '-rc') && 'dev' || 'prod'"],
];

test.each(byRef)("a stack that tags choose by %s is every stack they choose", async (_, choice) => {
  const steps = action(`command: up, stack-name: "acme/network/\${{ ${choice} }}"`);
  const found = await decided({ what: "", on: "{ push: { tags: ['v*'] } }", steps, code: "" });
  expect(found).toHaveLength(2);
});

test("what waits for the default branch is not said to run for pull requests", async () => {
  const steps = when("github.ref_name == github.event.repository.default_branch", up);
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow({ what: "", on: "[push, pull_request]", steps, code: "" })],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  expect(document.operations.flatMap(({ on }) => on.map(({ event }) => event))).not.toContain("pull_request");
});

test("a branch put together by format is the branch", async () => {
  const steps = when("github.ref == format('refs/heads/{0}', 'rel')", up);
  expect(await decided({ what: "", on: "push", steps, code: "" })).toEqual([
    { operation: "update", disposition: "move", codes: [] },
  ]);
});

const main = "{ push: { branches: [main] } }";
const build = "{ workflow_run: { workflows: [Build], types: [completed], branches: [main] } }";
const head = "${{ github.event.workflow_run.head_sha }}";
const revisions: readonly (readonly [what: string, ref: string, on: string, also: string, disposition: string])[] = [
  ["the branch of the push moves", "main", main, "", "move"],
  ["the commit of the event moves", "${{ github.sha }}", main, "", "move"],
  ["another branch is called", "release", main, "", "call"],
  ["what was pushed and is run by another workflow is called", head, build, "push", "call"],
  ["what a fork may have brought stays", head, build, "[push, pull_request]", "keep"],
  ["what a workflow that is not here has run for stays", head, build, "", "keep"],
  ["a trial merge of a pull request stays", "refs/pull/${{ github.event.number }}/merge", "pull_request", "", "keep"],
];

test.each(revisions)("of revisions, %s", async (_, ref, on, also, disposition) => {
  const steps = `${checkout}        with: { ref: "${ref}" }\n${up}`;
  const other = `name: Build\non: ${also}\njobs:\n${job("build", run("npx eslint ."))}`;
  const files = also === "" ? {} : { ".github/workflows/build.yml": other };
  const found = await decided({ what: "", on, jobs: job("deploy", steps).replace(checkout, ""), files, code: "" });
  expect(found.map((one) => one.disposition)).toEqual([disposition]);
});

const inAction = (command: string, more = ""): string =>
  `runs:\n  using: composite\n  steps:\n    - uses: pulumi/actions@v6\n      with: { command: "${command}", stack-name: ${stack} }\n${more}`;
const uses = (path: string, inputs = ""): string => `      - uses: ./${path}\n        ${inputs}${token}\n`;
const actions: readonly (readonly [what: string, path: string, text: string, steps: string, disposition: string])[] = [
  ["is called", ".github/actions/up", inAction("up"), uses(".github/actions/up"), "call"],
  ["stays where others may use it", "deploy", inAction("up"), uses("deploy"), "keep"],
  [
    "stays where a job uses it twice",
    ".github/actions/up",
    inAction("up"),
    uses(".github/actions/up").repeat(2),
    "keep",
  ],
  [
    "stays where it only installs the CLI elsewhere",
    ".github/actions/up",
    `inputs: { command: { default: "" } }\n${inAction("${{ inputs.command }}")}`,
    uses(".github/actions/up", "with: { command: up }\n        "),
    "keep",
  ],
  [
    "is called, with the CLI set up for a later step of it",
    ".github/actions/up",
    inAction("up", "    - run: pulumi stack output\n      shell: pwsh\n"),
    uses(".github/actions/up"),
    "call",
  ],
];

test.each(actions)("an operation in an action %s", async (what, path, text, steps, disposition) => {
  const other = workflow({ what: "", on: "workflow_dispatch", steps: uses(path), code: "" });
  const files = {
    [`${path}/action.yml`]: text,
    ...(what.includes("elsewhere") ? { ".github/workflows/other.yml": other } : {}),
  };
  const found = await decided({ what: "", on: tags, steps, files, code: "" });
  expect([...new Set(found.map((one) => one.disposition))]).toEqual([disposition]);
});

test("a login in front of a call lasts as long as any call may where only a run knows how long its job has", async () => {
  const login = "      - uses: pulumi/auth-actions@v1\n        with: { organization: acme, token-expiration: 600 }\n";
  const step = `      - uses: pulumi/actions@v6\n        id: up\n        timeout-minutes: 30\n        with: { command: up, stack-name: ${stack} }\n`;
  const jobs = job(
    "deploy",
    login + step + run("curl -f ${{ steps.up.outputs.url }}"),
    "    timeout-minutes: ${{ fromJSON(vars.MINUTES) }}\n",
  );
  const { changes } = await planned({ what: "", jobs, code: "" });
  const texts = changes.flatMap(({ splices = [] }) => splices.map(({ text }) => text));
  expect(texts).toContain("21300");
});

test("a call does not inherit how long the role of another operation lasts", async () => {
  const login = (role: string, more: string): string =>
    `      - uses: aws-actions/configure-aws-credentials@v4\n        with: { role-to-assume: arn:aws:iam::111122223333:role/${role}, aws-region: eu-central-1${more} }\n`;
  const destroy = action(`command: destroy, stack-name: ${stack}`);
  const other = workflow({ what: "", on: "workflow_dispatch", steps: login("destroy", "") + destroy, code: "" });
  const found = await decided({
    what: "",
    steps: login("deploy", ", role-duration-seconds: 900") + up,
    files: { ".github/workflows/destroy.yml": other },
    code: "",
  });
  expect(found).toEqual([
    { operation: "update", disposition: "move", codes: [] },
    { operation: "destroy", disposition: "keep", codes: ["GP242", "GP251"] },
  ]);
});
