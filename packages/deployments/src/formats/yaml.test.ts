import fc from "fast-check";
import { format } from "prettier";
import { expect, test } from "vitest";
import { apply, type Tree } from "@gha2pulumi/repo";
import { bare, comparable, many, text, tree } from "../../../../test/support/settings-arbitrary.ts";
import { setting, type StackSettings } from "../settings.ts";
import { readYamlPrograms, writeYaml } from "./yaml.ts";

const PROGRAM = "deployment-settings/Pulumi.yaml";

/** Settings that Pulumi YAML can say: nothing that only exists once `live` is true. */
const sayable = (settings: readonly StackSettings[]): readonly StackSettings[] =>
  settings.map((one) => ({ ...one, schedules: [] }));

function written(settings: readonly StackSettings[], from: Tree): Promise<Tree> {
  return writeYaml(settings, from).then(({ changes, refused }) => {
    expect(refused).toEqual([]);
    return apply(from, changes);
  });
}

test("what is written is read back", async () => {
  await fc.assert(
    fc.asyncProperty(many.map(sayable), async (settings) => {
      const read = readYamlPrograms(await written(settings, tree));
      expect(read.gaps).toEqual([]);
      expect(bare(read.settings)).toEqual(bare(settings));
      expect(await writeYaml([...settings].reverse(), tree)).toEqual(await writeYaml(settings, tree));
    }),
    { numRuns: 400 },
  );
});

const comment = text.map((words) => `# ${words.replace(/[^\x20-\x7e]/g, " ")}`);
const insertion = fc.record({ at: fc.nat(10_000), text: comment });

test("a program is continued behind a person's comments and resources, and writing again changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      many.map(sayable),
      fc.nat(3),
      fc.array(insertion, { maxLength: 5 }),
      fc.boolean(),
      async (generated, count, insertions, crlf) => {
        const settings = comparable(generated);
        const first = await written(settings.slice(0, count + 1), tree);
        const lines = (first.get(PROGRAM) ?? "").split("\n");
        for (const one of insertions) lines.splice(one.at % lines.length, 0, one.text);
        const own = `  own-tag:\n    type: pulumiservice:StackTag\n    properties: { organization: acme, name: a, value: b }\n`;
        const lf = lines.join("\n").replace("\nresources:\n", `\nresources:\n${own}`);
        const mine = crlf ? lf.replaceAll("\n", "\r\n") : lf;
        const start = new Map([...first, [PROGRAM, mine]]);
        const { changes, refused } = await writeYaml(settings, start);
        expect(refused).toEqual([]);
        const after = apply(start, changes);
        const read = readYamlPrograms(after);
        expect(read.gaps).toEqual([]);
        expect(bare(read.settings)).toEqual(bare(settings));
        for (const change of changes)
          if (change.kind === "edit") expect(change.splices.every(({ start, end }) => start === end)).toBe(true);
        expect(await writeYaml(settings, after)).toEqual({ changes: [], refused: [] });
      },
    ),
    { numRuns: 150 },
  );
});

const at = [{ path: "deploy.yml", start: 0, end: 1 }] as const;
const [sample] = sayable(fc.sample(many, { numRuns: 1, seed: 7 })[0] ?? []);
const one: StackSettings = {
  ...(sample as StackSettings),
  organization: undefined,
  project: "shop",
  stack: "prod",
  branch: setting("main", at),
  repository: setting("acme/shop", at),
  directory: "infra",
  paths: [setting("infra/**", at), setting("!**/*.md", at)],
  preRunCommands: [setting("echo ${HOME} $$ # all: one", at)],
  environment: new Map([
    ["AWS_REGION", setting("eu-central-1", at)],
    ["ON", setting("yes", at)],
    ["KEY", setting(["a-", { config: "production.API_KEY", secret: true }], at, "a note")],
  ]),
  oidc: [
    {
      kind: "aws",
      roleARN: setting("arn:aws:iam::111122223333:role/x", at),
      sessionName: setting("pulumi-${deployment.version}", at),
      duration: undefined,
    },
  ],
  executorImage: undefined,
  agentPool: undefined,
  reasons: new Map(),
  from: at,
};

test("it is as prettier would leave it, with every text told from a reference", async () => {
  const program = (await written([one], new Map([["deploy.yml", "on: push\n"]]))).get(PROGRAM) ?? "";
  expect(await format(program, { parser: "yaml" })).toBe(program);
  expect(program).toContain("organization: ${pulumi.organization}\n");
  expect(program).toContain("  production/API_KEY:\n    type: string\n    secret: true\n");
  expect(program).toContain('- "echo $${HOME} $$$$ # all: one"\n');
  expect(program).toContain('"ON": "yes"\n');
  expect(program).toContain(`KEY: 'a-${"$"}{["production/API_KEY"]}' # a note\n`);
  expect(program).toContain('sessionName: "pulumi-$${deployment.version}"\n');
  expect(program).toContain("options:\n      retainOnDelete: true\n      version: 1.3.0\n");
});

test.each<[string, readonly StackSettings[], Tree, string]>([
  [
    "schedules",
    [{ ...one, schedules: [{ kind: "drift", cron: setting("0 1 * * *", at), autoRemediate: false, from: at }] }],
    tree,
    "has no condition",
  ],
  [
    "a name it takes for a function",
    [{ ...one, environment: new Map([["fn::x", setting("a", at)]]) }],
    tree,
    "function",
  ],
  ["a folder of another use", [one], new Map([["deployment-settings/go.mod", ""]]), "holds something else"],
])("refused: %s", async (_, settings, from, note) => {
  const { changes, refused } = await writeYaml(settings, from);
  expect(changes).toEqual([]);
  expect(refused.map((refusal) => refusal.note).join()).toContain(note);
});

test.each([
  ["a default for configuration", "    type: string\n    secret: true\n", "    type: string\n    default: x\n"],
  ["a function", "retainOnDelete: true", "retainOnDelete: true"],
  ["a property that says more", "    github:", "    more: a\n      github:"],
  ["a reference to a resource", "branch: main", "branch: ${own.name}"],
])("a gap, not a guess: %s", async (what, line, other) => {
  const program = (await written([one], tree)).get(PROGRAM) ?? "";
  const changed =
    what === "a function"
      ? program.replace("branch: main", "branch: { fn::invoke: { function: a } }")
      : program.replace(line, other);
  expect(changed).not.toBe(program);
  const { settings, gaps } = readYamlPrograms(new Map([[PROGRAM, changed]]));
  expect(settings).toEqual([]);
  expect(gaps.length).toBeGreaterThan(0);
});
