import { byText, type Path, type Tree } from "@gha2pulumi/repo";
import { readFile } from "./disk-read.ts";
import type { Folder } from "./disk.ts";
import { isPruned, walk } from "./disk-walk.ts";
import { filesWith } from "./git.ts";

/** Endings of the files that may define a cloud role. */
const endings = ["json", "yaml", "yml", "template", "ts", "mts", "cts", "js", "mjs", "cjs", "py", "tf"];

/** What each of them has somewhere: the issuer, the call, the words for a role, or those of a construct. */
const words = [
  "token.actions.",
  "AssumeRoleWithWebIdentity",
  "assumeRolePolicy",
  "assume_role_policy",
  "WebIdentityPrincipal",
  "OpenIdConnectPrincipal",
];

/**
 * The files of a folder that may define a role for GitHub, by what they hold: of the many files with their endings
 * only these are read. Those that the folder's tree has already are left out.
 */
export async function roleFiles({ root, top, tree }: Folder, exclude: readonly string[]): Promise<Tree> {
  const listed = top === undefined ? walk(root, "", isCandidate).paths : await filesWith(root, words, pathspecs);
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

/** Whether a file has one of the words that stand wherever a role for GitHub is defined. */
export function mayDefineRole(text: string): boolean {
  return words.some((word) => text.includes(word));
}

const pathspecs = endings.map((ending) => `:(glob)**/*.${ending}`);

function isCandidate(path: Path): boolean {
  return endings.includes(path.slice(path.lastIndexOf(".") + 1));
}
