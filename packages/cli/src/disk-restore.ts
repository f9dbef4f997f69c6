import type { Path } from "@gha2pulumi/repo";
import type { Disk } from "./disk-calls.ts";
import type { Target } from "./disk-target.ts";

/** What was done so far, in order, so that it can be undone. */
export interface Done {
  readonly steps: Target[];
  /** Folders made: the outermost new one and the innermost. */
  readonly folders: { readonly first: string; readonly last: string }[];
  readonly temporary: string[];
}

/** Puts every file back, takes away what was made, and gives the paths where that failed. */
export function restore(done: Done, disk: Disk): readonly Path[] {
  const lost = done.steps.toReversed().filter((target) => !tried(() => putBack(target, disk)));
  for (const place of done.temporary) tried(() => disk.lstat(place) !== undefined && disk.remove(place));
  for (const { first, last } of done.folders.toReversed()) tried(() => removeFolders(first, last, disk));
  return lost.map((target) => target.path);
}

function putBack(target: Target, disk: Disk): void {
  if (target.before === undefined) {
    if (disk.lstat(target.place) !== undefined) disk.remove(target.place);
    return;
  }
  const beside = `${target.temporary}-back`;
  disk.write(beside, target.before, target.mode);
  disk.rename(beside, target.place);
}

/** From the innermost outwards; one that holds something else by now stays, and so do those around it. */
function removeFolders(first: string, last: string, disk: Disk): void {
  for (let place = last; place.length >= first.length; place = place.slice(0, place.lastIndexOf("/"))) {
    disk.removeFolder(place);
  }
}

/** Takes away folders that files left empty, from the innermost outwards, below the root. */
export function removeEmptied(root: string, paths: readonly Path[], disk: Disk): void {
  for (const path of paths) {
    for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
      if (!tried(() => disk.removeFolder(`${root}/${path.slice(0, cut)}`))) break;
    }
  }
}

function tried(body: () => unknown): boolean {
  try {
    body();
    return true;
  } catch {
    return false;
  }
}
