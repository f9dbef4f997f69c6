import { globby } from "globby";
import type { Path } from "@gha2pulumi/repo";

/** Globs a person gave: files to read besides those that discovery finds, and files to leave out. */
export interface Choice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

// Never `gitignore: true`: it reads every .gitignore below, 33 s on a large repository against 27 ms.
const always = {
  dot: true,
  gitignore: false,
  followSymbolicLinks: false,
  ignore: ["**/node_modules/**", "**/.git/**"],
};

/** The paths with what `--include` adds and without what `--exclude` names. */
export async function choose(root: string, paths: readonly Path[], choice: Choice): Promise<readonly Path[]> {
  const added = await matching(root, choice.include, true);
  const dropped = new Set(await matching(root, choice.exclude, false));
  return [...new Set([...paths, ...added])].filter((path) => !dropped.has(path));
}

/** Files to leave out may be anything that discovery took for a file, a broken link too. */
async function matching(root: string, globs: readonly string[], onlyFiles: boolean): Promise<readonly Path[]> {
  if (globs.length === 0) return [];
  return await globby([...globs], { cwd: root, ...always, onlyFiles, expandDirectories: false });
}
