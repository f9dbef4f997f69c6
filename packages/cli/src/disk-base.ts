import {
  isRead,
  linksToRead,
  textsOf,
  wantedEntries,
  withLinks,
  type Entry,
  type FileProblem,
  type Tree,
} from "@gha2pulumi/repo";
import { decode } from "./disk-read.ts";
import { Fault } from "./fault.ts";
import { commitOf, listCommit, readBlobs } from "./git-objects.ts";

/** The files of a commit that matter for running Pulumi: what reading the folder gave when it was checked out. */
export interface Base {
  readonly commit: string;
  readonly tree: Tree;
  readonly problems: readonly FileProblem[];
}

/** Reads a commit out of git's objects; the work tree is not looked at. */
export async function readBase(root: string, ref: string): Promise<Base> {
  const commit = await commitOf(root, ref);
  if (commit === undefined) {
    throw new Fault("GP712", `there is no commit ${ref} in ${root}`, "give one with --base, such as origin/main");
  }
  const all = await listCommit(root, commit);
  const targets = all && (await textsIn(root, linksToRead(all)));
  const entries = all && targets && wantedEntries(withLinks(all, targets));
  const texts = entries && (await textsIn(root, entries.filter(isRead)));
  if (entries === undefined || texts === undefined) {
    throw new Fault(
      "GP712",
      `git could not read the files of ${ref}`,
      "fetch the whole commit, or give another --base",
    );
  }
  const { tree, problems } = textsOf(entries, texts);
  return { commit, tree, problems: problems.map((one) => ({ ...one, message: `in ${ref}, ${one.message}` })) };
}

async function textsIn(
  root: string,
  entries: readonly Entry[],
): Promise<ReadonlyMap<string, string | undefined> | undefined> {
  const blobs = await readBlobs(
    root,
    entries.map(({ id }) => id),
  );
  return blobs && new Map([...blobs].map(([id, bytes]) => [id, decode(bytes)]));
}
