// Prints what versions of @pulumi/pulumiservice can express, from the type declarations of each unpacked package:
// `node test/support/capabilities.mjs FOLDER…`, the oldest first. Every line is a property and the first version with it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const resources = ["DeploymentSettings", "DeploymentSchedule", "DriftSchedule", "TtlSchedule"];

/** The properties of one unpacked package, as paths: `DeploymentSettings.vcs.provider`. */
export function propertiesOf(folder) {
  const inputs = interfacesOf(join(folder, "types/input.d.ts"));
  return resources.flatMap((resource) => {
    const file = join(folder, `${resource[0].toLowerCase()}${resource.slice(1)}.d.ts`);
    return below(resource, interfacesOf(file).get(`${resource}Args`) ?? [], inputs);
  });
}

function below(path, properties, inputs) {
  return properties.flatMap(([name, type]) => {
    const own = `${path}.${name}`;
    const inner = inputs.get(/inputs\.(\w+)/.exec(type)?.[1] ?? "");
    return inner === undefined ? [own] : [own, ...below(own, inner, inputs)];
  });
}

/** Interfaces by name, each with its properties and their types. */
function interfacesOf(file) {
  if (!existsSync(file)) return new Map();
  const found = readFileSync(file, "utf8").matchAll(
    /export interface (\w+) \{([\s\S]*?)\n\s*\}\n(?=\s*(?:\/[*/]|export|\}|$))/g,
  );
  return new Map(
    [...found].map(([, name, body]) => {
      const plain = body.replace(/\/\*\*[\s\S]*?\*\//g, "");
      return [name, [...plain.matchAll(/^\s{4,8}(\w+)\??:\s*([^\n]*)/gm)].map(([, key, type]) => [key, type])];
    }),
  );
}

if (process.argv[1]?.endsWith("capabilities.mjs")) {
  const first = new Map();
  const versions = process.argv.slice(2).map((folder) => {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const number = version.replace(/^v/, "");
    for (const path of propertiesOf(folder)) if (!first.has(path)) first.set(path, number);
    return number;
  });
  console.log(`versions: ${versions.join(" ")}`);
  for (const [path, version] of [...first].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${version} ${path}`);
}
