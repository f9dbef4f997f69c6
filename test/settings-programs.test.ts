import { describe, expect, test } from "vitest";
import { apply, type Tree } from "@gha2pulumi/repo";
import { migrate, type PlannedSettings } from "@gha2pulumi/migrate";
import { readTypescript, settingLabel, type Setting, type StackSettings } from "@gha2pulumi/deployments";
import { fixtures } from "./support/fixture.ts";
import {
  programFolder,
  removeFolder,
  runUnderMocks,
  typeCheck,
  writeFiles,
  type MockedProgram,
  type RecordedResource,
} from "./support/run-settings-program.ts";

const program = "deployment-settings/";

/** What the tool adds to a repository has to compile, to run, and to declare what the plan says. */
describe("the settings program of every fixture", async () => {
  const written: { readonly name: string; readonly after: Tree; readonly settings: readonly PlannedSettings[] }[] = [];
  for (const { name, before, surroundings } of fixtures()) {
    const { document, changes } = await migrate({ tree: before, surroundings }, undefined);
    const after = apply(before, changes);
    // Those in other notations are checked beside them, in packages/deployments and in settings-schema.test.ts.
    if (document.settings.length > 0 && after.has(`${program}index.ts`))
      written.push({ name, after, settings: document.settings });
  }

  test("compiles under strict against @pulumi/pulumiservice 1.3.0", async () => {
    const folders = written.map(({ after }) => {
      const folder = programFolder();
      writeFiles(folder, filesOf(after));
      return folder;
    });
    expect(folders.length).toBeGreaterThan(5);
    const complaints = await typeCheck(folders);
    for (const folder of folders) removeFolder(folder);
    expect(complaints).toEqual([]);
  });

  let running: ReturnType<typeof runUnderMocks> | undefined;
  const runs = () =>
    (running ??= runUnderMocks(written.map(({ after }) => mocked(after.get(`${program}index.ts`) ?? ""))));

  test.each(written.map((one, at) => [one.name, one, at] as const))("runs under mocks: %s", async (_, one, at) => {
    const { after, settings } = one;
    const read = await readTypescript(after);
    const recorded = (await runs())[at] ?? [];
    const declared = recorded.filter((one) => one.type === "pulumiservice:index:DeploymentSettings");
    expect(declared.length).toBe(read.settings.length);
    for (const planned of settings) {
      const own = read.settings.find((one) => one.project === planned.project && one.stack === planned.stack);
      const resource = declared.find(
        (one) => one.inputs["project"] === planned.project && one.inputs["stack"] === planned.stack,
      );
      expect(own && resource && inputsOf(resource)).toEqual(own && expectedInputs(own, planned));
    }
  });
});

function filesOf(tree: Tree): readonly (readonly [string, string])[] {
  return [...tree]
    .filter(([path]) => path.startsWith(program))
    .map(([path, text]) => [path.slice(program.length), text]);
}

/** The program with a value for every key it asks for: the key itself, so that it is seen where it goes. */
function mocked(indexTs: string): MockedProgram {
  const keys = [...indexTs.matchAll(/config\.require(?:Secret)?\("([^"]+)"\)/g)].map((found) => found[1] ?? "");
  return { indexTs, config: { live: "true", ...Object.fromEntries(keys.map((key) => [key, `<${key}>`])) } };
}

interface Comparable {
  readonly organization: unknown;
  readonly branch: unknown;
  readonly directory: unknown;
  readonly repository: unknown;
  readonly triggers: readonly unknown[];
  readonly paths: unknown;
  readonly preRun: unknown;
  readonly environment: unknown;
  readonly role: unknown;
  readonly cache: boolean;
}

/** What the program handed to the provider. */
function inputsOf({ inputs }: RecordedResource): Comparable {
  const at = (...keys: readonly string[]): unknown =>
    keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], inputs);
  const block = at("vcs") === undefined ? "github" : "vcs";
  return {
    organization: at("organization"),
    branch: at("sourceContext", "git", "branch"),
    directory: at("sourceContext", "git", "repoDir") ?? ".",
    repository: at(block, "repository"),
    triggers: [at(block, "deployCommits"), at(block, "previewPullRequests"), at(block, "pullRequestTemplate")],
    paths: at(block, "paths") ?? [],
    preRun: at("operationContext", "preRunCommands") ?? [],
    environment: at("operationContext", "environmentVariables") ?? {},
    role: at("operationContext", "oidc", "aws", "roleARN"),
    cache: at("cacheOptions", "enable") === true,
  };
}

/** What the plan said it would: read from the plan's own fields, and from nowhere else. */
function expectedInputs(own: StackSettings, planned: PlannedSettings): Comparable {
  const values = (name: string): readonly string[] =>
    planned.fields.filter((field) => field.name === name).map((field) => field.value);
  const environment = planned.fields.filter((field) => field.name.startsWith("environmentVariables."));
  const label = (value: Setting | undefined): string => (value ? settingLabel(value) : "acme");
  return {
    organization: planned.organization ?? label(own.organization),
    branch: values("branch")[0],
    directory: values("repoDir")[0],
    repository: values("repository")[0],
    triggers: ["deployCommits", "previewPullRequests", "pullRequestTemplate"].map((name) => values(name)[0] === "true"),
    paths: values("paths"),
    preRun: values("preRunCommands"),
    environment: Object.fromEntries(
      environment.map((field) => [field.name.slice("environmentVariables.".length), field.value]),
    ),
    role: values("oidc.aws.roleARN")[0],
    cache: values("cache")[0] === "true",
  };
}
