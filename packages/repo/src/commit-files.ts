import { mostBytes, notText, tooLarge, unfitText, type FileProblem } from "./file-problem.ts";
import { byText, type Path, type Tree } from "./span.ts";
import { baseName, isWanted, namesOnly, withoutStrayPrograms } from "./wanted.ts";

/** One file or link of a commit: its mode, the name of its content, and its bytes where the listing tells. */
export interface Entry {
  readonly path: Path;
  readonly mode: string;
  readonly id: string;
  readonly size: number | null;
}

const isLink = ({ mode }: Entry): boolean => mode === "120000";

/** The links whose targets have to be known: those with a name that matters, and every one below `.github`. */
export function linksToRead(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => isLink(entry) && (isWanted(entry.path) || entry.path.startsWith(".github/")));
}

/**
 * A commit's files with those its links lead to, as reading a folder follows them: to a file anywhere in it, and below
 * `.github` to a folder. `targets` has what each link says, by the name of its content.
 */
export function withLinks(
  entries: readonly Entry[],
  targets: ReadonlyMap<string, string | undefined>,
): readonly Entry[] {
  const files = entries.filter((entry) => !isLink(entry));
  const led = linksToRead(entries).flatMap(({ path, id }): readonly Entry[] => {
    const target = joined(path.slice(0, path.lastIndexOf("/") + 1), targets.get(id) ?? "");
    const file = files.find((one) => one.path === target);
    if (file !== undefined) return [{ ...file, path }];
    if (!path.startsWith(".github/")) return [];
    const below = files.filter((one) => one.path.startsWith(`${target}/`));
    return below.map((one) => ({ ...one, path: path + one.path.slice(target.length) }));
  });
  return [...files, ...led];
}

/** The files that matter to a plan, in the order of their paths. */
export function wantedEntries(entries: readonly Entry[]): readonly Entry[] {
  const wanted = entries.filter(({ path }) => isWanted(path));
  const paths = new Set(withoutStrayPrograms(wanted.map(({ path }) => path)));
  return wanted.filter(({ path }) => paths.has(path)).sort((a, b) => byText(a.path, b.path));
}

/** Whether an entry's content is read at all: a lockfile's never matters, and what is too large is not asked for. */
export function isRead({ path, size }: Entry): boolean {
  return (size === null || size <= mostBytes) && !namesOnly.has(baseName(path));
}

/** Entries as a tree. `texts` has the content by its name, `undefined` where it is no text. */
export function textsOf(
  entries: readonly Entry[],
  texts: ReadonlyMap<string, string | undefined>,
): { readonly tree: Tree; readonly problems: readonly FileProblem[] } {
  const tree = new Map<Path, string>();
  const problems: FileProblem[] = [];
  for (const { path, id, size } of entries) {
    const text = namesOnly.has(baseName(path)) ? "" : texts.get(id);
    const unfit =
      size !== null && size > mostBytes ? tooLarge(path) : text === undefined ? notText(path) : unfitText(path, text);
    if (unfit === undefined) tree.set(path, text ?? "");
    else problems.push(unfit);
  }
  return { tree, problems };
}

/** A path relative to a folder, without `.` and `..`; what leads out of the root is no path of it. */
function joined(folder: Path, target: string): Path {
  if (target.startsWith("/")) return "/";
  const parts: string[] = [];
  for (const part of `${folder}${target}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return "/";
  }
  return parts.join("/");
}
