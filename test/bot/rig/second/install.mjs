// Puts a second judge and a second GitHub into the cache, unless they are there (100 MB), and prints where:
// Prism, a proxy that holds every exchange against a description, and `emulate`, a GitHub of other people.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// The newest that run on Node 20.
const packages = ["@stoplight/prism-cli@5.14.2", "emulate@0.11.2"];

/** Where their `node_modules` lies, or will lie. */
export function secondFolder() {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "gha2pulumi", "github-second-5.14.2-0.11.2");
}

function install(target) {
  // Made under another name: what was stopped half way looks like nothing.
  const half = `${target}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  const args = ["install", "--prefix", half, "--no-audit", "--no-fund", "--ignore-scripts", ...packages];
  const { status } = spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw new Error(`${packages.join(" and ")} could not be installed`);
  }
  mkdirSync(dirname(target), { recursive: true });
  renameSync(half, target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(secondFolder())) install(secondFolder());
  console.log(secondFolder());
}
