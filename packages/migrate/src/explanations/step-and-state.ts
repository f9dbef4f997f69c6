import { answered, beside, look, previewAndUpdate, steps, up, type Explanation } from "./explanation.ts";

const googleLogin =
  "- uses: google-github-actions/auth@v3\n  with: { workload_identity_provider: projects/1/locations/global/workloadIdentityPools/github/providers/acme }\n";

/** What another step or job does to an operation, or what its script runs in: GP295 and after, GP433 and after. */
export const stepAndState: readonly Explanation[] = [
  {
    code: "GP295",
    title: "an organisation that is not named",
    means:
      "One operation names the organisation of its stack and another of the same project and stack does not. The CLI then takes the default organisation of whoever the token belongs to: mostly the same, and with the token of a person perhaps that person's own. Settings of both would be those of one stack, one written over the other.",
    act: "Write the organisation in front of the stack's name everywhere, or answer with `--answer organization=NAME`.",
    example: previewAndUpdate(look.replace("acme/network/prod", "prod"), up),
  },
  {
    code: "GP296",
    title: "a state in two places",
    means:
      "Other operations keep a state of a stack of the same project and name in another backend. A backend makes a stack of its own of each name, so one of the two is not what runs, and a preview of it says nothing about the other.",
    act: "Bring the state to Pulumi Cloud and let all operations log in there, or answer the question with `--answer state/PROJECT/STACK=pulumi-cloud`.",
    example: previewAndUpdate(look, up.replace("stack-name", "cloud-url: 's3://acme-state', stack-name")),
  },
  {
    code: "GP297",
    title: "a command that the action does not have",
    means:
      "From version 2 on, `pulumi/actions` takes `up`, `update`, `refresh`, `destroy`, `preview` and `output`, and ends in an error on any other word. What stands behind the step does not run today, and would run if it moved. A call stays behind the step.",
    act: "Take the input out: without a command the action installs the CLI and does no more.",
    example: steps(up.replace("command: up, stack-name: acme/network/prod", "command: version") + up),
  },
  {
    code: "GP298",
    title: "a command with arguments",
    means:
      "From version 2 on, `pulumi/actions` takes a command without arguments, and ends in an error on `preview --diff`. The operation has not run since it was written so, and would run for the first time if it moved.",
    act: "Write the command alone and the flags as inputs of the action (`diff: true`), see that the workflow works, and plan again.",
    example: steps(up.replace("command: up", "command: 'up --yes'")),
  },
  {
    code: "GP433",
    title: "a login that GitHub gives no identity",
    means:
      "A step in front of it logs in with an identity of GitHub (`aws-actions/configure-aws-credentials` with a role, `google-github-actions/auth` with a provider, `azure/login` with a client, `pulumi/auth-actions`), and its job may not ask for one: `id-token: write` is in no default and not in `read-all`, `permissions` of a job take the place of the workflow's, and a called workflow has at most what its caller has. Such a step fails, so what is behind it does not run today. Moved, it would run for the first time, with a role that trusts it anew.",
    act: "Give the job `permissions: id-token: write` (and its callers), see that the workflow works, and plan again; or delete it.",
    example: steps(googleLogin + up),
  },
  {
    code: "GP434",
    title: "a token that is an output no login has",
    means:
      "The Pulumi token of its step is read from an output that `pulumi/auth-actions` does not have. GitHub gives an empty text then, which stands over the token that the login exports: the step fails today.",
    act: "Read `pulumi-access-token`, or take the variable out, see that the workflow works, and plan again.",
    example: steps(
      `- id: login\n  uses: pulumi/auth-actions@v1\n  with: { organization: acme }\n${up}  env: { PULUMI_ACCESS_TOKEN: '\${{ steps.login.outputs.access-token }}' }\n`,
      undefined,
      "permissions: { id-token: write }\n",
    ),
  },
  {
    code: "GP437",
    title: "an input that the action does not have",
    means:
      "A step hands `pulumi/actions` an input of a name that it does not have (`workdir` for `work-dir`, `backend-url` for `cloud-url`). GitHub warns of it in the log of a run and hands it on to nobody, so the operation works as if it were not there: in the root of the repository, or with whatever backend the token belongs to. What a plan says of the operation is said without it.",
    act: "Write the name as the action has it, or take the input out. Where it names a backend, the operation stays until then.",
    example: steps(up.replace("stack-name", "backend-url: 's3://acme-state', stack-name")),
  },
  {
    code: "GP438",
    title: "a key of a login in a variable of its own",
    means:
      "A login in front of the operation is given a key that stands in a variable of another name for the whole job (`DEPLOY_KEY`). Settings have a role in place of the key. Where nothing else reads the variable it goes with the login; here the program or a script names it, or what they read is not known.",
    act: "Answer the question: `--answer login-key/FILE/JOB=drop` where nothing needs it, or `=carry`: then the key goes on working beside the role.",
    example: beside(
      steps(
        `- uses: aws-actions/configure-aws-credentials@v4\n  with: { aws-region: eu-west-1, aws-access-key-id: '\${{ env.KEY_ID }}', aws-secret-access-key: '\${{ env.KEY }}' }\n${up}`,
        undefined,
        "env: { KEY_ID: '${{ secrets.KEY_ID }}', KEY: '${{ secrets.KEY }}' }\n",
      ),
      { "Pulumi.yaml": "name: network\nruntime: nodejs\n" },
    ),
  },
  {
    code: "GP439",
    title: "the token of the run, left out",
    means:
      "The step of the operation is given the token of the run (`secrets.GITHUB_TOKEN`, `github.token`) under a name that Deployments does not set. The token ends with the job, and no deployment has one under that name. No source of the program names the variable, so the operation moves without it; a provider or a package of the program may read it all the same.",
    act: "Where something does, write the name into the program or give the step a token of your own as a secret; else take the variable out.",
    example: beside(steps(`${up}  env: { GHCR_TOKEN: '\${{ secrets.GITHUB_TOKEN }}' }\n`), {
      "index.ts": "export const name = 1;\n",
    }),
  },
  {
    code: "GP441",
    title: "a shell behind a wrapper",
    means:
      "The `shell:` of its step runs bash by another program, such as `devenv shell -- bash -e {0}` or `nix develop -c bash -e {0}`. Its script is read, but the tools and variables that the program brings are not, and a deployment has none of them.",
    act: "Run Pulumi in a step with the usual shell, where it needs nothing that the wrapper brings.",
    example: steps("- run: pulumi up --yes --stack acme/network/prod\n  shell: devenv shell -- bash -e {0}\n"),
  },
  {
    code: "GP445",
    title: "the environment of a file",
    means:
      "Pulumi runs in an environment that another program opens: `nix develop`, `devenv shell`, `conda run`, a hook of Devbox or Flox, `uv run --env-file`. Variables and packages of it are the operation's, and no setting is sure to give a deployment all of them. Plain variables of `devbox.json` and of Flox are read and carried.",
    act: "Write the variables that Pulumi needs in `env:` of its step, and run `pulumi` without the program in front.",
    example: steps("- run: nix develop --command pulumi up --yes --stack acme/network/prod\n"),
  },
  {
    code: "GP446",
    title: "a runner of tasks for whole repositories",
    means:
      "`turbo` and `nx` do more than run a script: other tasks run in front of it, a result may come from a cache, so that nothing runs at all, and variables are filtered or read from files. A deployment does none of this.",
    act: "Call the script of the package itself, such as `npm run up --workspace infra`, or `pulumi`.",
    example: beside(steps("- run: npx turbo run up --filter=infra\n"), {
      "infra/package.json": '{ "name": "infra", "scripts": { "up": "pulumi up --yes --stack acme/network/prod" } }',
    }),
  },
  {
    code: "GP520",
    title: "files of a step that was said to leave nothing",
    means:
      "You said that Pulumi needs nothing the unknown steps before it leave on the runner. A later command takes files that one of them may leave into the program's folder, so the program may read them, and a deployment would not have them.",
    act: "Look at what the program does with these files. If it needs them, answer `something`; if not, take the command out.",
    example: answered(
      steps("- uses: acme/fetch-names@v2\n  with: { into: names }\n- run: cp names/all.json all.json\n" + up),
      "leaves/deploy.yml/deploy",
      "nothing",
    ),
  },
  {
    code: "GP521",
    title: "a runner that GitHub took away",
    means:
      "GitHub has no runners of the job's label any more: a run waits for one and is given up. So the operation has not run for a long time, and nobody knows whether it still does what is meant. Moved, it would run again with the next push.",
    act: "Write a label that there is (`ubuntu-latest`), see that the workflow works, and plan again; or delete it.",
    example: steps(up, undefined, "runs-on: ubuntu-20.04\n"),
  },
  {
    code: "GP524",
    title: "a version that YAML makes of a number",
    means:
      "Without quotes `3.10` is the number 3.1. `actions/setup-python` finds no such version and fails, so what stands behind it does not run today. (`actions/setup-go` finds Go 1.2 in place of 1.20, which knows no modules.) Moved, the operation would run.",
    act: "Write the version in quotes, see that the workflow works, and plan again; or delete it.",
    example: steps(`- uses: actions/setup-python@v5\n  with: { python-version: 3.10 }\n${up}`),
  },
  {
    code: "GP533",
    title: "a login that would end before its call",
    means:
      "`pulumi/auth-actions` logs in for as many seconds as `token-expiration` says. The step behind it becomes a call, which waits for the deployment with that token: its queue, its clone and its installation too. So the login is given the time that the call may take.",
    act: "If a policy of Pulumi Cloud refuses so long a token, write `timeout-minutes` at the step and a shorter `token-expiration`.",
    example: steps(
      "- uses: pulumi/auth-actions@v1\n  with: { organization: acme, requested-token-type: 'urn:pulumi:token-type:access_token:organization', token-expiration: 600 }\n" +
        up,
      "{ push: { tags: ['v*'] } }",
      "permissions: { contents: read, id-token: write }\nenv: { PULUMI_ACCESS_TOKEN: '' }\n",
    ),
  },
  {
    code: "GP534",
    title: "an answer that changes nothing",
    means:
      "A variable was told (`vars.NAME`), and each job that reads it has an environment. GitHub takes a variable of the environment before one of the repository with the same name, and no file tells whether there is one.",
    act: "Answer for each job, `--answer stack/FILE/JOB=STACK`, and leave the answer out.",
    example: answered(
      steps(
        up.replace("acme/network/prod", "'acme/network/${{ vars.STACK }}'"),
        "{ push: { branches: [main] } }",
        "environment: production\n",
      ),
      "vars.STACK",
      "prod",
    ),
  },
];
