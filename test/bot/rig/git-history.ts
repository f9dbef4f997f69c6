// Questions about commits of one repository: what lies between two, and what a merge of them would be.
import { changedTree, readCommit, readTree, type Changes, type Commit, type GitStore } from "./git-store.ts";

/** A commit and everything before it, newest first by its date. */
export function historyOf(store: GitStore, oid: string, without: ReadonlySet<string> = new Set()): readonly Commit[] {
  const seen = new Map<string, Commit>();
  const open = [oid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next) || without.has(next)) continue;
    const commit = readCommit(store, next);
    if (!commit) continue;
    seen.set(next, commit);
    open.push(...commit.parents);
  }
  return [...seen.values()].sort((left, right) => right.committer.seconds - left.committer.seconds);
}

export function isAncestor(store: GitStore, old: string, young: string): boolean {
  return old === young || historyOf(store, young).some(({ oid }) => oid === old);
}

/** The newest commit that both have, if they have any. */
export function mergeBase(store: GitStore, left: string, right: string): string | undefined {
  const ours = new Set(historyOf(store, left).map(({ oid }) => oid));
  return historyOf(store, right).find(({ oid }) => ours.has(oid))?.oid;
}

/** The commits of `head` that `base` has not, oldest first. */
export function commitsBetween(store: GitStore, base: string, head: string): readonly Commit[] {
  return historyOf(store, head, new Set(historyOf(store, base).map(({ oid }) => oid))).toReversed();
}

export interface FileDifference {
  readonly path: string;
  readonly old: { readonly mode: string; readonly oid: string } | undefined;
  readonly young: { readonly mode: string; readonly oid: string } | undefined;
}

/** The files that differ between two trees; equal folders are not opened. */
export function differences(
  store: GitStore,
  old: string | undefined,
  young: string | undefined,
  prefix = "",
): readonly FileDifference[] {
  if (old === young) return [];
  const left = new Map((old === undefined ? [] : readTree(store, old)).map((entry) => [entry.name, entry]));
  const right = new Map((young === undefined ? [] : readTree(store, young)).map((entry) => [entry.name, entry]));
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((name) => {
    const [a, b] = [left.get(name), right.get(name)];
    if (a?.oid === b?.oid && a?.mode === b?.mode) return [];
    const folder = (entry: typeof a): string | undefined => (entry?.mode === "40000" ? entry.oid : undefined);
    const file = (entry: typeof a): FileDifference["old"] =>
      entry === undefined || entry.mode === "40000" ? undefined : { mode: entry.mode, oid: entry.oid };
    const inner = differences(store, folder(a), folder(b), `${prefix}${name}/`);
    return file(a) || file(b) ? [{ path: `${prefix}${name}`, old: file(a), young: file(b) }, ...inner] : inner;
  });
}

/** The tree of `head` merged into `base`, or `undefined` where both changed the same file differently. */
export function mergedTree(store: GitStore, base: string, head: string): string | undefined {
  const tree = (oid: string | undefined): string | undefined =>
    oid === undefined ? undefined : readCommit(store, oid)?.tree;
  const common = tree(mergeBase(store, base, head));
  const theirs = new Map(differences(store, common, tree(base)).map((one) => [one.path, one.young?.oid]));
  const ours = differences(store, common, tree(head));
  if (ours.some(({ path, young }) => theirs.has(path) && theirs.get(path) !== young?.oid)) return undefined;
  const changes: Changes = new Map(ours.map(({ path, young }) => [path, young]));
  return changedTree(store, tree(base), changes);
}
