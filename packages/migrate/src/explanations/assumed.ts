import { assumptions } from "../assumptions.ts";
import {
  beside,
  command,
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

/** What a verdict takes for granted: how to see that it is so, and a workflow whose proof says it. */
const rows: readonly (readonly [code: string, title: string, act: string, example: Example | undefined])[] = [
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
  ["GP612", "the stack exists", "Look in Pulumi Cloud, and let the stack read what it refers to.", steps(up)],
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
    "the commit of a preview",
    "Nothing, unless the base branch has changes that the pull request needs.",
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
  // Their workflows are whole fixtures so far.
  ["GP260", "nobody else calls it", "Look whether other repositories call the workflow.", undefined],
  [
    "GP261",
    "what a step says over the settings",
    "Look at the first deployment's log: which role it took, and which commands it ran.",
    undefined,
  ],
  [
    "GP511",
    "settings that were there before",
    "Look at recent deployments: from now on only Deployments runs the operation.",
    undefined,
  ],
  ["GP680", "drift is compared with the state alone", "Nothing, as you answered.", undefined],
  ["GP681", "drift detection writes nothing", "Refresh or update the stack when drift is found.", undefined],
  ["GP682", "a drift run that fails", "Let those who watch it know.", undefined],
  ["GP683", "remediation where there is drift", "Nothing, as you answered.", undefined],
  ["GP684", "the token of a drift run", "Start one drift run by hand, and look whether it gets the role.", undefined],
  ["GP685", "schedules in Pulumi Cloud", "Look whether the organisation's edition has them.", undefined],
  ["GP686", "days of the month and of the week", "Name only one of the two, or watch the first starts.", undefined],
  ["GP687", "review stacks", "Open a pull request, and look at the stack it gets.", undefined],
  ["GP688", "review stacks into other branches", "Nothing, as you answered.", undefined],
  ["GP689", "a reopened pull request", "Nothing: it gets its stack sooner.", undefined],
  ["GP690", "a destroy that finds no stack", "Delete the workflow when its own stacks are gone.", undefined],
];

/** What a verdict takes for granted: GP601 and after. */
export const assumed: readonly Explanation[] = rows.map(([code, title, act, example]) => ({
  code,
  title,
  means: `The proof takes for granted: ${assumptions.get(code) ?? ""}`,
  act,
  example,
}));
