// Run by `test/interrupted.test.ts`: writes the changes of a folder, and kills itself at one of the calls to the disk.
// `node killed-write.js FOLDER CALL before|after`; with a call beyond the last it prints how many there are.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Change } from "@gha2pulumi/repo";
import { nodeDisk, type Disk } from "../../packages/cli/src/disk-calls.ts";
import { applyToDisk, hashesOf } from "../../packages/cli/src/disk-write.ts";

const [folder = "", call = "0", when = "before"] = process.argv.slice(2);
let calls = 0;

/** Calls that only look are counted too: a process may die at any time. */
function deadly<A extends readonly unknown[], R>(real: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const isLast = ++calls === Number(call);
    if (isLast && when === "before") process.kill(process.pid, "SIGKILL");
    const result = real(...args);
    if (isLast) process.kill(process.pid, "SIGKILL");
    return result;
  };
}

const disk: Disk = {
  lstat: deadly(nodeDisk.lstat),
  read: deadly(nodeDisk.read),
  write: deadly(nodeDisk.write),
  rename: deadly(nodeDisk.rename),
  remove: deadly(nodeDisk.remove),
  makeFolder: deadly(nodeDisk.makeFolder),
  removeFolder: deadly(nodeDisk.removeFolder),
};

const { tree, changes } = JSON.parse(readFileSync(join(folder, "../changes.json"), "utf8")) as {
  readonly tree: readonly (readonly [string, string])[];
  readonly changes: readonly Change[];
};
const before = new Map(tree);
applyToDisk(folder, before, changes, hashesOf(before, changes), disk);
console.log(calls);
