import { createHash } from "node:crypto";
import { apply, type Change, type Path, type Tree } from "@gha2pulumi/repo";
import { Fault, reasonOf } from "./fault.ts";
import { nodeDisk, type Disk } from "./disk-calls.ts";
import { restore, type Done } from "./disk-restore.ts";
import { forget, note, refuseInterrupted } from "./disk-journal.ts";
import { checkPath, checkUnchanged } from "./disk-check.ts";
import type { Target } from "./disk-target.ts";

/** SHA-256 of a text as it stands on the disk, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** The hash of every file the changes were made for; `null` for one that does not exist yet. */
export function hashesOf(tree: Tree, changes: readonly Change[]): ReadonlyMap<Path, string | null> {
  return new Map(
    changes.map(({ path }) => {
      const text = tree.get(path);
      return [path, text === undefined ? null : sha256(text)];
    }),
  );
}

/**
 * All of the changes on the disk, or none: whatever fails, every file is put back as it was; and one that is killed can
 * be finished or taken back (`resume`).
 * Refuses when a file is no longer what was read, lies outside the root or behind a link.
 */
export function applyToDisk(
  root: string,
  tree: Tree,
  changes: readonly Change[],
  hashes: ReadonlyMap<Path, string | null>,
  disk: Disk = nodeDisk,
): void {
  refuseInterrupted(root);
  const after = apply(tree, changes);
  const targets = changes.map((change) => targetOf(root, change, after.get(change.path), disk));
  for (const target of targets) checkUnchanged(target, hashes.get(target.path) ?? null);
  const done: Done = { steps: [], folders: [], temporary: [] };
  withoutInterruption(() => {
    try {
      note(root, "staging", targets, disk);
      for (const target of targets) stage(target, done, disk);
      note(root, "decided", targets, disk);
      for (const target of targets) commit(target, done, disk);
      for (const target of targets) readBack(target, disk);
      forget(root, disk);
    } catch (error) {
      const lost = restore(done, disk);
      forgetAnyhow(root, disk);
      throw failed(error, lost);
    }
  });
}

function targetOf(root: string, change: Change, text: string | undefined, disk: Disk): Target {
  const { path } = change;
  checkPath(root, path, disk);
  const place = `${root}/${path}`;
  const stats = disk.lstat(place);
  const cut = place.lastIndexOf("/") + 1;
  return {
    path,
    place,
    before: stats === undefined ? undefined : disk.read(place),
    // What the system gives a new file, less the umask.
    mode: stats === undefined ? 0o666 & ~process.umask() : stats.mode & 0o7777,
    after: text === undefined ? undefined : new TextEncoder().encode(text),
    temporary: `${place.slice(0, cut)}.${place.slice(cut)}.gha2pulumi-${process.pid}`,
  };
}

/** Whatever failed before may make this fail too; what is left then says that a write did not end. */
function forgetAnyhow(root: string, disk: Disk): void {
  try {
    forget(root, disk);
  } catch {
    // The message of the first failure is the one that helps.
  }
}

/** Puts the new content beside its target, so that the last step is one rename that cannot run out of space. */
function stage(target: Target, done: Done, disk: Disk): void {
  if (target.after === undefined) return;
  const folder = target.place.slice(0, target.place.lastIndexOf("/"));
  const first = disk.makeFolder(folder);
  if (first !== undefined) done.folders.push({ first, last: folder });
  done.temporary.push(target.temporary);
  disk.write(target.temporary, target.after, target.mode);
}

function commit(target: Target, done: Done, disk: Disk): void {
  if (target.before === undefined && disk.lstat(target.place) !== undefined) {
    throw new Error(`${target.path} came into being in the meantime`);
  }
  done.steps.push(target);
  if (target.after === undefined) disk.remove(target.place);
  else disk.rename(target.temporary, target.place);
}

function readBack(target: Target, disk: Disk): void {
  const found = disk.lstat(target.place) === undefined ? undefined : disk.read(target.place);
  const same = found === undefined || target.after === undefined ? found === target.after : equal(found, target.after);
  if (!same) throw new Error(`${target.path} does not hold what was written to it`);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function failed(error: unknown, lost: readonly Path[]): Fault {
  const why = `the changes could not be written: ${reasonOf(error)}`;
  if (lost.length === 0) return new Fault("GP704", why, "every file is as it was; free the way and run again");
  const help = `these files could not be put back: ${lost.join(", ")}; get them back with git`;
  return new Fault("GP705", why, help);
}

/** Keeps Ctrl-C from ending the process between two files. Everything inside is synchronous. */
function withoutInterruption(body: () => void): void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const ignore = (): void => {};
  for (const signal of signals) process.on(signal, ignore);
  try {
    body();
  } finally {
    for (const signal of signals) process.off(signal, ignore);
  }
}
