import { createHash } from "node:crypto";
import { apply, type Change, type Entry, type Path, type Tree } from "@gha2pulumi/repo";

/** What a branch is to hold: one commit on a base, with these files written and these taken away. */
export interface Publication {
  readonly owner: string;
  readonly name: string;
  readonly branch: string;
  /** The commit it builds on, of the default branch. */
  readonly base: string;
  readonly baseBranch: string;
  readonly files: readonly PublishedFile[];
  readonly headline: string;
  readonly description: string;
  /** The head that our branch has now; null where there is no such branch. Anything else there means somebody came before. */
  readonly expected: string | null;
}

/** A file's whole new text; null takes it away. */
export interface PublishedFile {
  readonly path: Path;
  readonly text: string | null;
}

/** The files that changes leave behind. */
export function publishedFiles(tree: Tree, changes: readonly Change[]): readonly PublishedFile[] {
  const after = apply(tree, changes);
  return changes.map(({ path }) => ({ path, text: after.get(path) ?? null }));
}

const plainMode = "100644";

/**
 * Why GitHub's interface cannot write these files as they are: it knows no mode but that of a plain file, and no links.
 * https://docs.github.com/en/graphql/reference/input-objects#filechanges
 */
export function needsGit(files: readonly PublishedFile[], entries: readonly Entry[]): string | undefined {
  const odd = entries.find(
    ({ path, mode }) =>
      mode !== plainMode &&
      files.some((file) => file.text !== null && (file.path === path || file.path.startsWith(`${path}/`))),
  );
  return odd && `${odd.path} has the mode ${odd.mode}`;
}

/** What a commit's listing differs in from what was meant, if anything: one path, in words. */
export function publishedFault(
  base: readonly Entry[],
  files: readonly PublishedFile[],
  published: readonly Entry[],
): string | undefined {
  const meant = new Map(base.map(({ path, mode, id }) => [path, `${mode} ${id}`]));
  for (const { path, text } of files) {
    if (text === null) meant.delete(path);
    else meant.set(path, `${meant.get(path)?.split(" ")[0] ?? plainMode} ${blobName(text)}`);
  }
  const found = new Map(published.map(({ path, mode, id }) => [path, `${mode} ${id}`]));
  for (const path of new Set([...meant.keys(), ...found.keys()])) {
    if (meant.get(path) !== found.get(path)) {
      return `${path} is ${found.get(path) ?? "not there"}, where ${meant.get(path) ?? "nothing"} is meant`;
    }
  }
  return undefined;
}

/** The name git gives to a content. */
export function blobName(text: string): string {
  const bytes = Buffer.from(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
