import { expect, test } from "vitest";
import { written, type Tree } from "@gha2pulumi/repo";
import { playScript, type Command } from "@gha2pulumi/workflow";
import { unwrapOnce } from "../unwrapper.ts";
import { unwrappers } from "./index.ts";

const from = [{ path: ".github/workflows/deploy.yml", start: 0, end: 1 }] as const;

/** What a line of a script comes to: the words of each command, `@ folder` below the root, what wrappers give, doubts. */
export function unwrapped(line: string, tree: Tree): readonly string[] {
  const given = new Map([
    ["STACK", ["prod"]],
    ["REGION", ["eu-central-1"]],
  ]);
  const { calls } = playScript(line, { directory: ["."], environment: given, expressions: [], told: new Set() });
  return calls.flatMap((call) => {
    const environment = new Map([...given, ...call.environment].map(([name, text]) => [name, { text, from }] as const));
    return layers({ ...call, kind: "run", unconditional: true, steered: [], environment, from }, tree, "");
  });
}

function layers(command: Command, tree: Tree, given: string): readonly string[] {
  const unwrapped = unwrapOnce(command, tree, unwrappers);
  if (!unwrapped) return [shown(command) + given];
  const more = [
    ...unwrapped.identities.map(({ kind, role }) => ` with ${kind} ${written(role ?? [])}`.trimEnd()),
    ...unwrapped.reasons.map(({ code }) => ` ${code}`),
  ];
  return unwrapped.commands.flatMap((inner) => layers(inner, tree, given + more.join("")));
}

function shown(command: Command): string {
  const words = (command.kind === "run" ? command.words : []).map((word) => written(word)).join(" ");
  const folder = written(command.directory);
  return `${words}${folder === "." ? "" : ` @ ${folder}`}${command.certainty === true ? "" : " perhaps"}`;
}

const tree = (files: Readonly<Record<string, string>>): Tree => new Map(Object.entries(files));
const manifest = (name: string, scripts: Readonly<Record<string, string>>, more: object = {}): string =>
  JSON.stringify({ name, scripts, ...more });

const workspace = tree({
  "package.json": manifest("acme", {
    build: "tsc",
    all: "run-s build deploy:*",
    "deploy:dns": "pulumi up -C dns -s prod",
    "deploy:network": "pulumi up -C network -s prod",
    "deploy:a/b": "echo no",
  }),
  "network/package.json": manifest("@acme/network", {
    predeploy: "npm run lint",
    lint: "eslint .",
    deploy: "pulumi up --yes",
    postdeploy: "node notify.js",
    "only-here": "pulumi preview",
  }),
  "dns/package.json": manifest("dns", { deploy: "pulumi up -s dns" }),
});

test.each<readonly [string, readonly string[]]>([
  [
    "npm run deploy --workspace=network -- -s prod",
    ["eslint . @ network", "pulumi up --yes -s prod @ network", "node notify.js @ network"],
  ],
  ["npm run deploy -w @acme/network --ignore-scripts", ["pulumi up --yes @ network"]],
  ["npm -w dns run deploy", ["pulumi up -s dns @ dns"]],
  ["npm run deploy -w nothing", ["npm run deploy -w nothing"]],
  ["npm run only-here --workspaces --if-present", ["pulumi preview @ network"]],
  ["npm run deploy -ws", ["npm run deploy -ws"]],
  ["npm --prefix dns run deploy", ["pulumi up -s dns @ dns"]],
  ["cd dns && npm run deploy", ["pulumi up -s dns @ dns"]],
  ["npm run all", ["tsc", "pulumi up -C dns -s prod", "pulumi up -C network -s prod"]],
  ["npm exec -w dns -- pulumi up --yes", ["pulumi up --yes @ dns"]],
  ['npx --yes pulumi up -s "$STACK"', ["pulumi up -s prod"]],
  ["npx --yes pulumi@3.200.0 up", ["pulumi up"]],
  ["bunx pulumi@latest preview", ["pulumi preview"]],
  ['eval "cd dns && pulumi up -s $STACK"', ["pulumi up -s prod @ dns"]],
  ['eval "export STACK=prod"', ["eval export STACK=prod"]],
  ["xargs -d , -n 1 pulumi up -s", ["pulumi up -s ${{ $(each …) }} perhaps"]],
  ["xargs -P4 -I% pulumi up -s acme/%", ["pulumi up -s acme/${{ $(each …) }} perhaps"]],
  ["xargs", ["xargs"]],
  ["parallel -j 2 pulumi preview -s {} ::: dev prod", ["pulumi preview -s ${{ $(each …) }} perhaps"]],
  ["find . -name Pulumi.yaml -execdir pulumi up \\;", ["pulumi up @ ${{ $(each …) }} perhaps"]],
  ["find . -name '*.log' -delete", ["find . -name *.log -delete"]],
  ["pnpm --filter @acme/network run only-here --stack $STACK", ["pulumi preview --stack prod @ network"]],
  ["pnpm -F network only-here", ["pulumi preview @ network"]],
  ["pnpm -F ./dns deploy", ["pnpm -F ./dns deploy"]],
  ["pnpm -F ./dns run deploy", ["pulumi up -s dns @ dns"]],
  ["yarn cross-env STACK=test pulumi up", ["pulumi up"]],
  ["pnpm --filter 'network...' deploy", ["pnpm --filter network... deploy"]],
  ["pnpm -C dns run deploy", ["pulumi up -s dns @ dns"]],
  ["pnpm -r run only-here", ["pulumi preview @ network"]],
  ["pnpm -r run deploy", ["pnpm -r run deploy"]],
  ["pnpm --filter dns exec pulumi up -s prod", ["pulumi up -s prod @ dns"]],
  ["pnpm --filter dns deploy out", ["pnpm --filter dns deploy out"]],
  [
    "pnpm -C network run deploy",
    ["eslint . @ network perhaps", "pulumi up --yes @ network", "node notify.js @ network perhaps"],
  ],
  ["yarn workspace dns deploy --yes", ["pulumi up -s dns --yes @ dns"]],
  ["yarn workspace @acme/network run only-here", ["pulumi preview @ network"]],
  ["yarn workspace dns exec pulumi preview", ["pulumi preview @ dns"]],
  ["yarn workspaces foreach -A run only-here", ["pulumi preview @ network"]],
  ["yarn --cwd dns pulumi up", ["pulumi up @ dns"]],
  ["yarn ts-node deploy.ts", ["yarn ts-node deploy.ts"]],
  ["bun run --filter dns deploy", ["pulumi up -s dns @ dns"]],
  ["bun --cwd dns run deploy", ["pulumi up -s dns @ dns"]],
])("packages: %s", (line, expected) => {
  expect(unwrapped(line, workspace)).toEqual(expected);
});

test("words behind a script stay whole, and unknown ones unknown", () => {
  expect(unwrapped('npm run deploy -w dns -- -m "two words" -s "$WHERE"', workspace)).toEqual([
    "pulumi up -s dns -m two words -s ${{ env.WHERE }} @ dns",
  ]);
});

test.each<readonly [string, readonly string[]]>([
  ["poetry run pulumi up", ["pulumi up"]],
  ["poetry -C network run pulumi up", ["pulumi up @ network"]],
  ["uv run --directory network --frozen pulumi up", ["pulumi up @ network"]],
  ["pipenv run pulumi up", ["pulumi up"]],
  ["nix develop .#ci --command pulumi up", ["pulumi up GP445"]],
  ["nix develop --command -- pulumi up", ["pulumi up GP445"]],
  ["nix shell nixpkgs#pulumi -c pulumi up -C network", ["pulumi up -C network"]],
  ["nix develop .#ci", ["nix develop .#ci"]],
  ["nix-shell --run 'pulumi up'", ["pulumi up GP445"]],
  ["nix-shell -p pulumi nodejs --run 'pulumi up'", ["pulumi up"]],
  ["guix shell pulumi -- pulumi up", ["pulumi up"]],
  ["guix shell -m manifest.scm -- pulumi up", ["pulumi up GP445"]],
  ["devenv shell pulumi up", ["pulumi up GP445"]],
  ["devenv shell -- pulumi up", ["pulumi up GP445"]],
  ["conda run -n tools --cwd network pulumi up", ["pulumi up @ network GP445"]],
  ["uv run --env-file .env.prod pulumi up", ["pulumi up GP445"]],
  ["UV_ENV_FILE=.env uv run pulumi up", ["pulumi up GP445"]],
  ["devbox run -- pulumi up", ["pulumi up GP445"]],
  ["flox activate -r acme/tools -- pulumi up", ["pulumi up GP445"]],
  ["time -p pulumi up", ["pulumi up"]],
  ["timeout -k 10 --signal=INT 30m pulumi up", ["pulumi up"]],
  ["retry -t 3 -d 10 pulumi up", ["pulumi up"]],
  ["env -u REGION STAGE=prod pulumi up", ["pulumi up"]],
  ["sudo -E pulumi up", ["pulumi up"]],
  ["cross-env STAGE=prod REGION=x pulumi up", ["pulumi up"]],
  ["env-cmd -f .env --no-override pulumi up", ["pulumi up with fetched env-cmd"]],
  ["dotenv -e .env -- pulumi up", ["pulumi up with fetched dotenv"]],
  ["dotenv -e .env pulumi up", ["pulumi up with fetched dotenv"]],
  ["dotenv -f .env run pulumi up", ["pulumi up with fetched dotenv run"]],
  ["command -v pulumi", ["command -v pulumi"]],
  ["nohup timeout 5m poetry run pulumi up", ["pulumi up"]],
  ["op run --env-file=.env --no-masking -- pulumi up", ["pulumi up with 1password"]],
  ["op run --env-file .env -- npx pulumi up", ["pulumi up with 1password"]],
  ["op read op://vault/item", ["op read op://vault/item"]],
  ["esc run acme/prod -- pulumi up", ["pulumi up with esc acme/prod"]],
  ["esc run -i acme/prod pulumi up", ["pulumi up with esc acme/prod"]],
  ["esc env run acme/prod -l 1h -- pulumi up", ["pulumi up with esc acme/prod"]],
  ["pulumi env run acme/network/$STACK -- pulumi up", ["pulumi up with esc acme/network/prod"]],
  ["doppler run -p network -c prd -- pulumi up", ["pulumi up with fetched doppler run"]],
  [
    "doppler run --command='pulumi preview && pulumi up'",
    ["pulumi preview with fetched doppler run", "pulumi up with fetched doppler run"],
  ],
  ["infisical run --env=prod -- pulumi up", ["pulumi up with fetched infisical run"]],
  ["aws-vault exec prod -- pulumi up", ["pulumi up with fetched aws-vault exec"]],
  ["direnv exec . pulumi up", ["pulumi up with fetched direnv exec"]],
  ["sops exec-env prod.yaml 'pulumi up -s prod'", ["pulumi up -s prod with fetched sops exec-env"]],
  ["op run -- esc run acme/prod -- pulumi up", ["pulumi up with 1password with esc acme/prod"]],
])("prefixes: %s", (line, expected) => {
  expect(unwrapped(line, tree({}))).toEqual(expected);
});

const makefiles = tree({
  Makefile: [
    "include common.mk",
    "PULUMI := pulumi --non-interactive",
    "STACK ?= dev",
    "ifeq ($(CI),true)",
    "WHERE = ci",
    "endif",
    ".PHONY: up prod",
    "up: build ## Updates",
    "\t@$(PULUMI) up -s $(STACK) \\",
    "\t  --yes",
    "prod: STACK = prod",
    "prod: up",
    "where:",
    "\tpulumi up -s $(WHERE)",
    "build:",
    "\ttsc && echo $$HOME",
    "deep:",
    "\t$(MAKE) -C network deploy",
    "deploy-%: build",
    "\tcd $* && pulumi up -s $(NOWHERE)",
    "shelled:",
    "\tpulumi up -s $(shell git branch)",
    "lenient:",
    "\t-pulumi refresh",
    "later:",
    "\tpulumi up -s $(REGION)-$(SUFFIX)",
    "",
  ].join("\n"),
  "common.mk": "SUFFIX = blue\n",
  "network/Makefile": "deploy:\n\tpulumi up -s $(STACK)\n",
});

test.each<readonly [string, readonly string[]]>([
  ["make up", ["tsc", "pulumi --non-interactive up -s prod --yes"]],
  ["make", ["tsc", "pulumi --non-interactive up -s prod --yes"]],
  ["make up STACK=test", ["tsc", "pulumi --non-interactive up -s test --yes"]],
  ["STACK=test make up", ["tsc", "pulumi --non-interactive up -s test --yes"]],
  ['make up STACK="$WHERE"', ["tsc", "pulumi --non-interactive up -s ${{ env.WHERE }} --yes"]],
  ["STACK=dev make prod", ["tsc", "pulumi --non-interactive up -s prod --yes"]],
  ["make where", ["pulumi up -s ${{ $(WHERE) }}"]],
  ["make where WHERE=here", ["pulumi up -s here"]],
  ["make deep STACK=test", ["pulumi up -s test @ network"]],
  ["make -C network deploy STACK=test", ["pulumi up -s test @ network"]],
  ["make deploy-network", ["tsc", "pulumi up -s ${{ $(NOWHERE) }} @ network"]],
  ["make shelled", ["pulumi up -s ${{ $(shell git branch) }}"]],
  ["make lenient", ["pulumi refresh GP226"]],
  ["make later", ["pulumi up -s eu-central-1-blue"]],
  ["make nothing", ["make nothing"]],
  ["make -n up", ["make -n up"]],
  ["make -e later SUFFIX=red", ["pulumi up -s eu-central-1-red"]],
  ["make -f missing.mk up", ["make -f missing.mk up"]],
  ["make --file=network/Makefile deploy", ["pulumi up -s prod"]],
  ["MAKEFLAGS=-n make later", ["make later"]],
])("make: %s", (line, expected) => {
  expect(unwrapped(line, makefiles)).toEqual(expected);
});

const justfiles = tree({
  justfile: [
    'stack := "dev"',
    'full := "acme/" + stack',
    "computed := `git branch`",
    'region := env("REGION", "nowhere")',
    'export STAGE := "blue"',
    "alias d := deploy",
    "",
    "default: (deploy 'test')",
    "",
    "[private]",
    "build:",
    "    @tsc",
    "",
    "# Updates a stack",
    "deploy name=stack *flags: build && notify",
    "    pulumi up -s acme/{{name}} {{flags}}",
    "",
    "notify:",
    "    -curl example.org",
    "full:",
    "    pulumi up -s {{full}} -c a:region={{ region }}",
    "computed:",
    "    pulumi up -s {{computed}}",
    "script:",
    "    #!/usr/bin/env bash",
    "    cd network",
    "    pulumi up -s {{ stack }}",
    "snake:",
    "    #!/usr/bin/env python3",
    "    print('pulumi up')",
    "[no-cd]",
    "here:",
    "    pulumi up",
    "[working-directory: 'network']",
    "there:",
    "    pulumi up",
    "[windows]",
    "sys:",
    "    pulumi up -s windows",
    "[linux]",
    "sys:",
    "    pulumi up -s linux",
    "",
  ].join("\n"),
});

test.each<readonly [string, readonly string[]]>([
  ["just", ["tsc", "pulumi up -s acme/test", "curl example.org"]],
  ["just deploy prod --yes", ["tsc", "pulumi up -s acme/prod --yes", "curl example.org"]],
  ["just d", ["tsc", "pulumi up -s acme/dev", "curl example.org"]],
  ["just stack=prod full", ["pulumi up -s acme/prod -c a:region=eu-central-1"]],
  ["just --set stack prod full", ["pulumi up -s acme/prod -c a:region=eu-central-1"]],
  ["just computed", ["pulumi up -s ${{ {{`git branch`}} }}"]],
  ["just script", ["pulumi up -s dev @ network"]],
  ["just snake", ["just snake"]],
  ["cd network && just here there", ["pulumi up @ network", "pulumi up @ network"]],
  ["cd network && just full", ["pulumi up -s acme/dev -c a:region=eu-central-1"]],
  ["just sys", ["pulumi up -s linux"]],
  ["just --list", ["just --list"]],
  ["just nothing", ["just nothing"]],
])("just: %s", (line, expected) => {
  expect(unwrapped(line, justfiles).map((one) => one.replace(" GP226", ""))).toEqual(expected);
});

const taskfiles = tree({
  "Taskfile.yml": [
    "version: '3'",
    "includes:",
    "  net: ./network",
    "  dns: { taskfile: ./dns/Taskfile.yml, dir: dns }",
    "vars:",
    "  STACK: dev",
    "  BRANCH: { sh: git branch }",
    "tasks:",
    "  default: pulumi preview",
    "  build: [tsc]",
    "  deploy:",
    "    aliases: [d]",
    "    deps: [build]",
    "    dir: network",
    "    cmds:",
    "      - pulumi up -s acme/{{.STACK}} {{.CLI_ARGS}}",
    "  all:",
    "    cmds:",
    "      - task: deploy",
    "        vars: { STACK: prod }",
    "      - cmd: pulumi refresh",
    "        ignore_error: true",
    "  branch:",
    "    cmds: ['pulumi up -s {{.BRANCH}}']",
    "  fallback:",
    "    vars: { NAME: '{{.NAME | default \"test\"}}' }",
    "    cmds: ['pulumi up -s {{.NAME}}']",
    "  checked:",
    "    status: [test -f x]",
    "    cmds: [pulumi up]",
    "  loop:",
    "    cmds: [{ for: [a, b], cmd: 'pulumi up -s {{.ITEM}}' }]",
    "",
  ].join("\n"),
  "network/Taskfile.yml": "version: '3'\ntasks:\n  up: pulumi up -s net\n",
  "dns/Taskfile.yml": "version: '3'\ntasks:\n  up: pulumi up -s dns\n",
});

test.each<readonly [string, readonly string[]]>([
  ["task", ["pulumi preview"]],
  ["task deploy", ["tsc", "pulumi up -s acme/dev @ network"]],
  ["task d STACK=test -- --yes --diff", ["tsc", "pulumi up -s acme/test --yes --diff @ network"]],
  ["task all", ["tsc GP226", "pulumi up -s acme/prod @ network GP226", "pulumi refresh GP226"]],
  ["task branch", ["pulumi up -s ${{ {{.BRANCH}} }}"]],
  ["task fallback", ["pulumi up -s test"]],
  ["task fallback NAME=prod", ["pulumi up -s prod"]],
  ["task checked", ["pulumi up perhaps"]],
  ["task loop", ["task loop"]],
  ["cd network && task up", ["pulumi up -s net @ network"]],
  ["task net:up", ["pulumi up -s net"]],
  ["task dns:up", ["pulumi up -s dns @ dns"]],
  ["task -d dns up", ["pulumi up -s dns @ dns"]],
  ["task --list", ["task --list"]],
])("task: %s", (line, expected) => {
  expect(unwrapped(line, taskfiles)).toEqual(expected);
});

test.each<readonly [string, readonly string[]]>([
  ["docker run --rm -v $PWD:/x -w /x/network pulumi/pulumi:3.200.0 up --yes", ["pulumi up --yes @ network"]],
  ["docker run -v $(pwd)/network:/pulumi/projects pulumi/pulumi preview", ["pulumi preview @ network"]],
  ['docker run --rm -it -v "$GITHUB_WORKSPACE":/x -w /x pulumi/pulumi-nodejs pulumi up', ["pulumi up"]],
  ["cd network && docker run -v $PWD:/x --workdir=/x pulumi/pulumi-go:3 pulumi up", ["pulumi up @ network"]],
  ["docker run --entrypoint pulumi -v ./network:/x -w /x pulumi/pulumi-base up", ["pulumi up @ network"]],
  ["docker run --mount type=bind,source=$PWD/network,target=/x -w /x pulumi/pulumi up", ["pulumi up @ network"]],
  ["docker run -v $PWD:/x -w /x pulumi/pulumi-python bash -c 'cd network && pulumi up'", ["pulumi up @ network"]],
  [
    "docker run -v $PWD:/x -v ~/.aws:/root/.aws -w /x pulumi/pulumi up",
    ["pulumi up with fetched docker run -v ~/.aws"],
  ],
  [
    "docker run --env-file prod.env -v $PWD:/x -w /x pulumi/pulumi up",
    ["pulumi up with fetched docker run --env-file prod.env"],
  ],
  ["docker run -v $PWD:/x -w /x acme/infra pulumi up", ["pulumi up GP226"]],
  ["docker run pulumi/pulumi up", ["pulumi up @ ${{ docker run -w  }}"]],
  ["docker run acme/infra", ["docker run acme/infra"]],
  ["docker build -t pulumi/pulumi .", ["docker build -t pulumi/pulumi ."]],
])("docker: %s", (line, expected) => {
  expect(unwrapped(line, tree({}))).toEqual(expected);
});
