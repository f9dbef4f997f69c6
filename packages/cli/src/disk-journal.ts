import type { Path } from "@gha2pulumi/repo";
import { nodeDisk, type Disk } from "./disk-calls.ts";
import { checkPath } from "./disk-check.ts";
import { removeEmptied } from "./disk-restore.ts";
import type { Target } from "./disk-target.ts";
import { Fault } from "./fault.ts";

/**
 * What a write is about to do, in a file of its own at the root, so that one that was killed can be finished or undone.
 * `staging`: new contents are put beside their targets, and no target has changed. `decided`: all of them are there, and
 * what is left is renaming and removing, which can be done again.
 */
export const journalFile: Path = ".gha2pulumi-journal.json";

/** A journal that is being written; without the journal itself, nothing else had been touched. */
const halfWritten: Path = `${journalFile}.new`;

interface Journal {
  readonly state: "staging" | "decided";
  /** Where the new content lies; null for a file that goes. */
  readonly files: readonly { readonly path: Path; readonly temporary: Path | null }[];
}

/** Writes the journal; each state replaces the one before in one rename. */
export function note(root: string, state: Journal["state"], targets: readonly Target[], disk: Disk): void {
  const files = targets.map(({ path, after, temporary }) => ({
    path,
    temporary: after === undefined ? null : temporary.slice(root.length + 1),
  }));
  const beside = `${root}/${halfWritten}`;
  removeFile(beside, disk);
  disk.write(beside, new TextEncoder().encode(`${JSON.stringify({ state, files }, null, 2)}\n`), 0o600);
  disk.rename(beside, `${root}/${journalFile}`);
}

export function forget(root: string, disk: Disk): void {
  for (const file of [halfWritten, journalFile]) removeFile(`${root}/${file}`, disk);
}

function removeFile(place: string, disk: Disk): void {
  if (disk.lstat(place) !== undefined) disk.remove(place);
}

/** Refuses a folder in which a write was killed: its files are partly the old ones, partly the new. */
export function refuseInterrupted(root: string): void {
  if (nodeDisk.lstat(`${root}/${journalFile}`) === undefined) return;
  throw new Fault("GP714", `a write in ${root} was interrupted`, "gha2pulumi resume finishes it, or takes it back");
}

/** How many files a killed write is about; 0 when there was none. */
export function interrupted(root: string): number {
  return readJournal(root, nodeDisk)?.files.length ?? 0;
}

/** Finishes a write that was decided, takes back one that was not; says which, `undefined` when there was none. */
export function resume(root: string, disk: Disk = nodeDisk): "finished" | "taken back" | undefined {
  const journal = readJournal(root, disk);
  if (journal === undefined) {
    forget(root, disk);
    return undefined;
  }
  for (const { path } of journal.files) checkPath(root, path, disk, notOurs);
  if (journal.state === "decided") for (const one of journal.files) finish(root, one, disk);
  else for (const one of journal.files) takeBack(root, one, disk);
  removeEmptied(
    root,
    journal.files.map(({ path }) => path),
    disk,
  );
  forget(root, disk);
  return journal.state === "decided" ? "finished" : "taken back";
}

type File = Journal["files"][number];

function finish(root: string, { path, temporary }: File, disk: Disk): void {
  const place = `${root}/${path}`;
  if (temporary === null) removeFile(place, disk);
  else {
    // Without a new content it has been put in its place already.
    if (disk.lstat(`${root}/${temporary}`) !== undefined) disk.rename(`${root}/${temporary}`, place);
  }
}

function takeBack(root: string, { temporary }: File, disk: Disk): void {
  if (temporary !== null) removeFile(`${root}/${temporary}`, disk);
}

const notOurs = `look at ${journalFile}; remove it if no write of gha2pulumi was interrupted here`;

/** A file that somebody else made may name anything, so its form is looked at as closely as its paths. */
function readJournal(root: string, disk: Disk): Journal | undefined {
  const stats = disk.lstat(`${root}/${journalFile}`);
  if (stats === undefined) return undefined;
  try {
    if (!stats.isFile()) throw new Error("it is no ordinary file");
    const { state, files } = JSON.parse(new TextDecoder().decode(disk.read(`${root}/${journalFile}`))) as Journal;
    if (state !== "staging" && state !== "decided") throw new Error("it has no state");
    for (const { path, temporary } of files)
      if (!isBeside(path, temporary)) throw new Error(`${path} is not as it was written`);
    return { state, files };
  } catch {
    throw new Fault("GP714", `${journalFile} cannot be read`, notOurs);
  }
}

/** `a/b.yml` and `a/.b.yml.gha2pulumi-123`. */
function isBeside(path: Path, temporary: Path | null): boolean {
  if (temporary === null) return typeof path === "string";
  const cut = path.lastIndexOf("/") + 1;
  const start = `${path.slice(0, cut)}.${path.slice(cut)}.gha2pulumi-`;
  return temporary.startsWith(start) && /^\d+$/.test(temporary.slice(start.length));
}
