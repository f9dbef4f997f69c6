import { textOf, type Hole, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import { workspaceFolder } from "@gha2pulumi/workflow";

/** A value that only the program reading a file of recipes can tell. */
export function unreadable(expression: string, note = "computed while it runs"): Hole {
  return { expression, names: [], note };
}

/** A text with each match of a pattern replaced by a value, which may have holes. */
export function filled(text: string, pattern: RegExp, value: (found: RegExpExecArray) => Text): Text {
  const parts: (string | Text)[] = [];
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(at, found.index), value(found));
    at = found.index + found[0].length;
  }
  return textOf(...parts, text.slice(at));
}

/** The first of some file names in a folder or the folders above it. */
export function searchUp(tree: Tree, folder: Path, names: readonly string[]): Path | undefined {
  return foldersUp(folder)
    .map((at) => fileIn(tree, at, names))
    .find((found) => found !== undefined);
}

/** A folder and those above it, up to the root. */
export function foldersUp(folder: Path): readonly Path[] {
  const folders: Path[] = [];
  for (let at: Path | undefined = folder; at !== undefined; at = parent(at)) folders.push(at);
  return folders;
}

/** The first of some file names in a folder. */
export function fileIn(tree: Tree, folder: Path, names: readonly string[]): Path | undefined {
  return names.map((name) => (folder === "." ? name : `${folder}/${name}`)).find((path) => tree.has(path));
}

/** The folder a file stands in; `undefined` for the root. */
export function parent(path: Path): Path | undefined {
  if (path === ".") return undefined;
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
}

/** A folder of the repository as a script sees it, from whatever folder it stands in. */
export function absolute(folder: Path): Text {
  return [folder === "." ? workspaceFolder : `${workspaceFolder}/${folder}`];
}
