import { action, block, cli, run, stack, tags, token, up, when, withId, type Row } from "./row.ts";

const inInfra = action(`command: up, stack-name: ${stack}, work-dir: infra`);

const login = (role: string): string =>
  `      - uses: aws-actions/configure-aws-credentials@v4\n        with: { role-to-assume: arn:aws:iam::111122223333:role/${role}, aws-region: eu-central-1 }\n`;

/** Steps and scripts that must not move, each with the code of the reason. */
export const steps: readonly Row[] = [
  { what: "state that is changed, and nothing else", steps: cli("pulumi state delete urn:x --yes"), code: "GP223" },
  {
    what: "configuration of another stack that is refreshed",
    steps: cli("pulumi config refresh --stack acme/network/dev") + up,
    code: "GP223",
  },
  {
    what: "configuration that is refreshed where that works",
    steps: cli("pulumi config refresh --stack acme/network/prod || true") + up,
    code: "GP223",
  },
  {
    what: "a removal that only a run knows of",
    steps: cli("pulumi destroy --yes -s acme/network/prod --remove=${{ vars.REMOVE }}") + up,
    code: "GP254",
  },
  {
    what: "a destroy that only a run knows to be a preview",
    steps: cli("pulumi destroy --yes -s acme/network/prod --preview-only=${{ vars.LOOK }}"),
    code: "GP202",
  },
  {
    what: "a download behind a flag with a value",
    steps: run("aws s3 cp --region eu-west-1 s3://b/a a") + up,
    code: "GP221",
  },
  { what: "a release's files behind a flag", steps: run("gh release -R acme/x download v1") + up, code: "GP221" },
  { what: "another commit", steps: run("gh pr checkout 12") + up, code: "GP221" },
  {
    what: "a download with its name glued to the flag",
    steps: run("curl -oa.json https://acme.test/a") + up,
    code: "GP221",
  },
  { what: "a download described in a file", steps: run("curl -K curl.cfg") + up, code: "GP221" },
  { what: "a sorted file", steps: run("sort -o a.txt a.txt") + up, code: "GP221" },
  { what: "a file that has to be sorted", steps: run("sort -c a.txt") + up, code: "GP221" },
  { what: "lines that awk hands to a shell", steps: run(`awk '{print | "sh"}' commands.txt`) + up, code: "GP221" },
  { what: "a command that sed runs", steps: run("sed '1e ./deploy.sh' a.txt") + up, code: "GP221" },
  { what: "a replacement that sed runs", steps: run("sed 's/a/b/ge' a.txt") + up, code: "GP221" },
  { what: "a file that git writes", steps: run("git log -1 --output=version.txt") + up, code: "GP221" },
  { what: "a file without repetitions", steps: run("uniq a.txt b.txt") + up, code: "GP221" },
  { what: "a file that sed writes", steps: run("sed -n 'w b.txt' a.txt") + up, code: "GP221" },
  { what: "a file of the runner's home", steps: run("cp ~/.npmrc .") + up, code: "GP221" },
  { what: "an image that stays on the runner", steps: run("docker build -t app:local .") + up, code: "GP251" },
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
  {
    what: "another login where a variable says so",
    steps: login("deploy") + when("vars.BREAK_GLASS == 'yes'", login("admin")) + up,
    code: "GP225",
  },
  { what: "a login where a variable says so", steps: when("vars.X == 'y'", login("deploy")) + up, code: "GP225" },
  {
    what: "a login that may fail",
    steps: login("deploy").replace("        with:", "        continue-on-error: true\n        with:") + up,
    code: "GP225",
  },
  {
    what: "one of two logins",
    steps: when("vars.A == 'x'", login("a")) + when("vars.A != 'x'", login("b")) + up,
    on: "workflow_dispatch",
    code: "GP225",
  },
  {
    what: "a login for each branch it is started from",
    steps: when("github.ref == 'refs/heads/x'", login("a")) + when("github.ref != 'refs/heads/x'", login("b")) + up,
    on: "workflow_dispatch",
    code: "GP600",
  },
  {
    what: "a variable that the hook of an installation may set",
    steps: run("npm ci") + when("!env.SKIP", up),
    files: {
      "package.json": '{"scripts":{"postinstall":"./scripts/skip.sh"}}',
      "scripts/skip.sh": 'echo "SKIP=true" >> $GITHUB_ENV\n',
    },
    code: "GP205",
  },
  {
    what: "an action with quoted text no deeper than its key",
    steps: "      - uses: ./.github/actions/up\n",
    files: {
      ".github/actions/up/action.yml": `name: "u\np"\nruns:\n  using: composite\n  steps:\n    - uses: pulumi/actions@v6\n      with: { command: up, stack-name: ${stack} }\n`,
    },
    code: "GP293",
  },
  {
    what: "a task that depends on one that goes elsewhere",
    steps: run("npx turbo run build") + up,
    files: {
      "package.json": "{}",
      "turbo.json": '{"tasks":{"build":{"dependsOn":["^prepare"]}}}',
      "web/package.json": '{"scripts":{"build":"vite build","prepare":"aws s3 cp s3://acme/a a"}}',
    },
    code: "GP221",
  },
  {
    what: "a profile of the file into which a script writes keys",
    steps: block(
      [
        "mkdir -p ~/.aws",
        'echo "[deploy]" > ~/.aws/credentials',
        'echo "aws_access_key_id = ${{ secrets.KEY }}" >> ~/.aws/credentials',
      ],
      "env: {}",
    ).concat(up.replace(token, token.replace("{ ", "{ AWS_PROFILE: deploy, "))),
    surroundings: { leaves: "nothing" },
    code: "GP225",
  },
  {
    what: "a program in front, where another package alone has a script of its name",
    steps: run("yarn bundle") + up,
    files: { "package.json": "{}", "web/package.json": '{"scripts":{"bundle":"vite build"}}' },
    code: "GP221",
  },
  {
    what: "a task whose file is not read",
    steps: run("npx turbo run build") + up,
    files: {
      "package.json": "{}",
      "turbo.json": '{ // what it needs\n"tasks":{}}',
      "web/package.json": '{"scripts":{"build":"vite build"}}',
    },
    code: "GP221",
  },
  {
    what: "a script of several packages, one of which deploys",
    steps: run("pnpm -r build") + up,
    files: {
      "package.json": "{}",
      "web/package.json": '{"scripts":{"build":"vite build"}}',
      "api/package.json": '{"scripts":{"build":"wrangler deploy"}}',
    },
    code: "GP221",
  },
  { what: "a group that has to be there", steps: run("az group show --name acme") + up, code: "GP229" },
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
  { what: "a file with a value of the run", steps: run('echo "$GITHUB_SHA" > version.txt') + up, code: "GP221" },
  {
    what: "a key that nothing wrote",
    steps: run("gcloud auth activate-service-account --key-file=k.json") + up,
    code: "GP221",
  },
  {
    what: "a setting of a tool that the operation looks for elsewhere",
    steps: run("aws eks update-kubeconfig --name prod") + up.replace("env: {", "env: { KUBECONFIG: /etc/k,"),
    code: "GP227",
  },
  {
    what: "all values of an ESC environment",
    steps:
      fetching("pulumi/esc-action@v3", "environment: acme/network/prod, export-environment-variables: 'A=B, *'") + up,
    code: "GP216",
  },
  {
    what: "another ESC environment than the imported one",
    steps: fetching("pulumi/esc-action@v3", "environment: other/network/deploy") + up,
    files: { "Pulumi.prod.yaml": "environment: [network/deploy]\n" },
    code: "GP216",
  },
  {
    what: "secrets of a path, whatever their names",
    steps: fetching("hashicorp/vault-action@v3", "url: 'https://v', secrets: 'secret/data/a * | A_'") + up,
    code: "GP224",
  },
  {
    what: "a store's token beside its secrets",
    steps: fetching("hashicorp/vault-action@v3", "exportToken: true, secrets: 'secret/data/a b | A'") + up,
    code: "GP224",
  },
  {
    what: "secrets by their own names",
    steps: fetching("aws-actions/aws-secretsmanager-get-secrets@v2", "secret-ids: network/mirror") + up,
    code: "GP224",
  },
  {
    what: "secrets that a version exports by default",
    steps: fetching("1password/load-secrets-action@v2", "unset-previous: true") + up,
    code: "GP224",
  },
  {
    what: "keys that are fetched beside a role",
    steps:
      fetching(
        "aws-actions/configure-aws-credentials@v4",
        "aws-region: eu-west-1, role-to-assume: 'arn:aws:iam::111122223333:role/d'",
      ) +
      fetching("bitwarden/sm-action@v2", "secrets: 'f5789e30 > AWS_ACCESS_KEY_ID'") +
      up,
    code: "GP216",
  },
  {
    what: "an artifact that the program reads",
    steps: artifact("site") + inInfra,
    files: program("new pulumi.asset.FileArchive('../site')"),
    code: "GP221",
  },
  {
    what: "an artifact, and a module for files",
    steps: artifact("site") + inInfra,
    files: program("", "import * as fs from 'node:fs';"),
    code: "GP221",
  },
  {
    what: "an artifact, and a program that is not there",
    steps: artifact("site") + inInfra,
    files: { "infra/Pulumi.yaml": "name: network\nruntime: nodejs\n" },
    code: "GP221",
  },
  {
    what: "an artifact in the project's folder",
    steps: artifact("infra/site") + inInfra,
    files: program(""),
    code: "GP221",
  },
  {
    what: "an artifact where a login is looked for",
    steps: artifact("~/.aws") + inInfra,
    files: program(""),
    code: "GP221",
  },
  { what: "an artifact with packages", steps: artifact("node_modules") + inInfra, files: program(""), code: "GP221" },
  {
    what: "an artifact, and a configuration that names a key",
    steps: artifact("site") + inInfra,
    files: { ...program(""), "infra/Pulumi.prod.yaml": "config:\n  gcp:credentials: ../site/key\n" },
    code: "GP221",
  },
  {
    what: "an artifact that a build needs",
    steps: artifact("site") + run("npx tsc") + inInfra,
    files: program(""),
    code: "GP221",
  },
  {
    what: "a program nobody knows, however little the program reads",
    steps: run("./make-site") + inInfra,
    files: program(""),
    code: "GP221",
  },
];

function artifact(path: string): string {
  return fetching("actions/download-artifact@v4", `path: ${path}`);
}

/** A program in `infra/` that reads no file, with more lines. */
function program(line: string, imported = ""): Readonly<Record<string, string>> {
  const text = `import * as pulumi from "@pulumi/pulumi";\n${imported}\nexport const name = new pulumi.Config().require("name");\n${line}\n`;
  return { "infra/Pulumi.yaml": "name: network\nruntime: nodejs\n", "infra/index.ts": text };
}

function fetching(uses: string, inputs: string): string {
  return `      - uses: ${uses}\n        with: { ${inputs} }\n`;
}
