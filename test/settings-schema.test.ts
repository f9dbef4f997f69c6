import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, entry, mapEntries, readYaml, scalarText, type YamlNode } from "@gha2pulumi/repo";
import { writeYaml } from "@gha2pulumi/deployments";
import { many, tree } from "./support/settings-arbitrary.ts";

const file = fileURLToPath(new URL("../../shared/reference/pulumiservice-schema-deployments.json", import.meta.url));

interface Property {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
}
interface Schema {
  readonly version: string;
  readonly resources: Readonly<
    Record<
      string,
      { readonly inputProperties: Readonly<Record<string, Property>>; readonly requiredInputs: readonly string[] }
    >
  >;
  readonly types: Readonly<
    Record<string, { readonly properties?: Readonly<Record<string, Property>>; readonly required?: readonly string[] }>
  >;
}

/** A program in Pulumi YAML has no compiler: the provider's own schema judges it. */
describe.skipIf(!existsSync(file))("programs in Pulumi YAML (skipped where the provider's schema is not)", () => {
  const schema = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Schema) : undefined;

  test("have the properties of the provider's schema, each of its type", async () => {
    if (schema === undefined) return;
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(many, async (generated) => {
        const settings = generated.map((one) => ({ ...one, schedules: [] }));
        const { changes } = await writeYaml(settings, tree);
        const path = "deployment-settings/Pulumi.yaml";
        const { root } = readYaml(path, apply(tree, changes).get(path) ?? "");
        for (const { value } of mapEntries(entry(root, "resources"))) {
          seen += 1;
          const type = (scalarText(entry(value, "type")) ?? "").replace("pulumiservice:", "pulumiservice:index:");
          const resource = schema.resources[type];
          expect(resource).toBeDefined();
          expect(scalarText(entry(entry(value, "options"), "version"))).toBe(schema.version.replace(/^v/, ""));
          const inputs = resource?.inputProperties ?? {};
          expect(complaints(entry(value, "properties"), inputs, resource?.requiredInputs ?? [], schema)).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(100);
  });

  test("the npm package declares what the schema has, block by block", () => {
    if (schema === undefined) return;
    const declared = [...interfaces("types/input.d.ts"), ...interfaces("deploymentSettings.d.ts")];
    const blocks = declared.filter(([name]) => name === "DeploymentSettings" || schema.types[typeName(name)]);
    expect(blocks.map(([name]) => name)).toEqual(
      expect.arrayContaining(["DeploymentSettings", "GCPOIDCConfiguration"]),
    );
    for (const [name, properties] of blocks) {
      const inputs =
        schema.resources[typeName(name)]?.inputProperties ?? schema.types[typeName(name)]?.properties ?? {};
      expect([name, [...properties].sort()]).toEqual([name, Object.keys(inputs).sort()]);
    }
  });

  test("and it complains where they have not", () => {
    if (schema === undefined) return;
    const inputs = schema.resources["pulumiservice:index:DeploymentSettings"]?.inputProperties ?? {};
    const wrong = readYaml("a.yaml", "github: { repository: [a], branch: b }\ncacheOptions: { enable: maybe }\n").root;
    expect(complaints(wrong, inputs, ["project"], schema)).toEqual([
      "project is missing",
      "github.repository is no string",
      "github.branch is not there",
      "cacheOptions.enable is no boolean",
    ]);
  });
});

const typeName = (name: string): string => `pulumiservice:index:${name}`;

/** The interfaces of inputs in one of the package's declaration files, each with its properties. */
function interfaces(name: string): readonly (readonly [string, readonly string[]])[] {
  const text = readFileSync(
    fileURLToPath(new URL(`engine/program/node_modules/@pulumi/pulumiservice/${name}`, import.meta.url)),
    "utf8",
  );
  return [...text.matchAll(/^export interface (\w+)Args \{\n([\s\S]*?)^\}/gm)].map(
    ([, interfaceName = "", body = ""]) => [
      interfaceName,
      [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, property = ""]) => property),
    ],
  );
}

function complaints(
  node: YamlNode | undefined,
  properties: Readonly<Record<string, Property>>,
  required: readonly string[],
  schema: Schema,
  at = "",
): readonly string[] {
  const entries = mapEntries(node);
  const missing = required.filter((name) => !entries.some(({ key }) => key === name));
  return [
    ...missing.map((name) => `${at}${name} is missing`),
    ...entries.flatMap(({ key, value }) => {
      const property = properties[key];
      return property === undefined ? [`${at}${key} is not there`] : ofType(value, property, schema, `${at}${key}`);
    }),
  ];
}

function ofType(node: YamlNode, property: Property, schema: Schema, at: string): readonly string[] {
  const type = property.$ref === undefined ? undefined : schema.types[property.$ref.replace("#/types/", "")];
  if (type?.properties !== undefined)
    return node.kind === "map"
      ? complaints(node, type.properties, type.required ?? [], schema, `${at}.`)
      : [`${at} is no object`];
  switch (property.type) {
    case "boolean":
      return node.kind === "scalar" && !node.quoted && /^(?:true|false|\$\{live\})$/.test(node.text)
        ? []
        : [`${at} is no boolean`];
    case "array":
      return node.kind === "list"
        ? node.items.flatMap((item, i) => ofType(item, property.items ?? {}, schema, `${at}[${i}]`))
        : [`${at} is no list`];
    case "object":
      return mapEntries(node).flatMap(({ key, value }) =>
        ofType(value, property.additionalProperties ?? {}, schema, `${at}.${key}`),
      );
    default:
      return node.kind === "scalar" ? [] : [`${at} is no string`];
  }
}
