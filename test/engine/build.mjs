// Builds the Pulumi CLI that `go/go.mod` pins and the language host for Pulumi YAML that `go-yaml/go.mod` does, unless
// they are in the cache already, and prints where they are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProgram, builtProgram } from "../support/go-build.mjs";

const module = fileURLToPath(new URL("go/", import.meta.url));
// A module of its own: the two ask for other versions of what both need.
const yamlModule = fileURLToPath(new URL("go-yaml/", import.meta.url));

/** Where the CLI that is built from this tree lies, or will lie. */
export function builtPulumi() {
  return builtProgram(module, "engine", "pulumi");
}

/** Where the language host for programs in Pulumi YAML lies, or will lie. */
export function builtYamlHost() {
  return builtProgram(yamlModule, "engine-yaml", "pulumi-language-yaml");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const version = /github\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/.exec(readFileSync(join(module, "go.mod"), "utf8"))[1];
  const flag = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  buildProgram(module, builtPulumi(), "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", flag);
  buildProgram(yamlModule, builtYamlHost(), "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml");
}
