import {
  byText,
  documentationEndings,
  isPruned,
  mayDefineRole,
  roleFileEndings,
  roleWords,
  type Path,
  type Tree,
} from "@gha2pulumi/repo";
import { readFile } from "./disk-read.ts";
import type { Folder } from "./disk.ts";
import { walk } from "./disk-walk.ts";
import { filesWith } from "./git.ts";

/**
 * The files of a folder that may define a role for GitHub, or show one, by what they hold: of the many files with their endings
 * only these are read. Those that the folder's tree has already are left out.
 */
export async function roleFiles({ root, top, tree }: Folder, exclude: readonly string[]): Promise<Tree> {
  const listed = top === undefined ? walk(root, "", isCandidate).paths : await filesWith(root, roleWords, pathspecs);
  const candidates = listed.filter((path) => !tree.has(path) && !isPruned(path));
  const chosen =
    exclude.length === 0
      ? candidates
      : await (await import("./globs.ts")).choose(root, candidates, { include: [], exclude });
  const texts = [...chosen].sort(byText).flatMap((path): [Path, string][] => {
    const read = readFile(root, path);
    return read.kind === "text" && mayDefineRole(read.text) ? [[path, read.text]] : [];
  });
  return new Map(texts);
}

const endings = [...roleFileEndings, ...documentationEndings];
const pathspecs = endings.map((ending) => `:(glob)**/*.${ending}`);

function isCandidate(path: Path): boolean {
  return endings.includes(path.slice(path.lastIndexOf(".") + 1));
}
