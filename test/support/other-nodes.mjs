// Gets the other versions of Node that the package is tested on, unless they are in the cache already: npm has the
// programs, one package for each platform. Without them that test is skipped. `node test/support/other-nodes.mjs`
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const versions = ["22.23.3", "24.9.0"];
// The package `node` would choose one of these while it is installed; without its script there is no choice to make.
const platform = `node-${process.platform === "darwin" ? "bin-darwin" : process.platform}-${process.arch}`;
const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");

/** Each version, and where its program lies or will lie. */
export const otherNodes = versions.map((version) => ({ version, program: programIn(folderOf(version)) }));

function folderOf(version) {
  return join(cache, "gha2pulumi", `node-${version}`);
}

function programIn(folder) {
  return join(folder, "node_modules", platform, "bin/node");
}

function get(version) {
  const folder = folderOf(version);
  // Made under another name: what was stopped half way looks like nothing.
  const half = `${folder}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  const args = ["install", "--prefix", half, "--no-audit", "--no-fund", "--ignore-scripts", `${platform}@${version}`];
  const { status } = spawnSync("npm", args, { stdio: "inherit" });
  if (status !== 0 || !existsSync(programIn(half))) throw new Error(`${platform}@${version} could not be installed`);
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(half, folder);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { version, program } of otherNodes) {
    if (!existsSync(program)) get(version);
    console.log(program);
  }
}
