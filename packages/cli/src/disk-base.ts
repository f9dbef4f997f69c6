import { posix } from "node:path";
import { byText, type Path, type Tree } from "@gha2pulumi/repo";
import { decode, mostBytes, type Problem } from "./disk-read.ts";
import { Fault } from "./fault.ts";
import { commitOf, listCommit, readBlobs, type Entry } from "./git-objects.ts";
import { baseName, isWanted, lockfiles, withoutStrayPrograms } from "./wanted.ts";

/** The files of a commit that matter for running Pulumi: what reading the folder gave when it was checked out. */
export interface Base {
  readonly commit: string;
  readonly tree: Tree;
  readonly problems: readonly Problem[];
}

/** Reads a commit out of git's objects; the work tree is not looked at. */
export async function readBase(root: string, ref: string): Promise<Base> {
  const commit = await commitOf(root, ref);
  if (commit === undefined) {
    throw new Fault("GP712", `there is no commit ${ref} in ${root}`, "give one with --base, such as origin/main");
  }
  const all = await listCommit(root, commit);
  const entries = all && (await withLinks(root, all));
  const wanted = entries?.filter(({ path }) => isWanted(path)) ?? [];
  const paths = new Set(withoutStrayPrograms(wanted.map(({ path }) => path)));
  const chosen = wanted.filter(({ path }) => paths.has(path)).sort((a, b) => byText(a.path, b.path));
  const read = chosen.filter(({ path, size }) => size <= mostBytes && !lockfiles.has(baseName(path)));
  const blobs = await readBlobs(
    root,
    read.map(({ id }) => id),
  );
  if (entries === undefined || blobs === undefined) {
    throw new Fault(
      "GP712",
      `git could not read the files of ${ref}`,
      "fetch the whole commit, or give another --base",
    );
  }
  return { commit, ...textsOf(chosen, blobs, ref) };
}

function textsOf(
  entries: readonly Entry[],
  blobs: ReadonlyMap<string, Uint8Array>,
  ref: string,
): { readonly tree: Tree; readonly problems: readonly Problem[] } {
  const tree = new Map<Path, string>();
  const problems: Problem[] = [];
  for (const { path, id, size } of entries) {
    const bytes = blobs.get(id);
    const text = lockfiles.has(baseName(path)) ? "" : bytes && decode(bytes);
    if (text !== undefined) tree.set(path, text);
    else if (size > mostBytes) problems.push(problem("GP182", path, `in ${ref}, it is larger than 1 MB`));
    else problems.push(problem("GP181", path, `in ${ref}, it is not valid UTF-8`));
  }
  return { tree, problems };
}

function problem(code: string, path: Path, message: string): Problem {
  return { code, path, message, help: "nothing to do, unless it runs Pulumi" };
}

const isLink = ({ mode }: Entry): boolean => mode === "120000";

/** Links as reading the folder follows them: to a file anywhere in it, and below `.github` to a folder. */
async function withLinks(root: string, all: readonly Entry[]): Promise<readonly Entry[] | undefined> {
  const files = all.filter((entry) => !isLink(entry));
  const links = all.filter((entry) => isLink(entry) && (isWanted(entry.path) || entry.path.startsWith(".github/")));
  const targets = await readBlobs(
    root,
    links.map(({ id }) => id),
  );
  if (targets === undefined) return undefined;
  const led = links.flatMap(({ path, id }): readonly Entry[] => {
    const target = posix.join(posix.dirname(path), decode(targets.get(id) ?? new Uint8Array()) ?? "");
    const file = files.find((one) => one.path === target);
    if (file !== undefined) return [{ ...file, path }];
    if (!path.startsWith(".github/")) return [];
    const below = files.filter((one) => one.path.startsWith(`${target}/`));
    return below.map((one) => ({ ...one, path: path + one.path.slice(target.length) }));
  });
  return [...files, ...led];
}
