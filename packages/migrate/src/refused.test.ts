import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

/** Steps, or whole jobs and triggers, that must not move, each with the code of the reason; one line says one thing. */
interface Row {
  readonly what: string;
  readonly steps?: string;
  readonly jobs?: string;
  readonly on?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly surroundings?: Readonly<Record<string, string>>;
  readonly code: string;
}

const token = "env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }";
const checkout = "      - uses: actions/checkout@v4\n";

function cli(line: string): string {
  return `      - run: ${JSON.stringify(line)}\n        ${token}\n`;
}

function action(inputs: string): string {
  return `      - uses: pulumi/actions@v6\n        with: { ${inputs} }\n        ${token}\n`;
}

function run(line: string): string {
  return `      - run: ${JSON.stringify(line)}\n`;
}

const stack = "acme/network/prod";
const tags = "{ push: { tags: ['v*'] } }";
const up = action(`command: up, stack-name: ${stack}`);

function block(lines: readonly string[], more: string): string {
  return ["      - run: |", ...lines.map((line) => `          ${line}`), `        ${more}`, ""].join("\n");
}

function withId(step: string): string {
  return step.replace("- uses", "- id: up\n        uses");
}

const cell = action("command: up, stack-name: 'acme/network/${{ matrix.stack }}'");

/** A job with further lines before its steps. */
function job(id: string, steps: string, lines = ""): string {
  return `  ${id}:\n    runs-on: ubuntu-latest\n${lines}    steps:\n${checkout}${steps}`;
}

/** A job's strategy: two stacks, and one more line. */
function cells(line: string): string {
  return `    strategy:\n      matrix: { stack: [dev, prod] }\n      ${line}\n`;
}

const rows: readonly Row[] = [
  {
    what: "a program by its address",
    steps: cli("pulumi up --yes -s acme/network/prod https://acme.test/web"),
    code: "GP214",
  },
  { what: "a flag nobody knows", steps: cli("pulumi up --yes -s acme/network/prod --from-the-future"), code: "GP214" },
  { what: "--run-program", steps: cli("pulumi destroy --yes -s acme/network/prod --run-program"), code: "GP214" },
  {
    what: "a target behind -f, which is a switch",
    steps: cli("pulumi up -f --target urn:x -s acme/network/prod"),
    code: "GP214",
  },
  { what: "an update nobody says yes to", steps: cli("pulumi up -s acme/network/prod"), code: "GP249" },
  {
    what: "an input in another case",
    steps: action("command: up, stack-name: acme/network/prod, policypacks: ./policy"),
    code: "GP214",
  },
  {
    what: "an input nobody knows",
    steps: action("command: up, stack-name: acme/network/prod, exclude-dependents: true"),
    code: "GP214",
  },
  {
    what: "a flag whose value only the run has",
    steps: action("command: up, stack-name: acme/network/prod, parallel: '${{ github.run_number }}'"),
    code: "GP215",
  },
  { what: "a download", steps: run("aws s3 cp s3://acme-config/network.json network.json") + up, code: "GP221" },
  { what: "a download by curl", steps: run("curl -O https://acme.test/network.json") + up, code: "GP221" },
  { what: "a release's files", steps: run("gh release download v1") + up, code: "GP221" },
  { what: "a new version of the package", steps: run("npm version patch") + up, code: "GP221" },
  { what: "a program the image does not have", steps: run("hugo") + up, code: "GP221" },
  {
    what: "variables of an ESC environment",
    steps: cli('pulumi env open acme/prod --format dotenv >> "$GITHUB_ENV"') + up,
    code: "GP221",
  },
  {
    what: "outputs of another stack as variables",
    steps: cli('pulumi stack output --shell -s acme/base >> "$GITHUB_ENV"') + up,
    code: "GP221",
  },
  {
    what: "outputs of another stack as a file",
    steps: cli("pulumi stack output --json -s acme/base > base.json") + up,
    code: "GP221",
  },
  {
    what: "a build that may fail",
    steps: run("npm run build || true") + up,
    files: { "package.json": '{"scripts":{"build":"tsc"}}' },
    code: "GP221",
  },
  {
    what: "an update whatever the tests say",
    steps: run("go test ./...") + up.replace("- uses", "- if: always()\n        uses"),
    code: "GP248",
  },
  { what: "an update that may fail", steps: cli("pulumi up --yes -s acme/network/prod || true"), code: "GP248" },
  { what: "a check of what has changed", steps: run("git diff --exit-code") + up, code: "GP229" },
  { what: "checksums", steps: run("sha256sum -c sums.txt") + up, code: "GP229" },
  { what: "a pause", steps: run("sleep 600") + up, code: "GP229" },
  {
    what: "a preview that is judged",
    steps: cli("pulumi preview -s acme/network/prod --json > plan.json") + run("jq -e .ok plan.json") + up,
    code: "GP229",
  },
  {
    what: "a step for the case that a lenient one fails",
    steps: `      - { id: lint, continue-on-error: true, run: npx eslint . }\n${up}      - { if: "steps.lint.outcome == 'failure'", run: ./notify.sh }\n`,
    code: "GP212",
  },
  {
    what: "configuration that may fail to be written",
    steps: `${cli(`pulumi config set image v1 -s ${stack}`)}        continue-on-error: true\n${up}`,
    code: "GP251",
  },
  {
    what: "a file that is written behind the configuration",
    steps: cli(`pulumi config set image v1 -s ${stack}`) + run("cp Pulumi.dev.yaml Pulumi.prod.yaml") + up,
    code: "GP251",
  },
  {
    what: "configuration with a type",
    steps: cli(`pulumi config set --type int replicas 5 -s ${stack}`) + up,
    code: "GP251",
  },
  {
    what: "configuration in a file of its own",
    steps: cli(`pulumi config set image v1 --config-file other.yaml -s ${stack}`) + up,
    code: "GP251",
  },
  { what: "configuration of no stack in sight", steps: cli("pulumi config set image v1") + up, code: "GP223" },
  {
    what: "configuration of another stack in its script",
    steps: cli(`pulumi config set image v1 -s acme/network/dev\npulumi up --yes -s ${stack}`),
    code: "GP251",
  },
  {
    what: "packages that a later step uses",
    on: tags,
    steps: cli(`npm ci\npulumi up --yes -s ${stack}`) + run("npx playwright test"),
    code: "GP251",
  },
  {
    what: "a build that a later step keeps",
    on: tags,
    steps:
      cli(`go build\npulumi up --yes -s ${stack}`) +
      "      - uses: actions/upload-artifact@v4\n        with: { path: network }\n",
    code: "GP251",
  },
  {
    what: "a stack that a later step finds selected",
    on: tags,
    steps: cli(`pulumi stack select ${stack}\npulumi up --yes`) + cli("pulumi stack output url"),
    code: "GP251",
  },
  {
    what: "a login that a later step relies on",
    on: tags,
    steps: cli(`pulumi login\npulumi up --yes -s ${stack}`) + run(`pulumi stack output url -s ${stack}`),
    code: "GP251",
  },
  {
    what: "a CLI that a later step finds installed",
    on: tags,
    steps:
      cli(`curl -fsSL https://get.pulumi.com | sh\npulumi up --yes -s ${stack}`) +
      cli(`~/.pulumi/bin/pulumi stack output url -s ${stack}`),
    code: "GP251",
  },
  {
    what: "a log that goes into a file",
    on: tags,
    steps: cli(`pulumi up --yes -s ${stack} > up.log`),
    code: "GP251",
  },
  { what: "a time limit", on: tags, steps: cli(`timeout 60 pulumi up --yes -s ${stack}`), code: "GP251" },
  {
    what: "further tries",
    on: tags,
    steps: cli(`for i in 1 2 3; do pulumi up --yes -s ${stack} && break; done`),
    code: "GP251",
  },
  {
    what: "an update whose log another program gets",
    on: tags,
    steps: block([`pulumi up --yes -s ${stack} | tee up.log`, "./publish.sh up.log"], token),
    code: "GP251",
  },
  {
    what: "an update in a function",
    on: tags,
    steps: block(["deploy() {", `  pulumi up --yes -s ${stack}`, "}", "deploy", "./smoke.sh"], token),
    code: "GP251",
  },
  {
    what: "a script that goes on, with variables in one line",
    on: tags,
    steps: block([`pulumi up --yes -s ${stack}`, "./smoke.sh"], token),
    code: "GP251",
  },
  {
    what: "outputs of all steps",
    on: tags,
    steps: withId(up) + '      - run: echo "${{ toJSON(steps) }}"\n',
    code: "GP251",
  },
  {
    what: "outputs of whichever step",
    on: tags,
    steps: withId(up) + '      - run: echo "${{ join(steps.*.outputs.url) }}"\n',
    code: "GP251",
  },
  {
    what: "a time limit that only a run knows",
    on: tags,
    steps: up.replace("- uses", "- timeout-minutes: ${{ fromJSON(vars.LIMIT) }}\n        uses"),
    code: "GP251",
  },
  {
    what: "an update of a pull request that is closed without a merge",
    on: "{ pull_request: { types: [closed] } }",
    steps: up,
    code: "GP251",
  },
  {
    what: "a program that reads the commit of the run",
    steps: up,
    files: { "index.ts": "export const image = `network:${process.env.GITHUB_SHA}`;\n" },
    code: "GP215",
  },
  {
    what: "a program that reads files of the runner",
    steps: up,
    files: {
      "index.ts": 'import { readFileSync } from "node:fs";\nreadFileSync(process.env.GITHUB_EVENT_PATH ?? "");\n',
    },
    code: "GP251",
  },
  {
    what: "a script for GitHub that leaves variables",
    steps: "      - uses: actions/github-script@v7\n        with: { script: \"core.exportVariable('A', 'b')\" }\n" + up,
    code: "GP221",
  },
  {
    what: "a login that is narrowed",
    steps:
      "      - uses: aws-actions/configure-aws-credentials@v4\n        with: { aws-region: eu-west-1, role-to-assume: 'arn:aws:iam::111122223333:role/deploy', managed-session-policies: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }\n" +
      up,
    code: "GP225",
  },
  {
    what: "a build of another job out of a cache",
    steps: "      - uses: actions/cache/restore@v4\n        with: { path: dist, key: '${{ github.sha }}' }\n" + up,
    code: "GP221",
  },
  {
    what: "variables of a script that is read in",
    steps: cli("source ./env.sh; pulumi up --yes -s acme/network/prod"),
    files: { "env.sh": "export REGION=eu\n" },
    code: "GP221",
  },
  {
    what: "an npmrc of the runner",
    steps: "      - uses: actions/setup-node@v4\n        with: { registry-url: 'https://npm.pkg.github.com' }\n" + up,
    code: "GP221",
  },
  {
    what: "an archive out of a pipe",
    steps: run("curl -fsS https://acme.test/a.tgz | tar xz -C infra") + up,
    code: "GP221",
  },
  {
    what: "a stack selected under a condition",
    steps: cli(
      'pulumi stack select acme/network/dev; if [ "$X" = 1 ]; then pulumi stack select acme/network/prod; fi; pulumi up --yes',
    ),
    code: "GP204",
  },
  {
    what: "one stack or the other",
    steps: cli("pulumi stack select acme/network/prod || pulumi stack select acme/network/dev; pulumi up --yes"),
    code: "GP204",
  },
  {
    what: "flags out of a variable",
    steps: cli("pulumi up --yes -s acme/network/prod ${{ vars.FLAGS }}"),
    code: "GP214",
  },
  {
    what: "flags of the container action",
    steps:
      "      - uses: docker://pulumi/actions\n        with: { args: 'up --yes -s acme/network/prod --target urn:x' }\n        " +
      token +
      "\n",
    code: "GP214",
  },
  {
    what: "a password written out",
    steps: up.replace("env: {", "env: { DB_PASSWORD: correct-horse-battery,"),
    code: "GP253",
  },
  {
    what: "a token written out elsewhere in the file",
    steps: run("echo ghp_abcdefghijklmnopqrstuvwxyz0123456789") + up,
    code: "GP253",
  },
  {
    what: "an update behind a preview with policies",
    steps: action("command: preview, stack-name: acme/network/prod, policyPacks: ./policy") + up,
    code: "GP207",
  },
  {
    what: "an update behind a job with a preview that may show no changes",
    jobs: `${job("look", cli("pulumi preview -s acme/network/prod --expect-no-changes"))}${job("deploy", up, "    needs: look\n")}`,
    code: "GP207",
  },
  {
    what: "an update behind a job with a preview of another folder",
    jobs: `${job("look", action("command: preview, stack-name: acme/prod, work-dir: other"))}${job("deploy", action("command: up, stack-name: acme/prod"), "    needs: look\n")}`,
    files: { "other/Pulumi.yaml": "name: other\nruntime: nodejs\n" },
    code: "GP207",
  },
  {
    what: "an update behind a refresh of one resource",
    steps: cli("pulumi refresh --yes -s acme/network/prod --target urn:x") + up,
    code: "GP207",
  },
  { what: "two updates of one stack, one after the other", steps: up + up, code: "GP207" },
  {
    what: "a stack of another project than the folder's",
    steps: action("command: up, stack-name: acme/other/prod"),
    code: "GP203",
  },
  {
    what: "a removal that a variable decides",
    steps: action("command: destroy, stack-name: acme/network/prod, remove: '${{ vars.REMOVE }}'"),
    on: "workflow_dispatch",
    code: "GP214",
  },
  {
    what: "a stack that one of its destroys removes",
    jobs: ["remove: true", "diff: true"]
      .map((more, i) => job(`end-${i}`, action(`command: destroy, stack-name: acme/network/prod, ${more}`)))
      .join(""),
    on: "workflow_dispatch",
    code: "GP254",
  },
  {
    what: "a stack that is removed and updated again",
    steps: action("command: destroy, stack-name: acme/network/prod, remove: true") + up,
    code: "GP254",
  },
  ...Object.entries({
    "Pulumi.prod.deploy.yaml": "settings: {}\n",
    "settings/Pulumi.yaml":
      "name: settings\nruntime: yaml\nresources:\n  a:\n    type: pulumiservice:DeploymentSettings\n    properties:\n      project: network\n",
    "settings/__main__.py": 'import pulumi_pulumiservice as ps\nps.DeploymentSettings("a", project="network")\n',
    "settings/main.go": "// pulumiservice\npulumiservice.NewDeploymentSettings(ctx, name, args)\n",
    "settings/index.ts": 'import * as s from "@pulumi/pulumiservice";\nnew s.DeploymentSettings("a", settings);\n',
  }).map(([path, text]) => ({ what: `settings in ${path}`, steps: up, files: { [path]: text }, code: "GP303" })),
  ...["failure()", "cancelled()", "always() && needs.deploy.result == 'failure'"].map((condition) => ({
    what: `a job behind it with if: ${condition}`,
    jobs: job("deploy", up) + job("alarm", run("./alarm.sh"), `    needs: deploy\n    if: ${condition}\n`),
    code: "GP213",
  })),
  {
    what: "a part of a file after which another workflow starts",
    jobs: job("deploy", up) + job("lint", run("npx eslint .")),
    files: {
      ".github/workflows/smoke.yml": `on: { workflow_run: { workflows: [Deploy], types: [completed] } }\njobs:\n${job("smoke", run("./smoke.sh"))}`,
    },
    code: "GP213",
  },
  {
    what: "a workflow started by a step of another one",
    steps: up,
    on: "workflow_dispatch",
    files: { ".github/workflows/release.yml": `on: push\njobs:\n${job("start", run("gh workflow run deploy.yml"))}` },
    code: "GP213",
  },
  {
    what: "a workflow started by an action",
    steps: up,
    on: "workflow_dispatch",
    files: {
      ".github/workflows/release.yml": `on: push\njobs:\n${job("start", "      - uses: acme/workflow-dispatch@v1\n        with: { workflow: Deploy }\n")}`,
    },
    code: "GP213",
  },
  {
    what: "a workflow started by a script",
    steps: up,
    on: "workflow_dispatch",
    files: { "scripts/release.sh": "gh workflow run \\\n  -f stack=prod deploy.yml\n" },
    code: "GP213",
  },
  {
    what: "a workflow started through the API",
    steps: up,
    on: "workflow_dispatch",
    files: { "tools/release.py": 'post("/repos/acme/network/actions/workflows/deploy.yml/dispatches")\n' },
    code: "GP213",
  },
  {
    what: "a job whose deployment to an environment starts another workflow",
    jobs: job("deploy", up, "    environment: production\n"),
    files: { ".github/workflows/smoke.yml": `on: deployment_status\njobs:\n${job("smoke", run("./smoke.sh"))}` },
    surroundings: { "environments.protected": "none" },
    code: "GP213",
  },
  {
    what: "cells that share a concurrency group",
    jobs: job("deploy", cell, cells("fail-fast: false\n    concurrency: deploy")),
    code: "GP207",
  },
  ...Object.entries({
    deploy: "DEPLOY",
    "${{ 'deploy' }}": "deploy",
    "deploy-${{ github.ref_name }}": "deploy-main",
    "${{ github.workflow }}": "Deploy",
    "deploy-${{ vars.GROUP }}": "deploy-a",
  }).map(([group, other]) => ({
    what: `a concurrency group ${group} beside ${other}`,
    jobs: job("deploy", up, `    concurrency: "${group}"\n`),
    files: {
      ".github/workflows/other.yml": `on: { schedule: [{ cron: '0 3 * * *' }] }\nconcurrency: ${other}\njobs:\n${job("nightly", run("./nightly.sh"))}`,
    },
    code: "GP207",
  })),
  {
    what: "calls of a workflow that has a concurrency group",
    jobs: ["dev", "prod"]
      .map(
        (stack) =>
          `  ${stack}:\n    uses: ./.github/workflows/called.yml\n    secrets: inherit\n    with: { stack: ${stack} }\n`,
      )
      .join(""),
    files: {
      ".github/workflows/called.yml": `on: { workflow_call: { inputs: { stack: { type: string } } } }\nconcurrency: deploy\njobs:\n${job("up", action("command: up, stack-name: 'acme/network/${{ inputs.stack }}'"))}`,
    },
    code: "GP207",
  },
  { what: "a runner for ARM", jobs: job("deploy", up).replace("latest", "24.04-arm"), code: "GP226" },
  { what: "a larger runner", jobs: job("deploy", up).replace("latest", "latest-16-cores"), code: "GP226" },
  { what: "cells in an order", jobs: job("deploy", cell, cells("max-parallel: 1.0")), code: "GP226" },
  {
    what: "cells perhaps in an order",
    jobs: job("deploy", cell, cells("max-parallel: '${{ vars.N }}'")),
    code: "GP226",
  },
];

function workflow({ steps = "", jobs, on = "{ push: { branches: [main] } }" }: Row): string {
  return `name: Deploy\non: ${on}\njobs:\n${jobs ?? `  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${checkout}${steps}`}`;
}

async function decided(
  row: Row,
): Promise<
  readonly { readonly operation: string | null; readonly disposition: string; readonly codes: readonly string[] }[]
> {
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow(row)],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ...Object.entries(row.files ?? {}),
  ]);
  const { document } = await migrate(
    { tree, surroundings: new Map(Object.entries(row.surroundings ?? {})) },
    undefined,
  );
  return document.operations.map(({ operation, disposition, reasons }) => ({
    operation,
    disposition,
    codes: reasons.map(({ code }) => code),
  }));
}

test.each(rows.map((row) => [row.what, row] as const))("does not move: %s", async (_, row) => {
  const found = await decided(row);
  expect(found.map(({ disposition }) => disposition)).not.toContain("move");
  expect(found.flatMap(({ codes }) => codes)).toContain(row.code);
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
    "Pulumi.dev.deploy.yaml": "settings: {}\n",
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
