import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { goDuration } from "./resources.ts";
import { identity, settingsShapes, type Shapes } from "./settings-shape.ts";

const reference = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/reference/${name}`, import.meta.url));
const schemaFile = reference("pulumiservice-schema-deployments.json");
const apiFile = reference("pulumi-cloud-openapi-deployments.json");

interface Property {
  readonly $ref?: string;
}
interface Described {
  readonly properties?: Readonly<Record<string, Property>>;
}

/** The provider's stand-in may not know less, or other names, than the provider and the service do. */
describe.skipIf(!existsSync(schemaFile))("the table of properties (skipped where the descriptions are not)", () => {
  test("has every input of the resource in the provider's schema, but those it leaves out on purpose", () => {
    const schema = JSON.parse(readFileSync(schemaFile, "utf8")) as {
      readonly resources: Readonly<Record<string, { readonly inputProperties: Readonly<Record<string, Property>> }>>;
      readonly types: Readonly<Record<string, Described>>;
    };
    const inputs = schema.resources["pulumiservice:index:DeploymentSettings"]?.inputProperties ?? {};
    const type = (ref: string): Described => schema.types[ref.replace("#/types/", "")] ?? {};
    const described = names({ properties: inputs }, type);
    const known = [...identity, ...shapeNames(settingsShapes, "property")];
    expect(known.filter((name) => !described.includes(name))).toEqual([]);
    const left = described.filter((name) => !known.includes(name) && !/\.gitAuth\./.test(name));
    expect(left.sort()).toEqual([
      "operationContext.options.shell",
      "sourceContext.git.gitAuth",
      "vcs.deployPullRequest",
    ]);
  });

  test("sends names that the API describes", () => {
    const api = JSON.parse(readFileSync(apiFile, "utf8")) as {
      readonly components: { readonly schemas: Readonly<Record<string, Described>> };
    };
    const type = (ref: string): Described => api.components.schemas[ref.split("/").at(-1) ?? ""] ?? {};
    const described = names(type("DeploymentSettingsRequest"), type);
    expect(shapeNames(settingsShapes, "rest").filter((name) => !described.includes(name))).toEqual([]);
  });
});

test("durations come back as Go writes them", () => {
  const written = ["1h", "30m", "90m", "3600s", "1h30m", "45s"].map(goDuration);
  expect(written).toEqual(["1h0m0s", "30m0s", "1h30m0s", "1h0m0s", "1h30m0s", "45s"]);
  expect(["1d", "3600", "", "h"].map(goDuration)).toEqual([undefined, undefined, undefined, undefined]);
});

function names(described: Described, type: (ref: string) => Described, at = "", depth = 0): readonly string[] {
  return Object.entries(described.properties ?? {}).flatMap(([name, { $ref }]) => {
    const path = at + name;
    return [path, ...($ref === undefined || depth > 4 ? [] : names(type($ref), type, `${path}.`, depth + 1))];
  });
}

function shapeNames(shapes: Shapes, side: "property" | "rest", at = ""): readonly string[] {
  return Object.entries(shapes).flatMap(([property, shape]) => {
    const path = at + (side === "rest" ? shape.rest : property);
    return [path, ...(shape.kind === "block" ? shapeNames(shape.fields, side, `${path}.`) : [])];
  });
}
