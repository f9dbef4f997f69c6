import {
  action,
  block,
  cell,
  cells,
  cli,
  intoMain,
  job,
  look,
  preview,
  run,
  token,
  up,
  update,
  when,
  type Row,
} from "./row.ts";

/** Triggers, jobs, gates and calls that must not move, each with the code of the reason. */
export const triggers: readonly Row[] = [
  {
    what: "a build of another job out of a cache",
    steps: "      - uses: actions/cache/restore@v4\n        with: { path: dist, key: '${{ github.sha }}' }\n" + up,
    code: "GP221",
  },
  {
    what: "an update that waits for a preview of another region",
    jobs:
      job("preview", cli("pulumi preview -s acme/network/prod"), "    env: { REGION: eu }\n") +
      job("update", up, "    needs: preview\n    env: { REGION: us }\n"),
    code: "GP207",
  },
  {
    what: "a preview of another region in front of an update",
    steps: look.replace("env: {", "env: { REGION: eu,") + up.replace("env: {", "env: { REGION: us,"),
    code: "GP207",
  },
  {
    what: "an update that waits for a preview of another branch",
    jobs:
      job("preview", "").replace("actions/checkout@v4", "actions/checkout@v4\n        with: { ref: next }") +
      look +
      job("update", up, "    needs: preview\n"),
    code: "GP207",
  },
  {
    what: "an update for whose sake a job is skipped in one cell of its matrix",
    on: "{ push: { branches: [main] }, workflow_dispatch: {} }",
    jobs:
      job("test", run("npm test")) +
      job("update", up, "    if: github.event_name == 'push'\n") +
      job(
        "after",
        "      - run: ./after.sh\n        if: needs[matrix.job].result == 'skipped'\n",
        "    needs: [test, update]\n    if: always() && github.event_name == 'workflow_dispatch'\n    strategy: { matrix: { job: [test, update] } }\n",
      ),
    code: "GP213",
  },
  {
    what: "an update whose result is read under a name that is typed",
    on: "{ push: { branches: [main] }, workflow_dispatch: { inputs: { job: { type: string } } } }",
    jobs:
      job("test", run("npm test")) +
      job("update", up, "    if: github.event_name == 'push'\n") +
      job(
        "after",
        run("./after.sh"),
        "    needs: [test, update]\n    if: always() && github.event_name == 'workflow_dispatch' && needs[inputs.job].result == 'skipped'\n",
      ),
    code: "GP213",
  },
  ...[
    "npm test && echo ok=true >> $GITHUB_OUTPUT || true",
    "ok=true; npm test || ok=false; echo ok=$ok >> $GITHUB_OUTPUT",
    "npm test || exit 0; echo ok=true >> $GITHUB_OUTPUT",
    "npm test && echo ok=true >> $GITHUB_OUTPUT; echo done",
    "npm test && ok=true; echo ok=$ok >> $GITHUB_OUTPUT",
    "mark() { echo ok=true >> $GITHUB_OUTPUT; }; npm test && mark; echo done",
    "check() { npm test || return 1; echo ok=true >> $GITHUB_OUTPUT; }; check || echo skipped",
    "npm test & wait $! && echo ok=true >> $GITHUB_OUTPUT; echo done",
    "{ npm test && echo ok=true; } >> $GITHUB_OUTPUT; echo done",
    "for one in a b; do npm test && echo ok=true >> $GITHUB_OUTPUT; done",
  ].map((line) => ({
    what: `an update that waits for a test whose failure is passed over: ${line}`,
    steps: run(line).replace("- run", "- id: check\n        run") + when("steps.check.outputs.ok == 'true'", up),
    code: "GP205",
  })),
  {
    what: "an update that waits for what a step says that may fail",
    steps:
      run("npm test; echo ok=true >> $GITHUB_OUTPUT").replace(
        "- run",
        "- id: check\n        continue-on-error: true\n        run",
      ) + when("steps.check.outputs.ok == 'true'", up),
    code: "GP205",
  },
  {
    what: "an update that waits for what an action says, whose failure is passed over",
    steps:
      "      - id: check\n        continue-on-error: true\n        uses: ./.github/actions/check\n" +
      when("steps.check.outputs.ok == 'true'", up),
    files: {
      ".github/actions/check/action.yml":
        "outputs:\n  ok: { value: '${{ steps.ok.outputs.ok }}' }\nruns:\n  using: composite\n  steps:\n    - { shell: bash, run: npm test }\n    - { shell: bash, id: ok, run: echo ok=true >> $GITHUB_OUTPUT }\n",
    },
    code: "GP205",
  },
  {
    what: "the first of two updates of one stack in a job, with unknown steps between them",
    steps: block(["pulumi up --yes -s acme/network/prod", "echo $GITHUB_SHA"], token) + run("make site") + up,
    code: "GP251",
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
    "stacks/Pulumi.prod.deploy.yaml": "settings: {}\n",
    "settings/Pulumi.yaml":
      "name: settings\nruntime: yaml\nresources:\n  a:\n    type: pulumiservice:DeploymentSettings\n    properties:\n      project: network\n",
    "settings/__main__.py": 'import pulumi_pulumiservice as ps\nps.DeploymentSettings("a", project="network")\n',
    "settings/main.go": "// pulumiservice\npulumiservice.NewDeploymentSettings(ctx, name, args)\n",
    "settings/index.ts": 'import * as s from "@pulumi/pulumiservice";\nnew s.DeploymentSettings("a", settings);\n',
  }).map(([path, text]) => ({ what: `settings in ${path}`, steps: up, files: { [path]: text }, code: "GP303" })),
  ...Object.entries({
    "a tag": "  tag: nightly\n",
    "another branch": "  sourceContext:\n    git:\n      branch: release\n",
    "another trigger's folders":
      "  gitHub:\n    repository: acme/network\n    deployCommits: true\n    paths: [infra/**]\n",
    "a variable": "  operationContext:\n    environmentVariables:\n      REGION: eu-west-1\n",
    "a secret in clear": "  operationContext:\n    environmentVariables:\n      KEY: { secret: hidden }\n",
    "a shell": "  operationContext:\n    options:\n      shell: zsh\n",
    "a key on no list": "  region: eu-west-1\n",
  }).map(([what, text]) => ({
    what: `a settings file with ${what}`,
    steps: up,
    files: { "Pulumi.prod.deploy.yaml": `settings:\n${text}` },
    code: "GP514",
  })),
  {
    what: "a settings file that a script pushes",
    steps: up,
    files: { "Pulumi.prod.deploy.yaml": "settings: {}\n", Makefile: "push:\n\tpulumi deployment settings push\n" },
    code: "GP514",
  },
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
  {
    what: "cells that share a concurrency group which a variable names",
    jobs: job("deploy", cell, cells("fail-fast: false\n    concurrency: deploy-${{ vars.GROUP }}")),
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
  { what: "a runner of another name", jobs: job("deploy", up).replace("latest", "vpc"), code: "GP226" },
  { what: "cells in an order", jobs: job("deploy", cell, cells("max-parallel: 1.0")), code: "GP207" },
  {
    what: "cells perhaps in an order",
    jobs: job("deploy", cell, cells("max-parallel: '${{ vars.N }}'")),
    code: "GP207",
  },
  {
    what: "a schedule in another time zone",
    on: "{ schedule: [{ cron: '0 9 * * *', timezone: Europe/Paris }] }",
    steps: up,
    code: "GP238",
  },
  {
    what: "a review of a pull request",
    on: "{ pull_request_review: { types: [submitted] } }",
    steps: up,
    code: "GP238",
  },
  {
    what: "paths that match nothing",
    on: "{ push: { branches: [main], paths: ['./infra/**'] } }",
    steps: up,
    code: "GP205",
  },
  { what: "branches that match nothing", on: "{ push: { branches: [main, '!main'] } }", steps: up, code: "GP205" },
  {
    what: "a word in the names of branches",
    on: "push",
    steps: when("contains(github.ref, 'hot')", up),
    code: "GP230",
  },
  {
    what: "an end of the names of branches",
    on: "push",
    steps: when("endsWith(github.ref_name, '-rel')", up),
    code: "GP230",
  },
  {
    what: "a pattern of a script for branches",
    on: "push",
    steps: cli(`if [[ "$GITHUB_REF_NAME" == rel* ]]; then ${update}; fi`),
    code: "GP230",
  },
  {
    what: "a branch's name cut in a script",
    on: "push",
    steps: cli(`B="\${GITHUB_REF##*/}"; case "$B" in main) ;; hotfix-*) ;; *) exit 0;; esac; ${update}`),
    code: "GP205",
  },
  {
    what: "a branch of a variable in a script",
    on: "push",
    steps: cli(`[ "$GITHUB_REF_NAME" = "$LIVE" ] || exit 0; ${update}`),
    code: "GP205",
  },
  { what: "drafts, by index", on: intoMain, steps: when("!github.event.pull_request['draft']", look), code: "GP236" },
  {
    what: "drafts, in capitals",
    on: intoMain,
    steps: when("GITHUB.EVENT.PULL_REQUEST.DRAFT == false", look),
    code: "GP236",
  },
  {
    what: "forks, by index",
    on: intoMain,
    steps: when("!github.event.pull_request.head['repo'].fork", look),
    code: "GP236",
  },
  {
    what: "labels, joined",
    on: intoMain,
    steps: when("!contains(join(github.event.pull_request.labels.*.name, ','), 'no-preview')", look),
    code: "GP205",
  },
  {
    what: "labels, as JSON",
    on: intoMain,
    steps: when("!contains(toJSON(github.event.pull_request.labels), 'no-preview')", look),
    code: "GP205",
  },
  {
    what: "labels in a script",
    on: intoMain,
    steps: cli(
      `L="\${{ join(github.event.pull_request.labels.*.name) }}"; if [[ "$L" == *skip* ]]; then exit 0; fi; ${preview}`,
    ),
    code: "GP205",
  },
  {
    what: "a person in a script",
    on: intoMain,
    steps: cli(`if [ "$GITHUB_ACTOR" != "dependabot[bot]" ]; then ${preview}; fi`),
    code: "GP236",
  },
  {
    what: "a person's name in a script, by expression",
    on: intoMain,
    steps: cli(`if [ "\${{ github.actor }}" = "octocat" ]; then exit 0; fi; ${preview}`),
    code: "GP205",
  },
  {
    what: "people by a pattern in a script",
    on: intoMain,
    steps: cli(`case "$GITHUB_ACTOR" in *bot*) exit 0;; esac; ${preview}`),
    code: "GP205",
  },
];
