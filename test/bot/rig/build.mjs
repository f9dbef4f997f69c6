// Fetches GitHub's own OpenAPI description, unless it is in the cache already, and prints where it is. The npm package
// holds fifteen forms of it, 442 MB: its archive (29 MB) is fetched alone, and one file (13 MB) is taken out.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { description, from } from "./description.mjs";

const { name, version, file } = from;

function fetchDescription(target) {
  const half = `${dirname(target)}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  try {
    // npm compares the archive with the registry's checksum.
    run("npm", "pack", "--silent", "--pack-destination", half, `${name}@${version}`);
    const archive = readdirSync(half).find((one) => one.endsWith(".tgz"));
    run("tar", "-xzf", join(half, archive), "-C", half, `package/${file}`);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(half, "package", file), target);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

function run(program, ...words) {
  const { status, error } = spawnSync(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  if (error) throw new Error(`${name} cannot be fetched: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ended with exit code ${status}`);
}

if (!existsSync(description())) fetchDescription(description());
console.log(description());
