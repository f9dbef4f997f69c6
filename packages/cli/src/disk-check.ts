import { createHash } from "node:crypto";
import type { Path } from "@gha2pulumi/repo";
import type { Disk } from "./disk-calls.ts";
import type { Target } from "./disk-target.ts";
import { Fault } from "./fault.ts";

const reportIt = "nothing was written; this is a defect, please report it";

/** Refuses a path that leaves the root, enters `.git`, or passes through a link. */
export function checkPath(root: string, path: Path, disk: Disk, help = reportIt): void {
  const parts = path.split("/");
  const odd = parts.some((part) => part === "" || part === "." || part === ".." || /[\\\0]/.test(part));
  // On disks that ignore case, `.GIT` is `.git`.
  if (odd || parts.some((part) => part.toLowerCase() === ".git")) {
    throw new Fault("GP702", `the plan would write to ${path}, outside of the files of the repository`, help);
  }
  let place = root;
  for (const [i, part] of parts.entries()) {
    place = `${place}/${part}`;
    const stats = disk.lstat(place);
    if (stats === undefined) return;
    const last = i === parts.length - 1;
    if (stats.isSymbolicLink()) {
      const seen = parts.slice(0, i + 1).join("/");
      throw new Fault("GP703", `${path} cannot be written: ${seen} is a link`, "replace the link by what it points to");
    }
    if (last ? !stats.isFile() : !stats.isDirectory()) {
      const kind = last ? "an ordinary file" : "a folder";
      throw new Fault("GP703", `${path} cannot be written: ${place} is not ${kind}`, "move it out of the way");
    }
  }
}

/** Refuses a file that is no longer the one the plan was made for. */
export function checkUnchanged(target: Target, expected: string | null): void {
  const now = target.before === undefined ? null : createHash("sha256").update(target.before).digest("hex");
  if (now === expected) return;
  const what =
    expected === null
      ? `${target.path} exists now, and did not when the plan was made`
      : now === null
        ? `${target.path} is gone since the plan was made`
        : `${target.path} has changed since the plan was made`;
  throw new Fault("GP701", what, "nothing was written; run again to plan for the files as they are now");
}
