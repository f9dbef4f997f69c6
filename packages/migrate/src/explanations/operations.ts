import {
  beside,
  command,
  job,
  jobs,
  look,
  pullRequests,
  steps,
  up,
  workflow,
  workflowPath,
  type Explanation,
} from "./explanation.ts";

const calls = "Such an operation becomes a call where its step allows it.";

/** Why an operation cannot move as it is written: GP201 to GP229, GP248 to GP254, and GP270 to GP291. */
export const operations: readonly Explanation[] = [
  {
    code: "GP201",
    title: "an operation in a file that GitHub does not run",
    means: "What the text means is shown, but nothing is moved out of a file that does not work today.",
    act: "Mend the workflow, or delete it.",
    example: jobs(job("deploy", up, "needs: deploy\n")),
  },
  {
    code: "GP202",
    title: "an unknown operation",
    means:
      "Whether this is an update, a preview, a refresh or a destroy depends on something that is typed in or computed while the workflow runs.",
    act: "Write one step for each operation, each with its own `if:`.",
    example: steps(up.replace("command: up", "command: '${{ vars.COMMAND }}'")),
  },
  {
    code: "GP203",
    title: "an unknown project folder",
    means:
      "The folder is computed, leads out of the repository, has no Pulumi.yaml, or its Pulumi.yaml is of another project than the stack.",
    act: "Name the folder of the project with `work-dir`, `working-directory` or `--cwd`.",
    example: steps(up.replace("network/prod }", "network/prod, work-dir: '${{ vars.FOLDER }}' }")),
  },
  {
    code: "GP204",
    title: "an unknown stack",
    means: "No file says which stack is meant.",
    act: "Answer the question with `--answer KEY=STACK` or in gha2pulumi.yaml; where several branches start the operation, with a stack for each: `main=prod, dev=dev`. A repository variable can be answered as `vars.NAME`. A name that is another in each run (typed in, an event's number, an item of a list, what a script decides) is not asked for: no answer is right for all of them, and what runs on it stays.",
    example: steps(up.replace("acme/network/prod", "'${{ vars.STACK }}'")),
  },
  {
    code: "GP205",
    title: "a condition that no file decides",
    means:
      "An `if:`, a matrix or a script decides while it runs whether this happens. Deployments would do it always, or never. What no event of the workflow reaches goes where all else of its job moves; what `if: false` or a variable of the file switches off stays.",
    act: "Leave it in the workflow, or take the condition out.",
    example: steps(up.replace("- uses", "- if: vars.DEPLOY == 'yes'\n  uses")),
  },
  {
    code: "GP206",
    title: "a GitHub environment",
    means:
      "An environment may have reviewers, a wait timer or a branch policy. Deployments has no approval, so it counts as a gate until you say which environments are protected.",
    act: "Answer `--answer environments.protected=none`, or with their names.",
    example: steps(up, undefined, "environment: production\n"),
  },
  {
    code: "GP207",
    title: "something it waits for",
    means: `Other jobs, steps or operations have to be done first. Deployments would start at once. ${calls}`,
    act: "Nothing, where it becomes a call: the workflow keeps the gate and asks Deployments to run.",
    example: jobs(job("test", command("npm test")) + job("deploy", up, "needs: test\n")),
  },
  {
    code: "GP208",
    title: "a step, or a call, it shares",
    means:
      "Operations of one step, or of one call of a workflow, go or stay together, because that is one piece of the file. So does a refresh, or a preview, with the update behind it; the update may move alone where its preview stays.",
    act: "Give each operation a step of its own.",
    example: beside(
      steps(
        up.replace("acme/network/prod", "'acme/network/${{ matrix.stack }}'"),
        undefined,
        "strategy: { matrix: { stack: [dev, prod] } }\n",
      ),
      { "Pulumi.dev.deploy.yaml": "settings:\n  tag: nightly\n" },
    ),
  },
  {
    code: "GP209",
    title: "a part that cannot be taken out alone",
    means:
      "What stays in the job relies on the step, or the job is a call of a reusable workflow of which only a part would move.",
    act: `Give the operation a job of its own, with what it needs. ${calls}`,
    example: steps(
      up.replace("- uses", "- if: github.event_name == 'push'\n  uses") +
        command("pulumi stack output url -s acme/network/prod\n  if: github.event_name == 'schedule'"),
      "{ push: { branches: [main] }, schedule: [{ cron: '0 3 * * *' }] }",
    ),
  },
  {
    code: "GP210",
    title: "state outside Pulumi Cloud",
    means: "Deployments only works with stacks in Pulumi Cloud.",
    act: "Moving state is a step of its own: https://www.pulumi.com/docs/iac/concepts/state-and-backends/",
    example: steps(command("pulumi login s3://acme-state") + up),
  },
  {
    code: "GP211",
    title: "an unknown backend",
    means:
      "The login URL is a variable or a secret, or one of a Pulumi Cloud that somebody runs; whether it has Deployments cannot be told.",
    act: "Write the URL into Pulumi.yaml as `backend.url`, if it is Pulumi Cloud.",
    example: steps(command("pulumi login '${{ vars.BACKEND }}'") + up),
  },
  {
    code: "GP212",
    title: "steps behind it",
    means: `Later steps of the job use its outcome, or run when it fails. Deployments has no steps behind an operation. ${calls}`,
    act: "Nothing, where it becomes a call.",
    example: steps(up + command("./tell.sh\n  if: failure()")),
  },
  {
    code: "GP213",
    title: "jobs or workflows behind it",
    means: `Something in the repository starts when this is done. ${calls}`,
    act: "Nothing, where it becomes a call.",
    example: jobs(job("deploy", up) + job("smoke", command("./smoke.sh"), "needs: deploy\n")),
  },
  {
    code: "GP214",
    title: "a flag without a counterpart",
    means:
      "Deployment settings cannot say --target, --replace, config overrides, policy packs, saved plans and the like.",
    act: "Take the flag out if it is not needed; else the operation stays.",
    example: steps(up.replace("network/prod }", "network/prod, target: 'urn:x' }")),
  },
  {
    code: "GP215",
    title: "a value that changes from run to run",
    means:
      "An environment variable or a role holds the commit, a run number or the output of a step. Settings are the same for every run.",
    act: "Read the commit from Pulumi's own metadata in the program, or leave the operation in the workflow.",
    example: steps(`${up}  env: { VERSION: '\${{ github.run_number }}' }\n`),
  },
  {
    code: "GP216",
    title: "credentials that only the job fetches",
    means: "Credentials come from a file, from another system or from an ESC environment that the workflow opens.",
    act: "Import the ESC environment in the stack's own file, and the operation can move.",
    example: steps(command("pulumi env run acme/prod -- pulumi up --yes -s acme/network/prod")),
  },
  {
    code: "GP217",
    title: "stacks that are created with a computed name",
    means: "Deployments does not create stacks, and no list of these names exists in the files.",
    act: "Leave it in the workflow, or look at review stacks: https://www.pulumi.com/docs/deployments/deployments/review-stacks/",
    example: steps(
      up.replace("acme/network/prod }", "'acme/network/pr-${{ github.event.number }}', upsert: true }"),
      "pull_request",
    ),
  },
  {
    code: "GP218",
    title: "a file that cannot be edited safely",
    means:
      "The edit was tried and given up, for the reason in the message: an anchor, a duplicate key or a difference after reading the result again.",
    act: "Write the anchor out where it is used, and plan again.",
    example: jobs(
      job("deploy", up, "env: &region { AWS_REGION: eu-west-1 }\n") +
        job("lint", command("npx eslint ."), "env: *region\n"),
    ),
  },
  {
    code: "GP219",
    title: "a program that may run Pulumi",
    means:
      "A program or action that is not in the repository, or that nobody can read, is handed a Pulumi token, has Pulumi in its name, or is the only thing that a job installs Pulumi for. What it does is not known, so it stays as it is.",
    act: "Describe a wrapper of your own under `wrappers:` in gha2pulumi.yaml.",
    example: steps("- uses: acme/pulumi-deploy@v1\n"),
  },
  {
    code: "GP220",
    title: "an identity that changes from run to run",
    means:
      "The role, or another value of a login, is the output of a step or depends on the run. Settings take one role for every run. A role of AWS can be asked for by a step of the workflow; other logins stay.",
    act: "Write the role, or a repository variable that holds it.",
    example: steps(
      "- id: who\n  run: ./who.sh >> $GITHUB_OUTPUT\n- uses: aws-actions/configure-aws-credentials@v4\n" +
        "  with: { aws-region: eu-west-1, role-to-assume: '${{ steps.who.outputs.role }}' }\n" +
        up,
    ),
  },
  {
    code: "GP221",
    title: "a step before it whose effect is not known",
    means:
      "Nobody has shown that the action or command works inside a deployment, or that the operation can do without it.",
    act: "If Pulumi needs nothing it leaves behind, or it does the same inside a deployment, answer the question of the plan; else the operation stays.",
    example: steps(command("./prepare") + up),
  },
  {
    code: "GP222",
    title: "configuration written by the workflow",
    means: "`pulumi config set` before an operation makes its configuration depend on the run.",
    act: "Put fixed values into the stack's file or into ESC, and the operation can move.",
    example: steps(command("pulumi config set image app:${{ github.sha }} -s acme/network/prod") + up),
  },
  {
    code: "GP223",
    title: "changes of state",
    means: "`pulumi state` and the like change what a stack is, `pulumi config rm` its file. No setting says that.",
    act: "Leave it in the workflow. Configuration that nobody needs can be taken out of the stack's file itself.",
    example: steps(command("pulumi cancel --yes -s acme/network/prod") + up),
  },
  {
    code: "GP224",
    title: "a login without a counterpart",
    means: "The step leaves files or values behind that deployment settings cannot produce.",
    act: "Log in by OpenID Connect, or through an ESC environment in the stack's own file.",
    example: steps(
      "- uses: hashicorp/vault-action@v3\n  with: { url: 'https://vault.acme.test', secrets: 'kv/data/acme *' }\n" + up,
    ),
  },
  {
    code: "GP225",
    title: "role chaining",
    means:
      "One identity assumes a second role, a session is narrowed, a variable of the step logs in as somebody else than the login before it, or whether a login is made, or which of two counts, is decided while it runs. " +
      "Settings take one role per cloud.",
    act: "Let the last role trust Pulumi's issuer itself, and log in to that one.",
    example: steps(
      "- uses: aws-actions/configure-aws-credentials@v4\n  with:\n    aws-region: eu-west-1\n" +
        "    role-to-assume: arn:aws:iam::111122223333:role/deploy\n    role-chaining: true\n" +
        up,
    ),
  },
  {
    code: "GP226",
    title: "a runner without a counterpart",
    means: "Deployments runs in a hosted Linux container: no other systems, no service containers, no job containers.",
    act: "What runs on a runner that GitHub does not host moves once you name a pool of customer-managed agents for it, or say `hosted`: then Pulumi's own runners take its place.",
    example: steps(up, undefined, "runs-on: windows-latest\n"),
  },
  {
    code: "GP227",
    title: "variables of commands before it",
    means:
      "Commands before the operation see other values than the operation itself, or the run's own token. A deployment has one environment for all of them.",
    act: "Set the variable for the whole job, if the operation may see it too.",
    example: steps(
      `${command("npm ci")}  env: { KEY: '\${{ secrets.ONE }}' }\n${up}  env: { KEY: '\${{ secrets.OTHER }}' }\n`,
    ),
  },
  {
    code: "GP228",
    title: "another checkout",
    means:
      "The workflow checks out something else than the repository, or not all of it. A deployment clones the repository and nothing else.",
    act: "Leave it in the workflow, or take the other checkout out.",
    example: steps("- uses: actions/checkout@v4\n  with: { repository: acme/charts, path: charts }\n" + up),
  },
  {
    code: "GP229",
    title: "something that is done before it",
    means: `A step before the operation builds an image, pushes it, checks something or tells somebody. Deployments would start at once and not wait for that. ${calls}`,
    act: "Nothing, where it becomes a call behind those steps.",
    example: steps(command("docker push acme/app:v1") + up),
  },
  {
    code: "GP248",
    title: "a failure that is passed over",
    means:
      "`continue-on-error` lets the job or the workflow go on when the operation fails. A deployment that fails has failed.",
    act: "Take it out if a failure should be seen.",
    example: steps(command("pulumi up --yes -s acme/network/prod || true")),
  },
  {
    code: "GP249",
    title: "a confirmation nobody gives",
    means:
      "Outside a terminal the CLI refuses to change a stack without `--yes` or `--skip-preview`. The workflow has never done it; a deployment would.",
    act: "Add `--yes` if it is meant to run, or delete the step.",
    example: steps(command("pulumi up -s acme/network/prod")),
  },
  {
    code: "GP250",
    title: "a file that a program writes",
    means: "The comment at its top says that the workflow is generated. An edit would be undone the next time.",
    act: "Move the operation in what generates the file.",
    example: workflow(`# Code generated by acme-gen. DO NOT EDIT.\n${steps(up).files[workflowPath]}`),
  },
  {
    code: "GP251",
    title: "an operation that cannot become a call",
    means:
      "The workflow would keep its gates and ask Deployments to run the operation, but the step, its job or the values it uses do not allow that, for the reason in the message.",
    act: "Take out what the message names, or leave the operation in the workflow.",
    example: steps(command("timeout 60 pulumi up --yes -s acme/network/prod"), "{ push: { tags: ['v*'] } }"),
  },
  {
    code: "GP252",
    title: "unknown steps that leave nothing behind",
    means:
      "What a step before the operation does is not known, and you said that Pulumi needs nothing it leaves on the runner.",
    act: "Nothing: the step stays whole, a deployment runs no line of it, and a call waits for it.",
    example: beside(steps(command("./prepare") + up), {
      "gha2pulumi.yaml": "answers:\n  leaves/deploy.yml/deploy: nothing\n",
    }),
  },
  {
    code: "GP253",
    title: "a secret written out",
    means:
      "Something in the workflow looks like a key, a token or a password. It would be copied into the settings program and into plans.",
    act: "Make it a secret, with a new value, and plan again.",
    example: steps(`${up}  env: { DB_PASSWORD: correct-horse-battery }\n`),
  },
  {
    code: "GP254",
    title: "a stack that is removed",
    means:
      "A destroy with `remove` deletes the stack, and with it its deployment settings: nothing would start the stack's other operations any more. And settings say once for every destroy of a stack whether it is removed.",
    act: "All operations of the stack stay. Take `remove` out if the stack is to be used again.",
    example: steps(up.replace("command: up", "command: destroy, remove: true") + up),
  },
  {
    code: "GP270",
    title: "a required check that would vanish",
    means:
      "The operation could move and its job go, and with the job its check. You said that this check is required (`checks.required`), or a file of the repository names it: settings and rulesets of branches, a condition of Mergify, a step that waits for a check. Whoever waits would wait for ever. What a file says counts also where the answer is `none` or names other checks. Where the step allows it, the job stays, gives the check, and asks Deployments to run the operation.",
    act: "Take the check out of the branch protection rule or ruleset and change `checks.required`, take it out of the file, or accept the loss with `--accept GP270`.",
    example: beside(steps(look, pullRequests), { "gha2pulumi.yaml": "answers:\n  checks.required: deploy\n" }),
  },
  {
    code: "GP277",
    title: "a call that keeps its token",
    means:
      "You asked for calls to log in by OIDC (`call.login`). This one goes on with the token it has: its job's permissions are not written and would change, or cannot have one added, or other commands use that token.",
    act: "Write the job's `permissions:` out, or answer `workflow-permissions`; or leave it.",
    example: beside(steps(up, "{ push: { tags: ['v*'] } }"), { "gha2pulumi.yaml": "answers:\n  call.login: oidc\n" }),
  },
  {
    code: "GP285",
    title: "another revision",
    means: `The workflow checks out another branch, tag or commit than the one of the event, by \`ref:\`. Deployments takes that of the event. ${calls}`,
    act: "Nothing, where it becomes a call: it asks for the commit that is checked out.",
    example: steps("- uses: actions/checkout@v4\n  with: { ref: release }\n" + up),
  },
  {
    code: "GP287",
    title: "a workflow without a guard",
    means:
      "A guard (`--guard`) in front of what moves lets one repository variable stop the workflows before the merge. In this file it has no place, or would also skip what stays. Nothing else changes: the file is switched by the merge alone, with the window that the switch names.",
    act: "Nothing, or write the condition by hand.",
    example: beside(steps(up, "{ push: { branches: [main] } }", "if: ${{ github.event_name }} == 'push'\n"), {
      "gha2pulumi.yaml": "answers:\n  phase: prepare\n  guard: 'yes'\n",
    }),
  },
  {
    code: "GP288",
    title: "a guard on what stays",
    means:
      "When it was prepared, this job or step was going to move, and got a guard. By now it stays, and the switch sets the guard's variable: it would run nowhere. So nothing is switched.",
    act: "Take the guard out of what stays, and plan again.",
    example: beside(
      steps(
        up,
        "{ push: { branches: [main] }, workflow_dispatch: {} }",
        "environment: production\nif: vars.PULUMI_DEPLOYMENTS_LIVE != 'true'\n",
      ),
      {
        "gha2pulumi.yaml": "answers:\n  phase: switch\n",
      },
    ),
  },
  {
    code: "GP289",
    title: "a switch that waits for an answer",
    means:
      "Checks go away with their jobs, and pull requests may have them today. No file tells whether a branch protection rule or a ruleset requires one: with it gone, every pull request would wait for it for ever. So `--phase switch` writes nothing until somebody says. Without phases there is no such wait: the plan lists the checks, and its pull request is where to look.",
    act: "Answer `checks.required` with `none`, or with the names of those that are required: their jobs stay.",
    example: beside(steps(look, pullRequests), { "gha2pulumi.yaml": "answers:\n  phase: switch\n" }),
  },
  {
    code: "GP290",
    title: "a plan that can be applied",
    means: "Operations move or become calls. In SARIF this is one result, and its fix is the whole plan.",
    act: "Read the plan, then run `gha2pulumi migrate`.",
    example: undefined,
  },
  {
    code: "GP291",
    title: "rules about checks that cannot be read",
    means:
      "A file that may name checks as required, or a step that waits for one, is not valid, goes on in another repository, or names them in a way that only its own program understands. Checks go away with their jobs, and one of them may be meant.",
    act: "Look there for the checks that the plan lists; answer `checks.required` with those that are named.",
    example: beside(steps(look, pullRequests), {
      ".github/settings.yml": "_extends: .github\nbranches: []\n",
    }),
  },
];
