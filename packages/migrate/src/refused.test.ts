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

const update = "pulumi up --yes -s acme/network/prod";
const preview = "pulumi preview -s acme/network/prod";
const look = action("command: preview, stack-name: acme/network/prod");
const intoMain = "{ pull_request: { branches: [main] } }";

function when(condition: string, step: string): string {
  return step.replace("- uses", `- if: ${JSON.stringify(condition)}\n        uses`);
}

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
    what: "a schedule in another time zone",
    on: "{ schedule: [{ cron: '0 9 * * *', timezone: Europe/Paris }] }",
    steps: up,
    code: "GP238",
  },
  {
    what: "a review of a pull request",
    on: "{ pull_request_review: { types: [submitted] } }",
    steps: up,
    code: "GP238",
  },
  {
    what: "paths that match nothing",
    on: "{ push: { branches: [main], paths: ['./infra/**'] } }",
    steps: up,
    code: "GP205",
  },
  { what: "branches that match nothing", on: "{ push: { branches: [main, '!main'] } }", steps: up, code: "GP205" },
  {
    what: "a word in the names of branches",
    on: "push",
    steps: when("contains(github.ref, 'hot')", up),
    code: "GP230",
  },
  {
    what: "an end of the names of branches",
    on: "push",
    steps: when("endsWith(github.ref_name, '-rel')", up),
    code: "GP230",
  },
  {
    what: "a pattern of a script for branches",
    on: "push",
    steps: cli(`if [[ "$GITHUB_REF_NAME" == rel* ]]; then ${update}; fi`),
    code: "GP230",
  },
  {
    what: "a branch's name cut in a script",
    on: "push",
    steps: cli(`B="\${GITHUB_REF##*/}"; case "$B" in main) ;; hotfix-*) ;; *) exit 0;; esac; ${update}`),
    code: "GP205",
  },
  {
    what: "a branch of a variable in a script",
    on: "push",
    steps: cli(`[ "$GITHUB_REF_NAME" = "$LIVE" ] || exit 0; ${update}`),
    code: "GP205",
  },
  { what: "drafts, by index", on: intoMain, steps: when("!github.event.pull_request['draft']", look), code: "GP236" },
  {
    what: "drafts, in capitals",
    on: intoMain,
    steps: when("GITHUB.EVENT.PULL_REQUEST.DRAFT == false", look),
    code: "GP236",
  },
  {
    what: "forks, by index",
    on: intoMain,
    steps: when("!github.event.pull_request.head['repo'].fork", look),
    code: "GP236",
  },
  {
    what: "labels, joined",
    on: intoMain,
    steps: when("!contains(join(github.event.pull_request.labels.*.name, ','), 'no-preview')", look),
    code: "GP205",
  },
  {
    what: "labels, as JSON",
    on: intoMain,
    steps: when("!contains(toJSON(github.event.pull_request.labels), 'no-preview')", look),
    code: "GP205",
  },
  {
    what: "labels in a script",
    on: intoMain,
    steps: cli(
      `L="\${{ join(github.event.pull_request.labels.*.name) }}"; if [[ "$L" == *skip* ]]; then exit 0; fi; ${preview}`,
    ),
    code: "GP205",
  },
  {
    what: "a person in a script",
    on: intoMain,
    steps: cli(`if [ "$GITHUB_ACTOR" != "dependabot[bot]" ]; then ${preview}; fi`),
    code: "GP236",
  },
  {
    what: "a person's name in a script, by expression",
    on: intoMain,
    steps: cli(`if [ "\${{ github.actor }}" = "octocat" ]; then exit 0; fi; ${preview}`),
    code: "GP205",
  },
  {
    what: "people by a pattern in a script",
    on: intoMain,
    steps: cli(`case "$GITHUB_ACTOR" in *bot*) exit 0;; esac; ${preview}`),
    code: "GP205",
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
  const { document } = await migrate({ tree, surroundings: new Map() });
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

const byRef: readonly (readonly [string, string])[] = [
  ["an equal name", "github.ref_name == 'v1' && 'prod' || 'dev'"],
  ["a start", "startsWith(github.ref_name, 'v1') && 'prod' || 'dev'"],
  ["a word", "contains(github.ref, '-rc') && 'dev' || 'prod'"],
  ["an end", "endsWith(github.ref, '-rc') && 'dev' || 'prod'"],
];

test.each(byRef)("a stack that tags choose by %s is every stack they choose", async (_, choice) => {
  const steps = action(`command: up, stack-name: "acme/network/\${{ ${choice} }}"`);
  const found = await decided({ what: "", on: "{ push: { tags: ['v*'] } }", steps, code: "" });
  expect(found).toHaveLength(2);
});

test("what waits for the default branch is not said to run for pull requests", async () => {
  const steps = when("github.ref_name == github.event.repository.default_branch", up);
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow({ what: "", on: "[push, pull_request]", steps, code: "" })],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() });
  expect(document.operations.flatMap(({ on }) => on.map(({ event }) => event))).not.toContain("pull_request");
});

test("a branch put together by format is the branch", async () => {
  const steps = when("github.ref == format('refs/heads/{0}', 'rel')", up);
  expect(await decided({ what: "", on: "push", steps, code: "" })).toEqual([
    { operation: "update", disposition: "move", codes: [] },
  ]);
});
