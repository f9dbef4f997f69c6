import fc from "fast-check";
import { format } from "prettier";
import { expect, test } from "vitest";
import { apply, type Change, type Trail } from "@gha2pulumi/repo";
import {
  programFolder,
  removeFolder,
  runUnderMocks,
  typeCheck,
  writeFiles,
  type MockedProgram,
} from "../../../../test/support/run-settings-program.ts";
import { bare, comparable, many, text, tree, WORKFLOW } from "../../../../test/support/settings-arbitrary.ts";
import { setting, type Setting, type StackSettings } from "../settings.ts";
import { configKeys, configName, type KeyOf } from "./config-key.ts";
import { configPieces } from "./project.ts";
import { readTypescript, writeTypescript } from "./typescript.ts";

const indexOf = (changes: readonly Change[]): string =>
  changes.flatMap((one) => (one.kind === "create" && one.path.endsWith("/index.ts") ? [one.text] : [])).join("");

test("what is written is read back", async () => {
  await fc.assert(
    fc.asyncProperty(many, async (settings) => {
      const { changes, refused } = await writeTypescript(settings, tree);
      expect(refused).toEqual([]);
      const read = await readTypescript(apply(tree, changes));
      expect(read.gaps).toEqual([]);
      expect(bare(read.settings)).toEqual(bare(settings));
    }),
    { numRuns: 400 },
  );
});

test("a program that is continued declares both, and writing again changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(many, fc.nat(3), fc.boolean(), async (generated, count, crlf) => {
      const settings = comparable(generated);
      const first = apply(tree, (await writeTypescript(settings.slice(0, count + 1), tree)).changes);
      const start = crlf ? new Map([...first].map(([path, one]) => [path, one.replaceAll("\n", "\r\n")])) : first;
      const { changes, refused } = await writeTypescript(settings, start);
      expect(refused).toEqual([]);
      const after = apply(start, changes);
      const read = await readTypescript(after);
      expect(read.gaps).toEqual([]);
      expect(bare(read.settings)).toEqual(bare(settings));
      expect(await writeTypescript(settings, after)).toEqual({ changes: [], refused: [] });
      expect(
        after.get("deployment-settings/index.ts")?.startsWith(start.get("deployment-settings/index.ts") ?? ""),
      ).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("the order of the settings leaves no trace", async () => {
  await fc.assert(
    fc.asyncProperty(many, async (settings) => {
      expect(await writeTypescript([...settings].reverse(), tree)).toEqual(await writeTypescript(settings, tree));
    }),
    { numRuns: 50 },
  );
});

test("keys are valid, differ, and lead back to their names", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ config: text, secret: fc.boolean() })), (pieces) => {
      const keyOf = configKeys(pieces, new Map());
      const distinct = new Map(pieces.map((one) => [JSON.stringify(one), one]));
      const keys = [...distinct.values()].map(keyOf);
      expect(new Set(keys).size).toBe(new Set([...distinct.values()].map((one) => `${one.secret} ${one.config}`)).size);
      for (const one of distinct.values()) {
        expect(keyOf(one)).toMatch(/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/);
        expect(keyOf(one)).not.toBe("live");
        expect(configName(keyOf(one))).toBe(one.config);
      }
    }),
  );
  expect(configKeys([{ config: "API_KEY", secret: true }], new Map())({ config: "API_KEY", secret: true })).toBe(
    "API_KEY",
  );
});

const samples = (count: number): readonly (readonly StackSettings[])[] =>
  fc.sample(many, { numRuns: count, seed: 20261122 });

test("emitted programs satisfy the compiler, strictly", async () => {
  const folders: string[] = [];
  try {
    for (const settings of [...samples(6), [ordinary]]) {
      const folder = programFolder();
      folders.push(`${folder}/deployment-settings`);
      const { changes } = await writeTypescript(settings, tree);
      writeFiles(
        folder,
        changes.flatMap((one) => (one.kind === "create" ? [[one.path, one.text] as const] : [])),
      );
    }
    expect(await typeCheck(folders)).toEqual([]);
  } finally {
    for (const folder of folders) removeFolder(folder.replace(/\/deployment-settings$/, ""));
  }
});

test("the compiler's complaints are heard", async () => {
  const folder = programFolder();
  const { changes } = await writeTypescript([ordinary], tree);
  const wrong = indexOf(changes).replace("roleARN", "roleArn");
  writeFiles(
    folder,
    changes.flatMap((one) => (one.kind === "create" ? [[one.path, one.text] as const] : [])),
  );
  writeFiles(folder, [["deployment-settings/index.ts", wrong]]);
  expect((await typeCheck([`${folder}/deployment-settings`])).join()).toContain("roleArn");
  removeFolder(folder);
});

test.each([true, false])("emitted programs register what the settings say, live: %s", async (live) => {
  const expected: ReturnType<typeof expectedResources>[] = [];
  const programs: MockedProgram[] = [];
  for (const generated of [...samples(6), [ordinary]]) {
    // Pulumi's own copy of the inputs loses a variable named `__proto__`, however it is written.
    const settings = generated.map((one) => ({
      ...one,
      environment: new Map([...one.environment].filter(([key]) => key !== "__proto__")),
    }));
    const keyOf = configKeys(configPieces(settings), new Map());
    const config = Object.fromEntries(configPieces(settings).map((one) => [keyOf(one), `value of ${keyOf(one)}`]));
    const indexTs = indexOf((await writeTypescript(settings, tree)).changes);
    programs.push({ indexTs, config: { ...config, live: String(live) } });
    expected.push(settings.flatMap((one) => expectedResources(one, live, keyOf)));
  }
  const inOrder = (all: readonly { readonly type: string; readonly inputs: unknown }[]) =>
    all.map(({ type, inputs }) => JSON.stringify([type, sortedKeys(inputs)])).sort();
  const recorded = await runUnderMocks(programs);
  expect(recorded.map(inOrder)).toEqual(expected.map(inOrder));
  for (const one of recorded) expect(new Set(one.map(({ name }) => name)).size).toBe(one.length);
});

test("secrets stay secret", async () => {
  const { changes } = await writeTypescript([ordinary], tree);
  const config = { live: "true", API_KEY: "k", AWS_ACCOUNT_ID: "1" };
  const [recorded = []] = await runUnderMocks([{ indexTs: indexOf(changes), config }]);
  expect(recorded.find((one) => one.type.endsWith("DeploymentSettings"))?.secret).toBe(true);
});

function sortedKeys(one: unknown): unknown {
  if (Array.isArray(one)) return one.map(sortedKeys);
  if (typeof one !== "object" || one === null) return one;
  const entries = Object.entries(one).filter(([, inner]) => inner !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sortedKeys(inner)]);
}

/** What the provider must be given for these settings, told a second time and apart from the writer. */
function expectedResources(one: StackSettings, live: boolean, keyOf: KeyOf) {
  const of = (value: Setting): string =>
    value.value.map((part) => (typeof part === "string" ? part : `value of ${keyOf(part)}`)).join("");
  const all = (values: readonly Setting[]) => (values.length === 0 ? undefined : values.map(of));
  const filled = (fields: object) => (Object.values(fields).some((field) => field !== undefined) ? fields : undefined);
  const stack = {
    organization: one.organization === undefined ? "acme" : of(one.organization),
    project: one.project,
    stack: one.stack,
  };
  const oidc = Object.fromEntries(
    one.oidc.map(({ kind, ...fields }) => [
      kind,
      Object.fromEntries(
        Object.entries(fields).flatMap(([key, field]) => (field === undefined ? [] : [[key, of(field as Setting)]])),
      ),
    ]),
  );
  const settings = {
    ...stack,
    sourceContext: { git: { branch: of(one.branch), repoDir: one.directory === "." ? undefined : one.directory } },
    [one.repositoryBlock]: {
      ...(one.repositoryBlock === "vcs" ? { provider: "github" } : {}),
      repository: of(one.repository),
      deployCommits: live && one.deployCommits,
      previewPullRequests: live && one.previewPullRequests,
      pullRequestTemplate: live && one.pullRequestTemplate,
      paths: all(one.paths),
    },
    operationContext: filled({
      preRunCommands: all(one.preRunCommands),
      environmentVariables:
        one.environment.size === 0
          ? undefined
          : Object.fromEntries([...one.environment].map(([key, inner]) => [key, of(inner)])),
      options: filled({
        skipInstallDependencies: one.skipInstallDependencies || undefined,
        skipIntermediateDeployments: one.skipIntermediateDeployments || undefined,
        deleteAfterDestroy: one.deleteAfterDestroy || undefined,
      }),
      oidc: one.oidc.length === 0 ? undefined : oidc,
    }),
    agentPoolId: one.agentPool === undefined ? undefined : of(one.agentPool),
    executorContext: one.executorImage === undefined ? undefined : { executorImage: of(one.executorImage) },
    cacheOptions: one.cache ? { enable: true } : undefined,
  };
  const schedules = one.schedules.map((schedule) => {
    const cron = { ...stack, scheduleCron: of(schedule.cron) };
    return schedule.kind === "drift"
      ? { type: "pulumiservice:index:DriftSchedule", inputs: { ...cron, autoRemediate: schedule.autoRemediate } }
      : { type: "pulumiservice:index:DeploymentSchedule", inputs: { ...cron, pulumiOperation: schedule.operation } };
  });
  return [{ type: "pulumiservice:index:DeploymentSettings", inputs: settings }, ...(live ? schedules : [])];
}

const at = (start: number): Trail => [{ path: WORKFLOW, start, end: start + 3 }];
const ordinary: StackSettings = {
  organization: setting("acme", at(5)),
  project: "network",
  stack: "prod",
  branch: setting("main", at(26)),
  directory: "infra/network",
  repository: setting("acme/network", at(0)),
  repositoryBlock: "github",
  deployCommits: true,
  previewPullRequests: true,
  pullRequestTemplate: false,
  paths: [setting("infra/**", at(50)), setting("!**/*.md", at(60))],
  preRunCommands: [setting("npm ci", at(70)), setting(`echo "${"long ".repeat(20)}"`, at(0))],
  environment: new Map([
    ["AWS_REGION", setting("eu-central-1", at(80))],
    ["API_KEY", setting([{ config: "API_KEY", secret: true }], at(90), "copy it from the repository's secrets")],
    ["LONG", setting("x".repeat(95), at(95))],
  ]),
  skipInstallDependencies: true,
  skipIntermediateDeployments: false,
  deleteAfterDestroy: false,
  oidc: [
    {
      kind: "aws",
      roleARN: setting(["arn:aws:iam::", { config: "AWS_ACCOUNT_ID", secret: false }, ":role/deploy"], at(100)),
      sessionName: setting("pulumi-${deployment.version}", at(110)),
      duration: setting("1h", at(110)),
    },
  ],
  executorImage: setting("ghcr.io/acme/pulumi:3.200.0", at(111)),
  agentPool: setting("2f8a1c34-7d55-4b1e-9f0a-3c6b8e21d907", at(112)),
  cache: true,
  schedules: [{ kind: "drift", cron: setting("0 7 * * 1", at(120)), autoRemediate: false, from: at(120) }],
  reasons: new Map([["paths", at(40)]]),
  from: at(0),
};

test("what is emitted is as prettier would leave it at 100 columns", async () => {
  const plain = [
    ordinary,
    { ...ordinary, stack: "dev", schedules: [], organization: undefined, paths: [setting("a/**", at(0))] },
  ];
  const program = indexOf((await writeTypescript(plain, tree)).changes);
  expect(await format(program, { parser: "typescript", printWidth: 100 })).toBe(program);
  expect(program).toContain("deployCommits: live,");
  expect(program).toContain("organization: pulumi.getOrganization(),");
  expect(program).toContain('API_KEY: config.requireSecret("API_KEY"), // .github/workflows/deploy.yml:');
});
