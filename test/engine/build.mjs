// Builds the Pulumi CLI that `go/go.mod` pins, unless it is in the cache already, and prints where it is.
// The cache lies outside the tree and is named after `go.sum`: another version is another file.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const module = fileURLToPath(new URL("go/", import.meta.url));

/** Where the CLI that is built from this tree lies, or will lie. */
export function builtPulumi() {
  const hash = createHash("sha256")
    .update(readFileSync(join(module, "go.sum")))
    .digest("hex");
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "gha2pulumi", `engine-${hash.slice(0, 16)}`, "pulumi");
}

function build(target) {
  const version = /github\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/.exec(readFileSync(join(module, "go.mod"), "utf8"))[1];
  const flag = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  mkdirSync(dirname(target), { recursive: true });
  const args = ["build", "-p", "2", "-trimpath", "-mod=readonly", `-ldflags=-s -w ${flag}`];
  const { status, error } = spawnSync(
    "go",
    [...args, "-o", `${target}.new`, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    {
      cwd: module,
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  if (error) throw new Error(`the Pulumi CLI cannot be built without Go: ${error.message}`);
  if (status !== 0) throw new Error(`go build ended with exit code ${status}`);
  // Renamed when it is whole: a build that was stopped leaves nothing that looks like one.
  renameSync(`${target}.new`, target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = builtPulumi();
  if (!existsSync(target)) build(target);
  console.log(target);
}
