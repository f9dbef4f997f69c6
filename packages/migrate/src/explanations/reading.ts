import {
  after,
  beside,
  command,
  identified,
  type Explanation,
  job,
  jobs,
  look,
  pullRequests,
  steps,
  up,
  workflow,
  workflowPath,
} from "./explanation.ts";

const odd = "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pulumi up --yes\n";

const login =
  "- uses: aws-actions/configure-aws-credentials@v4\n  with: { role-to-assume: 'arn:aws:iam::111122223333:role/network-deploy', aws-region: eu-west-1 }\n";
const policy =
  '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": { "StringLike": { "token.actions.githubusercontent.com:sub": "repo:acme/network:*" } } }] }';

/** Files that are not read as they are meant: GP1xx, and settings of the repository: GP3xx. */
export const reading: readonly Explanation[] = [
  {
    code: "GP101",
    title: "a workflow that GitHub does not run",
    means: "The file does not parse, has no trigger, or its jobs wait for themselves. GitHub ignores such a file.",
    act: "It is kept as it is. Mend it and plan again, or delete it.",
    example: workflow(odd.replace("steps:\n", "needs: deploy\n    steps:\n")),
  },
  {
    code: "GP102",
    title: "a workflow that is read, and not edited",
    means: "Duplicate keys, merge keys or a `!tag` mean something else to GitHub than to other readers of YAML.",
    act: "What can be read is shown, and the file is not edited. Write each key once, and plan again.",
    example: workflow(odd.replace("runs-on", "name: one\n    name: two\n    runs-on")),
  },
  {
    code: "GP103",
    title: "a workflow that is too large to be read",
    means:
      "With its matrices and everything it calls, the workflow has thousands of steps, or a script, a filter or a list of filters that nobody wrote by hand. Reading what it means would take too long.",
    act: "It is kept as it is, and nothing in it is moved or counted. Split it if it runs Pulumi.",
    example: after(steps(up), `for i in $(seq 400); do echo '      - run: make' >> ${workflowPath}; done`),
  },
  {
    code: "GP428",
    title: "a page that shows a trust policy",
    means:
      "A README or another page shows the policy of a role that GitHub takes. Nothing reads it there, so that it is found and not changed.",
    act: "Bring it up to date once the role has changed. If it is the role's policy as it is, answer `trust-policy.<role>` with the page's path.",
    example: identified(beside(steps(login + up), { "README.md": `# Network\n\n~~~json\n${policy}\n~~~\n` })),
  },
  {
    code: "GP301",
    title: "a settings program that is left alone",
    means: "The settings program cannot say what is needed, or nothing can be added safely to the one that exists.",
    act: "The message says why. Move the folder away, or add to it by hand what the plan shows.",
    example: beside(steps(up), { "deployment-settings/Pulumi.yaml": "name: other\nruntime: go\n" }),
  },
  {
    code: "GP302",
    title: "settings that cannot be read",
    means: "A settings program of the repository uses something that is not read, such as a loop or a call.",
    act: "It is left as it is, and the proof does not count on it. Write the settings out, or check that stack by hand.",
    example: beside(steps(up), {
      "deployment-settings/Pulumi.yaml": "name: deployment-settings\nruntime: nodejs\n",
      "deployment-settings/index.ts":
        'import * as service from "@pulumi/pulumiservice";\n\nfor (const stack of ["dev", "prod"])\n' +
        '  new service.DeploymentSettings(stack, { organization: "acme", project: "network", stack });\n',
    }),
  },
  {
    code: "GP303",
    title: "settings in another notation",
    means:
      "A program outside deployment-settings/, or a settings file of no project, declares the settings of this stack or of one it does not name, and this tool cannot continue it. Whoever writes last would win, so nothing of the stack is moved.",
    act: "Take that declaration out, or set up the triggers there.",
    example: beside(steps(up), {
      "settings/Pulumi.yaml": "name: settings\nruntime: go\n",
      "settings/main.go":
        "package main\n\n// pulumiservice\nvar _ = pulumiservice.NewDeploymentSettings(ctx, name, args)\n",
    }),
  },
  {
    code: "GP510",
    title: "settings that are declared otherwise",
    means:
      "The settings program declares this stack already, and is left as it is, byte for byte. The fields in the message are not what the workflows say; the operations that start, their stack, role and environment are the same, or the stack would not be moved.",
    act: "Change the program where the workflows are right.",
    // A second plan shows it, where somebody has changed the program that the first one wrote.
    example: undefined,
  },
  {
    code: "GP512",
    title: "another version of the provider",
    means:
      "The settings program that new stacks join asks for a version of the provider whose properties are not known here.",
    act: "Run `npx tsc --noEmit` (in Python, a type checker such as pyright) in its folder before `pulumi up`. Where a property is an error there, take the version the settings are written for.",
    example: undefined,
  },
  {
    code: "GP513",
    title: "a settings file that goes",
    means:
      "A Pulumi.<stack>.deploy.yaml holds deployment settings for `pulumi deployment settings push`, which version 3.251.0 of the CLI dropped together with the file. The settings program says all that it says, so it is deleted. Secrets are encrypted in it for one stack, and nobody can read them back: the program asks for them under their names.",
    act: "Compare the file with what Pulumi Cloud has, if somebody changed settings in the console since; answer the secrets it names.",
    example: beside(steps(up), {
      "Pulumi.prod.deploy.yaml":
        "settings:\n  sourceContext:\n    git:\n      branch: main\n  gitHub:\n    repository: acme/network\n    deployCommits: true\n",
    }),
  },
  {
    code: "GP514",
    title: "a settings file that says something else",
    means:
      "A Pulumi.<stack>.deploy.yaml says something that a settings program cannot, or something else than the workflows of its stack do, or another file uses it. Whoever wrote settings from it would undo the other, so the file stays, and so do operations of its stack.",
    act: "Take out of the file what the message names, or make the workflow say it too. If the file is out of date, delete it: no command reads it since version 3.251.0.",
    example: beside(steps(up), { "Pulumi.prod.deploy.yaml": "settings:\n  tag: nightly\n" }),
  },
  {
    code: "GP515",
    title: "a provider that is too old",
    means:
      "The settings program that the stack would join asks, in its package.json, requirements.txt or pyproject.toml, for a version of the provider that lacks a property its settings need. Settings are never written without one of their properties, so its operations stay.",
    act: "Take a newer version there, run `pulumi up` with it, and plan again.",
    example: beside(steps(up), {
      "gha2pulumi.yaml": "answers:\n  settings.block: vcs\n",
      "ops/Pulumi.yaml": "name: ops\nruntime: nodejs\n",
      "ops/package.json": '{ "dependencies": { "@pulumi/pulumiservice": "^0.34.0" } }\n',
      "ops/index.ts":
        'import * as service from "@pulumi/pulumiservice";\n\nnew service.DeploymentSettings("web", {\n' +
        '  organization: "acme",\n  project: "web",\n  stack: "prod",\n  sourceContext: { git: { branch: "main" } },\n' +
        '  github: { repository: "acme/web" },\n});\n',
    }),
  },
  {
    code: "GP517",
    title: "a request that Pulumi Cloud is sent by hand",
    means:
      "A workflow sends Pulumi's API a request, with curl or the like, that starts a deployment of this stack or writes its settings. So the stack has settings in Pulumi Cloud that no file declares, and a settings program would put its own in their place.",
    act: "Declare these settings in a settings program (`pulumi import pulumiservice:index:DeploymentSettings NAME ORG/PROJECT/STACK` shows them); it is continued from then on. Or take the request out.",
    example: steps(
      up +
        command(
          'curl -X POST https://api.pulumi.com/api/stacks/acme/network/prod/deployments -d \'{"operation":"refresh"}\'',
        ),
    ),
  },
  {
    code: "GP518",
    title: "a cache that is left off",
    means:
      "The workflow restores a cache of dependencies before the operation. Deployments has one too (`cacheOptions`), for a whole project and after its lock file, whatever the branch. GitHub keeps a run from restoring what a pull request or another branch has cached, so Deployments' cache is set only where all that it runs of the project comes from one branch, and where it works: on Pulumi's own runners, with one lock file, and in Python with a virtual environment named `venv`. Without it a run takes longer and does the same.",
    act: "Nothing, unless runs get too slow. If whoever may open a pull request may also change the stack, write `cacheOptions: { enable: true }` into its settings; what is written there stays.",
    example: steps("- uses: actions/setup-node@v4\n  with: { cache: npm }\n" + look, pullRequests),
  },
  {
    code: "GP740",
    title: "a job whose outputs nobody reads any more",
    means:
      "Jobs that go were the only ones that waited for this job and read its outputs. Whether it does anything else cannot be told for sure, so it stays; a workflow of nothing but such a job goes on running, green and empty.",
    act: "Take the job out of the workflow, or the whole file, if it is there for its outputs alone.",
    example: jobs(
      job(
        "names",
        '- id: names\n  run: echo "stack=prod" >> "$GITHUB_OUTPUT"\n',
        "outputs:\n  stack: ${{ steps.names.outputs.stack }}\n",
      ) +
        job(
          "update",
          "- uses: pulumi/actions@v6\n  with:\n    command: up\n    stack-name: acme/network/${{ needs.names.outputs.stack }}\n",
          "needs: names\n",
        ),
    ),
  },
  {
    code: "GP741",
    title: "a passphrase that nobody hands over",
    means:
      "The file of the stack has an `encryptionsalt`, so its secrets are encrypted with a passphrase, and no workflow hands `PULUMI_CONFIG_PASSPHRASE` to an operation. A deployment that has to decrypt them fails.",
    act: "Set `PULUMI_CONFIG_PASSPHRASE` as a secret variable in the settings of the stack, or change its secrets provider first (`pulumi stack change-secrets-provider`).",
    example: beside(steps(up), { "Pulumi.prod.yaml": "encryptionsalt: v1:8QqB0hZ5xqY=:v1:3m2nT1c0\n" }),
  },
  {
    code: "GP519",
    title: "a live setting that no program can declare",
    means:
      "Pulumi Cloud holds something for the stack that the provider has no property for: a role, a filter of tags, labels of review stacks, the login of an image's registry. The provider writes settings whole, so `pulumi up` in the settings program erases it. `settings diff` ends with 12 then.",
    act: "If it is needed, leave the stack out of the settings program, or set it again after each `pulumi up` (`pulumi deployment settings edit`). If not, take it out in Pulumi Cloud, and compare again.",
    // Only Pulumi Cloud shows it.
    example: undefined,
  },
  {
    code: "GP530",
    title: "stacks that would join a program that is on",
    means:
      "The phase `prepare` writes settings that start nothing yet. The settings program that is there has no file that says `live` is false, so whatever joins it starts with the next `pulumi up`, beside the workflow.",
    act: "Plan without `--phase`, and run `pulumi up` and merge in one go; or set `live` to false in the `config` of the program's Pulumi.yaml, which stops all of its stacks.",
    // It takes a settings program that is there already.
    example: undefined,
  },
  {
    code: "GP531",
    title: "stacks that nothing deploys",
    means:
      "The settings program declares these stacks, its files say that `live` is false, and no workflow of the repository runs them.",
    act: "Set `live` to true in the file that has it false, and run `pulumi up`; or take the workflows back.",
    // It takes a settings program that is there already.
    example: undefined,
  },
  {
    code: "GP532",
    title: "too early to clean up",
    means:
      "Workflows still run what is to move, or the settings program is off: what they need must not go. Nothing is changed.",
    act: "Plan `--phase switch`, and let the deployments work for a while.",
    example: beside(steps(up), { "gha2pulumi.yaml": "answers:\n  phase: clean-up\n" }),
  },
  {
    code: "GP600",
    title: "a difference the proof found",
    means:
      "Played on the repository as it would be, an event did something else than before. The stack is left as it is.",
    act: "Nothing is changed for it. Where the workflow does what you want, keep it; where the difference looks wrong, please report it, with the workflow.",
    // A plan that shows it is one of our defects.
    example: undefined,
  },
  {
    code: "GP181",
    title: "a file that is not valid UTF-8",
    means:
      "GitHub reads workflows as UTF-8. The file was left out of the plan, because a text that is guessed at could not be given back byte for byte.",
    act: "Save it as UTF-8 and run again.",
    example: after(steps(up), "printf '# caf\\351\\n' > .github/workflows/latin-1.yml"),
  },
  {
    code: "GP182",
    title: "a file larger than 1 MB, or with a very long line",
    means:
      "Files of more than 1 MB, or with a line of more than 20 000 characters, are products of a program and not written by hand, so they are not read.",
    act: "If it does run Pulumi, split it.",
    example: after(steps(up), "head -c 1100000 /dev/zero | tr '\\0' '#' > .github/workflows/large.yml"),
  },
  {
    code: "GP183",
    title: "a folder where a file is expected",
    means: "GitHub takes only files in .github/workflows for workflows. A folder with such a name has no effect there.",
    act: "It is most likely a mistake. Rename it, or move the files in it up.",
    example: after(steps(up), "mkdir .github/workflows/nightly.yml\ntouch .github/workflows/nightly.yml/job.yml"),
  },
  {
    code: "GP184",
    title: "a broken link",
    means: "The link points to nothing, or back to itself. What it should lead to is not in the plan.",
    act: "Mend or remove the link.",
    example: after(steps(up), "ln -s nowhere.yml .github/workflows/nightly.yml"),
  },
  {
    code: "GP185",
    title: "a link that leads out of the folder",
    means: "Files outside of the repository are not part of the commit that GitHub sees, and are never read.",
    act: "Copy the file into the repository if it belongs to it.",
    example: after(steps(look), "ln -s /etc/hostname .github/workflows/nightly.yml"),
  },
  {
    code: "GP186",
    title: "a file or folder that cannot be read",
    means:
      "The system refused to open it; the message says why. The plan is made without it and may be wrong where a workflow needs it.",
    act: "Run as a user who may read it.",
    // Whoever is root may read everything, so no command shows it everywhere.
    example: undefined,
  },
  {
    code: "GP187",
    title: "not an ordinary file",
    means: "It is a pipe, a socket or a device. Reading it could wait without end, so it is left out.",
    act: "Remove it.",
    example: after(steps(up), "mkfifo .github/workflows/nightly.yml"),
  },
  {
    code: "GP188",
    title: "too many files or too deep folders",
    means: "Reading stopped at a limit that real repositories stay far below.",
    act: "Give the folder of one repository, or leave files out with --exclude.",
    example: after(steps(up), 'seq 50001 | while read n; do echo "Pulumi.s$n.yaml"; done | xargs touch'),
  },
];
