import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { apply, type Tree } from "@gha2pulumi/repo";
import { grammars } from "../../../../test/support/grammars.ts";
import { bare, comparable, many, text, tree } from "../../../../test/support/settings-arbitrary.ts";
import { setting, type StackSettings } from "../settings.ts";
import { readPythonPrograms, writePython } from "./python.ts";

const PROGRAM = "deployment-settings/__main__.py";

async function written(settings: readonly StackSettings[], from: Tree): Promise<Tree> {
  const { changes, refused } = await writePython(settings, from, grammars);
  expect(refused).toEqual([]);
  return apply(from, changes);
}

test("what is written is read back", async () => {
  await fc.assert(
    fc.asyncProperty(many, async (settings) => {
      const read = await readPythonPrograms(await written(settings, tree), grammars);
      expect(read.gaps).toEqual([]);
      expect(bare(read.settings)).toEqual(bare(settings));
      expect(await writePython([...settings].reverse(), tree, grammars)).toEqual(
        await writePython(settings, tree, grammars),
      );
    }),
    { numRuns: 200 },
  );
});

const comment = text.map((words) => `# ${words.replace(/[^\x20-\x7e]/g, " ")}`);
const own = fc.constantFrom(
  "retries = 3",
  'service.StackTag("mine", organization="acme", project="a", stack="b", name="c", value="d")',
  "def describe(live):\n    return live",
  "import os",
);
/** A comment goes anywhere; a statement between those of the program. */
const insertion = fc.oneof(
  fc.record({ at: fc.nat(10_000), text: comment, whole: fc.constant(false) }),
  fc.record({ at: fc.nat(10_000), text: own, whole: fc.constant(true) }),
);

test("a program is continued behind a person's comments, constants and resources", async () => {
  await fc.assert(
    fc.asyncProperty(
      many,
      fc.nat(3),
      fc.array(insertion, { maxLength: 5 }),
      fc.boolean(),
      async (generated, count, insertions, crlf) => {
        const settings = comparable(generated);
        const first = await written(settings.slice(0, count + 1), tree);
        let lines = (first.get(PROGRAM) ?? "").split("\n");
        for (const one of insertions.filter(({ whole }) => !whole)) lines.splice(one.at % lines.length, 0, one.text);
        for (const one of insertions.filter(({ whole }) => whole)) {
          const places = lines.flatMap((line, i) => (line === "" ? [i] : []));
          lines.splice(places[one.at % places.length] ?? 0, 0, one.text);
        }
        lines = lines.join("\n").split("\n");
        const start = new Map([...first, [PROGRAM, lines.join(crlf ? "\r\n" : "\n")]]);
        const { changes, refused } = await writePython(settings, start, grammars);
        expect(refused).toEqual([]);
        const after = apply(start, changes);
        const read = await readPythonPrograms(after, grammars);
        expect(read.gaps).toEqual([]);
        expect(bare(read.settings)).toEqual(bare(settings));
        for (const change of changes)
          if (change.kind === "edit") expect(change.splices.every(({ start, end }) => start === end)).toBe(true);
        expect(await writePython(settings, after, grammars)).toEqual({ changes: [], refused: [] });
      },
    ),
    { numRuns: 100 },
  );
});

const at = [{ path: "deploy.yml", start: 0, end: 1 }] as const;
const [sample] = fc.sample(many, { numRuns: 1, seed: 7 })[0] ?? [];
const one: StackSettings = {
  ...(sample as StackSettings),
  organization: undefined,
  project: "shop",
  stack: "prod",
  branch: setting("main", at),
  repository: setting("acme/shop", at),
  repositoryBlock: "github",
  deployCommits: true,
  previewPullRequests: false,
  directory: "infra",
  paths: [setting("infra/**", at), setting("!**/*.md", at)],
  preRunCommands: [setting("echo {x} \\ \"'", at)],
  environment: new Map([
    ["AWS_REGION", setting("eu-central-1", at)],
    ["ACCOUNT", setting(["{a}-", { config: "ACCOUNT", secret: false }], at)],
    ["KEY", setting(["a-", { config: "production.API_KEY", secret: true }], at, "a note")],
  ]),
  oidc: [
    {
      kind: "aws",
      roleARN: setting("arn:aws:iam::111122223333:role/x", at),
      sessionName: setting("pulumi", at),
      duration: undefined,
    },
  ],
  executorImage: undefined,
  agentPool: undefined,
  schedules: [
    { kind: "drift", cron: setting("0 1 * * *", at), autoRemediate: false, from: at },
    { kind: "operation", cron: setting("0 2 * * *", at), operation: "refresh", from: at },
  ],
  reasons: new Map(),
  from: at,
};

test("it is as black would leave it, in the names of the Python SDK", async () => {
  const program = (await written([one], new Map([["deploy.yml", "on: push\n"]]))).get(PROGRAM) ?? "";
  const line = (text: string): void => expect(program).toContain(`${text}\n`);
  line("shop_prod = service.DeploymentSettings(");
  line("    organization=pulumi.get_organization(),");
  line('        "deploy_commits": live,');
  line('        "preview_pull_requests": False,');
  line('            "echo {x} \\\\ \\"\'",');
  line(`            "ACCOUNT": f"{{a}}-{config.require('ACCOUNT')}",`);
  line('            "KEY": pulumi.Output.concat(');
  line('                config.require_secret("production.API_KEY"),');
  line("            ),  # a note");
  line('                "role_arn": "arn:aws:iam::111122223333:role/x",');
  line("    opts=pulumi.ResourceOptions(retain_on_delete=True),");
  line("if live:");
  line("        pulumi_operation=service.PulumiOperation.REFRESH,");
  line("        opts=pulumi.ResourceOptions(depends_on=[shop_prod]),");
});

const hasBlack = spawnSync("black", ["--version"]).status === 0;

test.skipIf(!hasBlack)(`black changes nothing${hasBlack ? "" : ": skipped, because it is not installed"}`, async () => {
  for (const settings of fc.sample(many, { numRuns: 20, seed: 5 })) {
    const program = (await written(settings, tree)).get(PROGRAM) ?? "";
    const { stdout } = spawnSync("black", ["-q", "-"], { input: program, encoding: "utf8" });
    expect(stdout).toBe(program);
  }
});

test.each<[string, string | RegExp, string]>([
  ["a trigger that is left out", '        "deploy_commits": live,\n', ""],
  [
    "a property that says more",
    '        "deploy_commits": live,',
    '        "deploy_commits": live,\n        "more": 1,',
  ],
  ["a name that is given twice", "live = config", "live = True\nlive = config"],
  ["a name from elsewhere", "import pulumi\n", "import pulumi\nfrom shared import *\n"],
  ["a condition that is not read", "shop_prod = ", "if os.name:\n  shop_prod = "],
  [
    "a secret in a formatted string",
    /pulumi\.Output\.concat\([^)]*\),\s*\)/,
    `f"a-{config.require_secret('production.API_KEY')}"`,
  ],
  ["a literal secret", 'config.require_secret("production.API_KEY")', 'pulumi.Output.secret("x")'],
  ["a default", 'config.require_secret("production.API_KEY")', 'config.get("x", "y")'],
  [
    "another class of that name",
    "import pulumi_pulumiservice as service",
    "import pulumiservice_of_ours as service\n# pulumi_pulumiservice",
  ],
  ["a text with another prefix", '"branch": "main"', '"branch": b"main"'],
])("a gap, not a guess: %s", async (_, line, other) => {
  const program = (await written([one], tree)).get(PROGRAM) ?? "";
  const changed = program.replace(line, () => other);
  expect(changed).not.toBe(program);
  const files = new Map(await written([one], tree)).set(PROGRAM, changed);
  const { settings, gaps } = await readPythonPrograms(files, grammars);
  expect(settings).toEqual([]);
  expect(gaps.length).toBeGreaterThan(0);
});

test("classes of the SDK and constants of the program are read as well", async () => {
  const program = `import pulumi
from pulumi_pulumiservice import DeploymentSettings, DeploymentSettingsGithubArgs as Github, DeploymentSettingsSourceContextArgs
import pulumi_pulumiservice as ps

BRANCH = "ma" "in"
shared = {"organization": "acme", "project": "shop"}
DeploymentSettings("x", stack="prod", **shared,
    source_context=DeploymentSettingsSourceContextArgs(git=ps.DeploymentSettingsGitSourceArgs(branch=BRANCH)),
    github=Github(repository="acme/shop", deploy_commits=not False, preview_pull_requests=False))
`;
  const files = new Map([
    ["infra/Pulumi.yaml", "name: a\nruntime: python\n"],
    ["infra/__main__.py", program],
  ]);
  const { settings, gaps } = await readPythonPrograms(files, grammars);
  expect(gaps).toEqual([]);
  expect(settings).toMatchObject([{ project: "shop", stack: "prod", deployCommits: true, previewPullRequests: false }]);
  expect((await readPythonPrograms(files, undefined)).gaps).toHaveLength(1);
});

test.each<[string, Tree, string]>([
  ["a folder of another use", new Map([["deployment-settings/go.mod", ""]]), "holds something else"],
  ["a program without its switch", new Map([[PROGRAM, "import pulumi\n"]]), "does not import"],
  ["what is no Python", new Map([[PROGRAM, "def (\n"]]), "does not parse"],
])("refused: %s", async (_, from, note) => {
  const { changes, refused } = await writePython([one], from, grammars);
  expect(changes).toEqual([]);
  expect(refused.map((refusal) => refusal.note).join()).toContain(note);
});
