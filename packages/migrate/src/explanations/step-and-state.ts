import { answered, look, previewAndUpdate, steps, up, type Explanation } from "./explanation.ts";

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
    code: "GP441",
    title: "a shell behind a wrapper",
    means:
      "The `shell:` of its step runs bash by another program, such as `devenv shell -- bash -e {0}` or `nix develop -c bash -e {0}`. Its script is read, but the tools and variables that the program brings are not, and a deployment has none of them.",
    act: "Run Pulumi in a step with the usual shell, where it needs nothing that the wrapper brings.",
    example: steps("- run: pulumi up --yes --stack acme/network/prod\n  shell: devenv shell -- bash -e {0}\n"),
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
