// Builds the Pulumi CLI that `go/go.mod` pins, unless it is in the cache already, and prints where it is.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProgram, builtProgram } from "../support/go-build.mjs";

const module = fileURLToPath(new URL("go/", import.meta.url));

/** Where the CLI that is built from this tree lies, or will lie. */
export function builtPulumi() {
  return builtProgram(module, "engine", "pulumi");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const version = /github\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/.exec(readFileSync(join(module, "go.mod"), "utf8"))[1];
  const flag = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  buildProgram(module, builtPulumi(), "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", flag);
}
