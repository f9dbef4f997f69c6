import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { apply } from "@gha2pulumi/repo";
import { propertiesOf } from "../../../test/support/capabilities.mjs";
import { grammars } from "../../../test/support/grammars.ts";
import { stackSettings, tree } from "../../../test/support/settings-arbitrary.ts";
import { firstVersions, inexpressible, knownVersions } from "./capabilities.ts";
import { PROVIDER_VERSION } from "./formats/project.ts";
import { providerAsked } from "./formats/provider-asked.ts";
import { writePython } from "./formats/python.ts";
import { writeTypescript } from "./formats/typescript.ts";
import { writeYaml } from "./formats/yaml.ts";
import { declarablePaths } from "./live/declarable.ts";
import { setting, type StackSettings } from "./settings.ts";

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const installed = propertiesOf(at("test/engine/program/node_modules/@pulumi/pulumiservice"));

test("the newest version has every property of the table, and it is the one that is written for", () => {
  expect(knownVersions.at(-1)).toBe(PROVIDER_VERSION);
  for (const [path, version] of firstVersions) {
    expect(installed).toContain(path);
    expect(knownVersions).toContain(version);
  }
});

test("what can be declared is what the declarations have, in the names of the service", () => {
  const service: Readonly<Record<string, string>> = {
    github: "gitHub",
    roleARN: "roleArn",
    policyARNs: "policyArns",
    agentPoolId: "agentPoolID",
    username: "userName",
  };
  const own = installed
    .filter((path) => path.startsWith("DeploymentSettings."))
    .map((path) => path.split(".").slice(1));
  const leaves = own
    .map((path) => path.join("."))
    .filter((path, _, all) => !all.some((other) => other.startsWith(`${path}.`)));
  const named = leaves.map((path) =>
    path
      .split(".")
      .map((name) => service[name] ?? name)
      .join("."),
  );
  // Those that name the stack, and the one that the provider loses.
  const without = ["organization", "project", "stack", "operationContext.options.shell"];
  expect([...declarablePaths].sort()).toEqual(named.filter((path) => !without.includes(path)).sort());
});

const schema = at("../shared/reference/pulumiservice-schema-deployments.json");

test.skipIf(!existsSync(schema))("the declarations and the provider's schema name the same properties", () => {
  const { resources, types } = JSON.parse(readFileSync(schema, "utf8")) as {
    readonly resources: Readonly<Record<string, { readonly inputProperties: Readonly<Record<string, Property>> }>>;
    readonly types: Readonly<Record<string, { readonly properties?: Readonly<Record<string, Property>> }>>;
  };
  type Property = { readonly $ref?: string };
  const below = (path: string, properties: Readonly<Record<string, Property>>): readonly string[] =>
    Object.entries(properties).flatMap(([name, { $ref }]) => {
      const inner = types[$ref?.replace("#/types/", "") ?? ""]?.properties ?? {};
      return [`${path}.${name}`, ...below(`${path}.${name}`, inner)];
    });
  const named = ["DeploymentSettings", "DeploymentSchedule", "DriftSchedule", "TtlSchedule"].flatMap((resource) =>
    below(resource, resources[`pulumiservice:index:${resource}`]?.inputProperties ?? {}),
  );
  expect([...installed].sort()).toEqual([...named].sort());
});

const from = [{ path: "deploy.yml", start: 0, end: 1 }] as const;
const [sample] = fc.sample(stackSettings, { numRuns: 1, seed: 3 });
const stackOf = (stack: string, cache: boolean, repositoryBlock: "github" | "vcs"): StackSettings => ({
  ...(sample as StackSettings),
  organization: setting("acme", from),
  project: "shop",
  stack,
  cache,
  repositoryBlock,
  schedules: [],
});

test.each<[string, boolean, "github" | "vcs", number]>([
  ["^0.26.0", true, "github", 1],
  ["0.31.0", true, "github", 0],
  ["~0.30.9", true, "github", 1],
  ["1.3.0", true, "vcs", 0],
  ["0.34.0", false, "vcs", 1],
  ["0.26.0", false, "github", 0],
  ["latest", true, "vcs", 0],
  [">=0.26.0", true, "github", 1],
  ["==0.34.0", false, "vcs", 1],
  ["~=1.2.1", true, "vcs", 0],
  ["<2,>=0.30", true, "github", 1],
  ["0.x", true, "github", 1],
  ["npm:@acme/provider@0.1.0", true, "vcs", 0],
])("version %s, cache %s, block %s: %i refused", (version, cache, block, count) => {
  expect(inexpressible([stackOf("prod", cache, block)], version)).toHaveLength(count);
});

test.each<[string, string, string | undefined]>([
  ["requirements.txt", "pulumi==3.270.0\npulumi-pulumiservice==0.30.0 \\\n    --hash=sha256:00\n", "==0.30.0"],
  ["requirements.txt", "# pulumi-pulumiservice==0.1.8\nPulumi_PulumiService >= 0.26, < 1 # old\n", ">= 0.26, < 1"],
  ["requirements.txt", "pulumi-pulumiservice\nacme-pulumi-pulumiservice==0.1.0\n", undefined],
  ["pyproject.toml", '[project]\ndependencies = ["pulumi>=3", "pulumi-pulumiservice~=1.2.1"]\n', "~=1.2.1"],
  ["pyproject.toml", '[tool.poetry.dependencies]\npulumi-pulumiservice = "^0.34"\n', "^0.34"],
  [
    "pyproject.toml",
    '[tool.poetry.dependencies]\npulumi-pulumiservice = { extras = [], version = "0.34.0" }\n',
    "0.34.0",
  ],
])("what %s asks for: %j", (name, text, version) => {
  const found = providerAsked("ops/__main__.py", new Map([[`ops/${name}`, text]]));
  expect(found?.version).toBe(version);
  if (found) expect(text.slice(found.at.start, found.at.end)).toBe(version);
});

test("a program in Python with an old provider is not continued with what that cannot say", async () => {
  const first = apply(tree, (await writePython([stackOf("prod", false, "github")], tree, grammars)).changes);
  const old = new Map(first).set("deployment-settings/requirements.txt", "pulumi-pulumiservice>=0.26.0,<2\n");
  const { changes, refused } = await writePython([stackOf("dev", false, "vcs")], old, grammars);
  expect({ changes, refused }).toEqual({
    changes: [],
    refused: [
      {
        code: "GP515",
        stack: "acme/shop/dev",
        note: "version 0.26.0 of the provider has no DeploymentSettings.vcs",
      },
    ],
  });
});

test("a program in Pulumi YAML names the version for each resource, so that no other is in use", async () => {
  const first = apply(tree, (await writeYaml([stackOf("prod", false, "github")], tree)).changes);
  const after = apply(first, (await writeYaml([stackOf("dev", true, "vcs")], first)).changes);
  const program = after.get("deployment-settings/Pulumi.yaml") ?? "";
  expect(program.split(`version: ${PROVIDER_VERSION}\n`)).toHaveLength(1 + 2);
});

test("a program with an old provider is not continued with what that cannot say", async () => {
  const first = apply(tree, (await writeTypescript([stackOf("prod", false, "github")], tree)).changes);
  const text = first.get("deployment-settings/package.json") ?? "";
  const old = new Map(first).set("deployment-settings/package.json", text.replace(PROVIDER_VERSION, "^0.26.0"));
  const { changes, refused } = await writeTypescript([stackOf("dev", true, "github")], old);
  expect(changes).toEqual([]);
  expect(refused).toEqual([
    {
      code: "GP515",
      stack: "acme/shop/dev",
      note: "version 0.26.0 of the provider has no DeploymentSettings.cacheOptions",
    },
  ]);
});
