import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

/** Steps, or whole jobs and triggers, that must not move, each with the code of the reason; one line says one thing. */
interface Row {
  readonly what: string;
  readonly steps?: string;
  readonly jobs?: string;
  readonly on?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly code: string;
}

const token = "env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }";
const checkout = "      - uses: actions/checkout@v4\n";

function cli(line: string): string {
  return `      - run: ${JSON.stringify(line)}\n        ${token}\n`;
}

function action(inputs: string): string {
  return `      - uses: pulumi/actions@v6\n        with: { ${inputs} }\n        ${token}\n`;
}

function run(line: string): string {
  return `      - run: ${JSON.stringify(line)}\n`;
}

const up = action("command: up, stack-name: acme/network/prod");

const rows: readonly Row[] = [
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
  {
    what: "a build of another job out of a cache",
    steps: "      - uses: actions/cache/restore@v4\n        with: { path: dist, key: '${{ github.sha }}' }\n" + up,
    code: "GP221",
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
];

function workflow({ steps = "", jobs, on = "{ push: { branches: [main] } }" }: Row): string {
  return `name: Deploy\non: ${on}\njobs:\n${jobs ?? `  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${checkout}${steps}`}`;
}

async function decided(
  row: Row,
): Promise<
  readonly { readonly operation: string | null; readonly disposition: string; readonly codes: readonly string[] }[]
> {
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow(row)],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ...Object.entries(row.files ?? {}),
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  return document.operations.map(({ operation, disposition, reasons }) => ({
    operation,
    disposition,
    codes: reasons.map(({ code }) => code),
  }));
}

test.each(rows.map((row) => [row.what, row] as const))("does not move: %s", async (_, row) => {
  const found = await decided(row);
  expect(found.map(({ disposition }) => disposition)).not.toContain("move");
  expect(found.flatMap(({ codes }) => codes)).toContain(row.code);
});

test("the same without any of that moves", async () => {
  expect(await decided({ what: "", steps: up, code: "" })).toEqual([
    { operation: "update", disposition: "move", codes: [] },
  ]);
});
