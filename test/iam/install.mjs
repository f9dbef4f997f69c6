// Puts the aws command line from PyPI into a cache outside the tree, unless one is on the PATH, and prints where it is.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const version = "1.45.11";

/** The folder of an `aws`: of the one on the PATH, else of the one that this installs. */
export function awsFolder() {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [...folders, join(cache(), "bin")].find((folder) => existsSync(join(folder, "aws")));
}

function cache() {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gha2pulumi", `awscli-${version}`);
}

function install(target) {
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { recursive: true, force: true });
  run("python3", "-m", "venv", target);
  run(join(target, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", `awscli==${version}`);
}

function run(program, ...words) {
  const { status, error } = spawnSync(program, words, { stdio: ["ignore", "inherit", "inherit"] });
  if (error) throw new Error(`the aws command line cannot be installed: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ended with exit code ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (awsFolder() === undefined) install(cache());
  console.log(awsFolder());
}
