// Puts the programs of the role lanes from PyPI into a cache outside the tree, each unless it is on the PATH, and prints
// where they are.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Each program with the distribution it comes from; environments of their own, for their needs contradict. */
const programs = {
  aws: "awscli==1.45.11",
  moto_server: "moto[server,iam,sts]==5.2.5",
  "cfn-lint": "cfn-lint==1.58.0",
};

/** The folder of a program: of the one on the PATH, else of the one that this installs. */
export function programFolder(program) {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [...folders, join(cache(program), "bin")].find((folder) => existsSync(join(folder, program)));
}

/** The folder of an `aws`. */
export function awsFolder() {
  return programFolder("aws");
}

function cache(program) {
  const root = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(root, "gha2pulumi", programs[program].replace(/\[.*\]/, "").replace("==", "-"));
}

function install(program) {
  const target = cache(program);
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { recursive: true, force: true });
  run("python3", "-m", "venv", target);
  run(join(target, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", programs[program]);
}

function run(program, ...words) {
  const { status, error } = spawnSync(program, words, { stdio: ["ignore", "inherit", "inherit"] });
  if (error) throw new Error(`${words.join(" ")} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ended with exit code ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let failed = false;
  for (const program of Object.keys(programs)) {
    try {
      if (programFolder(program) === undefined) install(program);
      console.log(`${program}: ${programFolder(program)}`);
    } catch (error) {
      // One that cannot be had costs its own lane, and no other.
      rmSync(cache(program), { recursive: true, force: true });
      console.error(`${program}: ${error instanceof Error ? error.message : String(error)}`);
      failed = true;
    }
  }
  process.exitCode = failed ? 1 : 0;
}
