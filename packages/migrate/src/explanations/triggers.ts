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
  identified,
  type Explanation,
} from "./explanation.ts";

const one = "A stack has one";
const calls = "Such an operation becomes a call where its step allows it.";
const role = (name: string): string =>
  "- uses: aws-actions/configure-aws-credentials@v4\n" +
  `  with: { aws-region: eu-west-1, role-to-assume: 'arn:aws:iam::111122223333:role/${name}' }\n`;

const key = (event: string, name: string): string =>
  `- if: github.event_name == '${event}'\n  uses: aws-actions/configure-aws-credentials@v4\n` +
  `  with: { aws-region: eu-west-1, aws-access-key-id: '\${{ secrets.KEY_${name} }}', aws-secret-access-key: '\${{ secrets.SECRET_${name} }}' }\n`;

/** Why Deployments would not start an operation as the workflow does: GP230 to GP247, GP255, GP525 and GP526. */
export const triggers: readonly Explanation[] = [
  {
    code: "GP230",
    title: "pushes to several branches",
    means: `${one} branch. ${calls}`,
    act: "Give each branch its own stack, or leave the workflow in place.",
    example: steps(up, "push"),
  },
  {
    code: "GP231",
    title: "a push that does not update",
    means: `Deployments answers a push with an update and nothing else. ${calls}`,
    act: "Nothing, where it becomes a call.",
    example: steps(look),
  },
  {
    code: "GP232",
    title: "a tag",
    means: `Tag triggers exist in Pulumi Cloud, but version 1.3.0 of its provider cannot declare them. ${calls}`,
    act: "Nothing, where it becomes a call.",
    example: steps(up, "{ push: { tags: ['v*'] } }"),
  },
  {
    code: "GP233",
    title: "other pull request actions",
    means:
      "Deployments previews pull requests when they are opened and on new commits. A workflow that hears only labels, reviews or closing means something else.",
    act: "Nothing, where it becomes a call; or hear the default actions.",
    example: steps(look, "{ pull_request: { branches: [main], types: [labeled] } }"),
  },
  {
    code: "GP234",
    title: "pull requests into other branches",
    means:
      "Deployments previews only pull requests into the stack's own branch. Where a workflow previews those into any branch, it means every branch that is known: the default one, and those that filters and conditions of workflows with Pulumi name. Where the stack has the default branch, or nothing names another, the others are given up (GP616 says so) unless `--answer previews.other-bases=keep`.",
    act: "Where it means several branches, it stays unless `--answer previews.other-bases=drop`. Where the stack's branch is the default one, `--answer default-branch=NAME` says so.",
    example: steps(look, "{ pull_request: { branches: [main, next] } }"),
  },
  {
    code: "GP235",
    title: "a pull request that changes a stack",
    means: "Deployments only previews pull requests. Review stacks are the nearest thing, and they are not the same.",
    act: "Leave it in the workflow, or look at review stacks: https://www.pulumi.com/docs/deployments/deployments/review-stacks/",
    example: steps(up, pullRequests),
  },
  {
    code: "GP440",
    title: "an update of what a pull request would be merged to",
    means:
      "The workflow updates a stack for open pull requests, on GitHub's trial merge of their head into the base branch: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request. No branch holds that commit, so a deployment can only run the head, and where that is behind its base, the update takes away what was merged to the base since.",
    act: "`--answer pull-request-head/FILE/JOB=head` where a rule requires branches to be up to date, or where the stack is one for trying out. Else leave it in the workflow.",
    example: steps(up, "{ pull_request: { branches: [main] } }"),
  },
  {
    code: "GP236",
    title: "pull requests that are left out",
    means:
      "A condition leaves out drafts, forks, authors or labels. Deployments does not, and a preview runs with the stack's credentials.",
    act: "Take the condition out if such pull requests may be previewed.",
    example: steps(look, pullRequests, "if: github.event.pull_request.draft == false\n"),
  },
  {
    code: "GP237",
    title: "values typed in by hand",
    means: `A deployment started by hand runs the settings as they are. ${calls}`,
    act: "Leave it in the workflow, or take the input out.",
    example: steps(
      `${up}  env: { IMAGE: '\${{ inputs.image }}' }\n`,
      "{ workflow_dispatch: { inputs: { image: { type: string } } } }",
    ),
  },
  {
    code: "GP238",
    title: "an event Deployments does not hear",
    means: `Releases, other workflows, comments, merge queues and calls from other repositories start nothing there, and its schedules are in UTC. ${calls}`,
    act: "Nothing, where it becomes a call.",
    example: steps(up, "{ release: { types: [published] } }"),
  },
  {
    code: "GP239",
    title: "a workflow for other repositories",
    means: "Who calls it is not in the files, so it stays.",
    act: "Move the callers.",
    example: steps(up, "workflow_call"),
  },
  {
    code: "GP240",
    title: "path filters that mean something else",
    means:
      "In Deployments an exclude always wins and only `*` and `**` are documented. Filters that rely on order or other signs are not translated.",
    act: "Write the filter with plain folders and `**`.",
    example: steps(up, "{ push: { branches: [main], paths: ['infra/**', '!infra/docs/**', 'infra/docs/api/**'] } }"),
  },
  {
    code: "GP241",
    title: "another folder",
    means: "All operations of a stack run in one folder.",
    act: "Use the same folder, or give the other program its own stack.",
    example: beside(
      previewAndUpdate(look.replace("preview,", "preview, work-dir: copy,"), up.replace("up,", "up, work-dir: infra,")),
      {
        "infra/Pulumi.yaml": "name: network\nruntime: nodejs\n",
        "copy/Pulumi.yaml": "name: network\nruntime: nodejs\n",
      },
    ),
  },
  {
    code: "GP242",
    title: "another role",
    means: `${one} role per cloud for all operations. Letting a preview take the role of an update would give pull requests the power to deploy. Its workflow goes on asking for it, with its own role in AWS, and each role lets in only the operations that take it; in other clouds it stays, and so does one with another key: which key it is, the name of its secret says, and its GitHub environment.`,
    act: "Nothing; where an environment has no secrets of its own, answer `--answer environments.secrets=none`; or move the preview to a stack of its own.",
    example: identified(previewAndUpdate(role("read") + look, role("deploy") + up)),
  },
  {
    code: "GP243",
    title: "another environment",
    means: `${one} set of environment variables for all operations. ${calls}`,
    act: "Nothing, where it becomes a call; or set the same variables for both.",
    example: previewAndUpdate(`${look}  env: { LOG_LEVEL: debug }\n`, `${up}  env: { LOG_LEVEL: warning }\n`),
  },
  {
    code: "GP244",
    title: "other commands before it",
    means: `${one} list of commands that run before every operation. A step that asks for it can send its own.`,
    act: "Run the same commands before both.",
    example: beside(previewAndUpdate(look, command("npm run build") + up), {
      "package.json": '{ "scripts": { "build": "tsc" } }\n',
    }),
  },
  {
    code: "GP245",
    title: "another version of the CLI",
    means: `${one} image for all operations.`,
    act: "Pin the same version for both.",
    example: previewAndUpdate(look.replace("preview,", "preview, pulumi-version: 3.100.0,"), up),
  },
  {
    code: "GP246",
    title: "another path filter",
    means: `${one} list of paths for updates and previews alike. ${calls}`,
    act: "Nothing, where it becomes a call; or use the same filter.",
    example: previewAndUpdate(
      look,
      up,
      "{ push: { branches: [main], paths: ['infra/**'] }, pull_request: { branches: [main], paths: ['policy/**'] } }",
    ),
  },
  {
    code: "GP247",
    title: "a schedule of another branch",
    means:
      "GitHub runs schedules on the default branch. A stack's schedules run on the stack's own branch, so a stack that is updated from another branch cannot take this one over.",
    act: "Nothing, where it becomes a call.",
    example: beside(steps(up, "{ push: { branches: [release] }, schedule: [{ cron: '0 3 * * *' }] }"), {
      "gha2pulumi.yaml": "answers:\n  default-branch: main\n",
    }),
  },
  {
    code: "GP255",
    title: "another runner",
    means: `${one} pool of agents, or none, for all operations.`,
    act: "Run both on the same kind of runner.",
    example: beside(
      jobs(
        job("update", up, "if: github.event_name == 'push'\nruns-on: self-hosted\n") +
          job("preview", look, "if: github.event_name == 'pull_request'\n"),
        "{ push: { branches: [main] }, pull_request: { branches: [main] } }",
      ),
      { "gha2pulumi.yaml": "answers:\n  agent-pool/self-hosted: 0b9f2c1e-3d4a-4c5b-8e6f-7a8b9c0d1e2f\n" },
    ),
  },
  {
    code: "GP265",
    title: "files before it that its program cannot reach",
    means:
      "A step before the operation leaves nothing but files on the runner, outside the project's folder. The program is in the repository, and nothing it imports or says can read a file there, so Pulumi does without them. The step stays, and a call waits for it.",
    act: "Nothing.",
    example: undefined,
  },
  {
    code: "GP280",
    title: "a look for drift by the clock",
    means:
      "Deployments has drift schedules: a refresh that only previews, and fails on any change. Where the workflow does exactly that, it moves. Where it also compares the program, writes the state, or passes whatever it finds, it is asked whether that may end. Azure has to name every operation in a credential, and that of a drift run is documented nowhere.",
    act: "Answer `schedule/<workflow file>/<job>` with `detect` or `keep`.",
    example: steps(
      command("pulumi preview --refresh --expect-no-changes --stack acme/network/prod"),
      "{ schedule: [{ cron: '0 5 * * *' }] }",
    ),
  },
  {
    code: "GP281",
    title: "an update by the clock that refreshes",
    means: "It takes back by itself whatever was changed by hand.",
    act: "Answer `schedule/<workflow file>/<job>`: `update` every time, `remediate` only where there is drift, or `keep`.",
    example: steps(up.replace("command: up", "command: up, refresh: true"), "{ schedule: [{ cron: '0 5 * * *' }] }"),
  },
  {
    code: "GP282",
    title: "a schedule that means something else there",
    means: `Both are five cron fields in UTC, and what both documents say is taken over: numbers, lists, ranges and steps; names of months and weekdays become numbers. Signs beyond that (\`@daily\`, \`7/10\`, \`L\`) are not, nor is a schedule that GitHub cuts down to one start in five minutes. ${calls}`,
    act: "Nothing, where it becomes a call; or write the schedule plainly.",
    example: steps(up, "{ schedule: [{ cron: '7/10 * * * *' }] }"),
  },
  {
    code: "GP283",
    title: "a stack for each pull request",
    means:
      "Deployments makes review stacks: from a template stack `pr` with its configuration, updated with each commit, destroyed with the pull request. They are not the same: Pulumi names them, pull requests into other branches get none, and a reopened one gets its own at once. It is not asked where it would not work: other roles for destroying, guards, tests behind the update, clouds that compare whole subjects.",
    act: "Answer `review-stacks/<project>` with `deployments` or `keep`.",
    example: undefined,
  },
  {
    code: "GP284",
    title: "a destroy that drains",
    means:
      "Review stacks take over for new pull requests. Those that are open have stacks that the workflow made, and only it knows their names, so its destroy stays.",
    act: "Delete it when none of them is left.",
    example: undefined,
  },
  {
    code: "GP525",
    title: "another key on another event",
    means:
      "Operations of one stack log in to one cloud with different keys, on one event with these and on another with those: perhaps to two accounts. A role stands in the place of a key, and a stack has one.",
    act: "Give each account a stack of its own, or log in with roles.",
    example: steps(key("push", "STAGING") + key("release", "PRODUCTION") + up, "{ push: {}, release: {} }"),
  },
  {
    code: "GP526",
    title: "two jobs that ask for the same",
    means: `An event starts the same operation of the same stack twice, and settings start one deployment for it. ${calls}`,
    act: "Nothing, where they become calls; or take one of them out.",
    example: jobs(job("network", up) + job("again", up)),
  },
  {
    code: "GP746",
    title: "a trigger that starts nothing any more",
    means:
      "All jobs that the trigger reached have moved, and what is left of the workflow has conditions that leave it out: GitHub goes on starting a run for it, in which every job is skipped. It stays, because a check that is skipped counts as passed where a rule requires it, and one that no run gives is waited for.",
    act: "Take the trigger out of `on:` by hand where no required check comes from it.",
    example: jobs(
      job("deploy", up, "if: github.event_name == 'workflow_dispatch'\n") +
        job("test", command("npm test"), "if: github.event_name == 'pull_request'\n"),
      "{ pull_request: { branches: [main] }, workflow_dispatch: {} }",
    ),
  },
];
