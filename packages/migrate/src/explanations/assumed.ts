import { assumptions } from "../assumptions.ts";
import { byAnswer } from "./assumed-by-answer.ts";
import { onRunner } from "./assumed-on-runner.ts";
import {
  answered,
  beside,
  command,
  identified,
  job,
  jobs,
  look,
  previewAndUpdate,
  pullRequests,
  steps,
  up,
  type Example,
  type Explanation,
} from "./explanation.ts";

const byLabel = "{ pull_request: { branches: [main], types: [labeled] } }";
const tags = "{ push: { tags: ['v*'] } }";
const setup = "- uses: actions/setup-node@v4\n  with: { node-version: 22 }\n";
const lockfile = { "package.json": '{ "name": "network" }\n', "package-lock.json": "{}\n" };

const byClock = "{ schedule: [{ cron: '0 5 * * *' }] }";
const drift = (line: string, before = ""): Example =>
  steps(before + command(`${line} --stack acme/network/prod`), byClock);
const clockQuestion = "schedule/deploy.yml/deploy";
const role = (name: string): string =>
  "- uses: aws-actions/configure-aws-credentials@v4\n" +
  `  with: { aws-region: eu-west-1, role-to-assume: 'arn:aws:iam::111122223333:role/${name}' }\n`;
const ofPullRequest = (step: string): string =>
  step.replace("acme/network/prod", "'acme/network/pr-${{ github.event.number }}'");
const reviewStacks = answered(
  jobs(
    job("update", ofPullRequest(up.replace("up,", "up, upsert: true,")), "if: github.event.action != 'closed'\n") +
      job(
        "destroy",
        ofPullRequest(up.replace("command: up", "command: destroy, remove: true")),
        "if: github.event.action == 'closed'\n",
      ),
    "{ pull_request: { types: [opened, synchronize, closed] } }",
  ),
  "default-branch: main\n  review-stacks/network",
  "deployments",
);

/** What a verdict takes for granted: how to see that it is so, and a workflow whose proof says it. */
const rows: readonly (readonly [code: string, title: string, act: string, example: Example | undefined])[] = [
  // A workflow that is called is a second file, which no other example has.
  ["GP260", "callers in other repositories", "Look for them; none can use such a step.", undefined],
  [
    "GP261",
    "what a call says itself",
    "Look at the first deployment's role and commands.",
    identified(previewAndUpdate(role("read") + look, role("deploy") + up)),
  ],
  // A second plan shows it, where the first one's program is in the repository.
  ["GP511", "settings that were there before", "Take the workflow out, or the settings.", undefined],
  [
    "GP516",
    "a settings file that was pushed",
    "Compare the file with the stack's settings in Pulumi Cloud: `pulumi deployment settings get`.",
    beside(steps(up), {
      "Pulumi.prod.deploy.yaml":
        "settings:\n  sourceContext:\n    git:\n      branch: main\n  gitHub:\n    repository: acme/network\n    deployCommits: true\n",
    }),
  ],
  [
    "GP286",
    "a variable that is not set yet",
    "Leave PULUMI_DEPLOYMENTS_LIVE unset until the switch.",
    beside(steps(up), { "gha2pulumi.yaml": "answers:\n  phase: prepare\n  guard: 'yes'\n" }),
  ],
  ["GP601", "the settings are live", "Run the settings program with `live` set to true, and then merge.", steps(up)],
  ["GP602", "values are carried over", "Set each value that the plan lists under what you must do.", steps(up)],
  [
    "GP603",
    "a role in the place of keys",
    "Give the role the permissions of the keys, and the trust that the plan shows.",
    steps(
      `${up}  env: { AWS_ACCESS_KEY_ID: '\${{ secrets.KEY }}', AWS_SECRET_ACCESS_KEY: '\${{ secrets.SECRET }}' }\n`,
    ),
  ],
  ["GP604", "the Pulumi GitHub App", "Install it, and let it see this repository.", steps(up)],
  [
    "GP732",
    "commits that start no workflow",
    "Look for workflows that push to the branch (`git push`, actions that commit), and for `[skip ci]` in its history. Where such a commit must not be deployed, keep the workflow.",
    steps(up),
  ],
  [
    "GP605",
    "starts by hand",
    "Tell those who start it: `pulumi deployment run update`, or the button in Pulumi Cloud.",
    steps(up, "workflow_dispatch"),
  ],
  [
    "GP606",
    "starts by hand for a branch",
    "Give `--git-branch` when another branch is meant.",
    steps(up, "{ push: { branches: [release] }, workflow_dispatch: {} }"),
  ],
  // A condition on drafts holds the operation (GP236), and without one no draft is played by itself.
  ["GP607", "drafts", "Open a draft and look whether it is previewed.", undefined],
  ["GP608", "forks", "Keep previews off in a public repository until you know.", previewAndUpdate(look, up)],
  [
    "GP609",
    "dependencies",
    "Keep the lockfile beside the program.",
    beside(steps(setup + command("npm ci") + up), lockfile),
  ],
  [
    "GP610",
    "commands before an operation",
    "Look at the first deployment's log.",
    beside(steps(setup + command("npm ci") + command("npm run build") + up), {
      ...lockfile,
      "package.json": '{ "scripts": { "build": "tsc" } }\n',
    }),
  ],
  ["GP611", "versions of languages and tools", "Compare the versions in the first deployment's log.", steps(up)],
  [
    "GP612",
    "the stack, and what a deployment may do with it",
    "Look in Pulumi Cloud, and let the stack read what it refers to. Where previews have a token that only reads, keep their workflow: https://www.pulumi.com/docs/deployments/",
    steps(up),
  ],
  [
    "GP613",
    "the token of the run",
    "Compare the permissions of the job with those of the Pulumi GitHub App.",
    steps(`${up}  env: { GITHUB_TOKEN: '\${{ secrets.GITHUB_TOKEN }}' }\n`),
  ],
  [
    "GP614",
    "names that begin with a dot",
    "Name such folders in the filter if they matter.",
    steps(up, "{ push: { branches: [main], paths: ['infra/**'] } }"),
  ],
  [
    "GP615",
    "the branch of a schedule",
    "Answer `--answer default-branch=NAME`.",
    steps(up, "{ schedule: [{ cron: '0 3 * * *' }] }"),
  ],
  [
    "GP616",
    "pull requests into other branches",
    "Nothing, if nobody misses those previews; else `--answer previews.other-bases=keep`.",
    previewAndUpdate(look, up, "{ push: { branches: [main] }, pull_request: {} }"),
  ],
  [
    "GP617",
    "a preview on every commit",
    "Nothing: there are more previews than before.",
    previewAndUpdate(look, up, "{ push: { branches: [main] }, pull_request: { branches: [main], types: [opened] } }"),
  ],
  [
    "GP618",
    "actions without a commit",
    "Nothing: the last commit has a preview.",
    previewAndUpdate(
      look,
      up,
      "{ push: { branches: [main] }, pull_request: { branches: [main], types: [opened, synchronize, reopened, labeled] } }",
    ),
  ],
  [
    "GP619",
    "the branch of a stack that only previews",
    "Set the configuration value `branch` of the settings program.",
    steps(look, "pull_request"),
  ],
  [
    "GP620",
    "flags of one of the two",
    "Nothing, unless the preview needs the flag.",
    previewAndUpdate(look, up.replace("up,", "up, refresh: true,")),
  ],
  [
    "GP621",
    "previews that wait for tests",
    "Nothing: a preview changes nothing, and the tests stay.",
    jobs(
      job("test", command("npm test")) +
        job("preview", look, "if: github.event_name == 'pull_request'\nneeds: test\n") +
        job("update", up, "if: github.event_name == 'push'\n"),
      "{ push: { branches: [main] }, pull_request: { branches: [main] } }",
    ),
  ],
  [
    "GP622",
    "a step that asks Deployments",
    "Let the token of the step start deployments of the stack.",
    steps(up, tags),
  ],
  [
    "GP623",
    "the organisation of a call",
    "Set the repository variable `PULUMI_ORGANIZATION`.",
    steps(up.replace("acme/network/prod", "prod"), tags),
  ],
  [
    "GP730",
    "the tip of a branch",
    "Nothing to do; where an earlier job pushes to the branch and the deployment has to have that commit, keep the workflow.",
    steps("- uses: actions/checkout@v4\n  with: { ref: '${{ github.ref }}' }\n" + up),
  ],
  [
    "GP731",
    "inputs that an action does not have",
    "Look at the warning in the log of a run; nothing else is to do.",
    steps(up.replace("acme/network/prod", "acme/network/prod, working-directory: ./")),
  ],
  [
    "GP679",
    "a service account in the place of a federated principal",
    "Make a service account for the stack, give it the roles that the principal has (`principal://…`, `principalSet://…`), and set the value that asks for it.",
    identified(
      steps(
        `- uses: google-github-actions/auth@v2\n  with: { workload_identity_provider: projects/1/locations/global/workloadIdentityPools/p/providers/g }\n${up}`,
      ),
    ),
  ],
  [
    "GP691",
    "configuration that the stack's file says too",
    "Nothing to do; the file is where the value is changed.",
    beside(
      steps(up.replace("acme/network/prod", "acme/network/prod, config-map: '{network:region: {value: eu-west-1}}'")),
      { "Pulumi.prod.yaml": "config:\n  network:region: eu-west-1\n" },
    ),
  ],
  [
    "GP692",
    "a retry that is lost",
    "Look whether what made it fail is still so; a deployment that failed is started again in Pulumi Cloud, or by the next commit.",
    steps(command("for i in 1 2 3; do pulumi up --yes --stack acme/network/prod && break; done")),
  ],
  [
    "GP693",
    "a time limit that is lost",
    "Look at the first deployments, and cancel one that hangs in Pulumi Cloud: it holds back the next one of its stack.",
    steps(`${up}  timeout-minutes: 20\n`),
  ],
  [
    "GP694",
    "a summary that is lost",
    "Look whether somebody reads it before you merge; the deployments of the stack show the same.",
    steps(command('pulumi up --yes --stack acme/network/prod >> "$GITHUB_STEP_SUMMARY"')),
  ],
  [
    "GP695",
    "pushes that are all deployed",
    "Nothing, unless pushes come faster than they are deployed: cancel those that are overtaken in Pulumi Cloud, or set `skipIntermediateDeployments` where that may skip previews too.",
    jobs(
      job("preview", look, "if: github.event_name == 'pull_request'\n") +
        job("update", up, "if: github.event_name == 'push'\nconcurrency: prod\n"),
      "{ push: { branches: [main] }, pull_request: { branches: [main] } }",
    ),
  ],
  [
    "GP696",
    "a larger machine that is lost",
    "Ask whoever set the machine up whether it has fixed addresses that a firewall lets in, and look at the first deployments for what runs out of memory.",
    steps(up, undefined, "runs-on: ubuntu-latest-16-cores\n"),
  ],
  [
    "GP697",
    "a preview that is no longer waited for",
    "Nothing, if nobody looks at the preview before the update; else put the update behind an environment with reviewers, and answer `environments.protected` with it.",
    jobs(`${job("preview", look)}${job("update", up, "needs: preview\n")}`),
  ],
  [
    "GP698",
    "code of the repository that was not read",
    "Look into the module for `GITHUB_` and `RUNNER_`; what it reads, hand over as a configuration value or a variable.",
    beside(steps(up), { "index.ts": 'import { tag } from "../shared/tag";\n' }),
  ],
  [
    "GP699",
    "a build that was not read",
    "Look into the settings and the sources of the build for `GITHUB_`, `RUNNER_` and `CI`; what they read, hand over as a variable.",
    beside(steps(command("npm ci") + command("npm run build") + up), {
      "package.json": '{ "scripts": { "build": "vite build" } }\n',
    }),
  ],
  [
    "GP656",
    "a program that works with Pulumi Cloud",
    "Set `PULUMI_ACCESS_TOKEN` as a secret variable of the stack's deployments, with a token that may do what the program does.",
    beside(steps(up), { "index.ts": 'import * as service from "@pulumi/pulumiservice";\n' }),
  ],
  [
    "GP624",
    "a token for packages",
    "Set the secret that the plan lists, with a token that may read the packages.",
    beside(
      steps(
        "- uses: actions/setup-node@v4\n  with: { node-version: 22, registry-url: 'https://npm.pkg.github.com', scope: '@acme' }\n" +
          `${command("npm ci")}  env: { NODE_AUTH_TOKEN: '\${{ secrets.GITHUB_TOKEN }}' }\n${up}`,
      ),
      lockfile,
    ),
  ],
  [
    "GP625",
    "the commit of a pull request",
    "Nothing for a preview, unless the base branch has changes that the pull request needs. For an update, require branches to be up to date before they are merged.",
    previewAndUpdate(look, up),
  ],
  [
    "GP626",
    "unknown steps before a call",
    "Look once more at what those steps leave behind.",
    beside(steps(command("./prepare") + up), { "gha2pulumi.yaml": "answers:\n  leaves/deploy.yml/deploy: nothing\n" }),
  ],
  [
    "GP627",
    "comments on pull requests",
    "Let the Pulumi GitHub App comment.",
    steps(look.replace("preview,", "preview, comment-on-pr: true,"), byLabel),
  ],
  [
    "GP628",
    "the commit of a closed pull request",
    "Nothing, for a destroy: it removes what the state names.",
    steps(
      up.replace("command: up", "command: destroy").replace("prod", "preview"),
      pullRequests.replace("[main]", "[main], types: [closed]"),
    ),
  ],
  [
    "GP629",
    "how deep a deployment clones",
    "Nothing, unless the program asks git for commits or tags; then look at the first deployment.",
    steps("- uses: actions/checkout@v4\n  with: { fetch-depth: 0 }\n" + up),
  ],
  [
    "GP640",
    "settings that start nothing yet",
    "Run `pulumi up` as the files are, and leave `live` alone in the stack's configuration.",
    answered(steps(up), "phase", "prepare"),
  ],
  [
    "GP678",
    "the commit that is checked out",
    "Nothing, where `ref:` names what is in this repository.",
    steps("- uses: actions/checkout@v4\n  with: { ref: release }\n" + up),
  ],
  [
    "GP680",
    "what the program would change",
    "Nothing: commits are previewed by pull requests.",
    answered(drift("pulumi preview --refresh --expect-no-changes"), clockQuestion, "detect"),
  ],
  [
    "GP681",
    "a state that is not written",
    "Refresh by hand where drift is found.",
    answered(drift("pulumi refresh --yes --expect-no-changes"), clockQuestion, "detect"),
  ],
  [
    "GP682",
    "drift that fails",
    "Take a failed drift run for what it says.",
    answered(drift("pulumi refresh --preview-only"), clockQuestion, "detect"),
  ],
  [
    "GP683",
    "updates only where there is drift",
    "Let pushes deploy commits.",
    answered(drift("pulumi up --yes --refresh"), clockQuestion, "remediate"),
  ],
  [
    "GP684",
    "the subject of a drift run",
    "Look at the first drift run.",
    identified(drift("pulumi refresh --preview-only --expect-no-changes", role("look"))),
  ],
  ["GP685", "the clock of Deployments", "Look whether your edition has schedules.", steps(up, byClock)],
  ["GP686", "either day is enough", "Name one kind of day.", steps(up, "{ schedule: [{ cron: '0 5 1 * 1' }] }")],
  ["GP687", "review stacks", "Open a pull request, and look at its stack.", reviewStacks],
  ["GP688", "review stacks of other branches", "Nothing, if nobody misses them.", reviewStacks],
  ["GP689", "reopened pull requests", "Nothing: the stack is there sooner.", reviewStacks],
  ["GP690", "a destroy that finds nothing", "Delete its job once its stacks are gone.", reviewStacks],
];

/** What a verdict takes for granted: GP601 and after. */
export const assumed: readonly Explanation[] = [...rows, ...onRunner, ...byAnswer].map(
  ([code, title, act, example]) => ({
    code,
    title,
    means: `The proof takes for granted: ${assumptions.get(code) ?? ""}`,
    act,
    example,
  }),
);
