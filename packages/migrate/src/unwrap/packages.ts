import { entry, readYaml, remembered, scalarText, type Path, type Span, type Tree } from "@gha2pulumi/repo";

/** A script of a `package.json`. */
export interface Script {
  readonly folder: Path;
  readonly text: string;
  readonly place: (start: number, end: number) => Span;
}

const readManifest = remembered(500, (text) => readYaml("package.json", text).root);

/** The folders of a tree that hold a `package.json`, by their names in order. */
export function packageFolders(tree: Tree): readonly Path[] {
  return [...tree.keys()]
    .filter((path) => path === "package.json" || path.endsWith("/package.json"))
    .map((path) => (path === "package.json" ? "." : path.slice(0, -"/package.json".length)));
}

function manifestPath(folder: Path): Path {
  return folder === "." ? "package.json" : `${folder}/package.json`;
}

function manifest(tree: Tree, folder: Path): ReturnType<typeof readManifest> {
  return readManifest(tree.get(manifestPath(folder)) ?? "");
}

/** The nearest folder with a `package.json`: this one or one above it, as the managers look for it. */
export function nearestPackage(tree: Tree, folder: Path): Path | undefined {
  const parts = folder === "." ? [] : folder.split("/");
  for (let depth = parts.length; depth >= 0; depth--) {
    const at = parts.slice(0, depth).join("/") || ".";
    if (tree.has(manifestPath(at))) return at;
  }
  return undefined;
}

export function packageName(tree: Tree, folder: Path): string | undefined {
  return scalarText(entry(manifest(tree, folder), "name"));
}

/** The names of a package's scripts, as they stand. */
export function scriptNames(tree: Tree, folder: Path): readonly string[] {
  const scripts = entry(manifest(tree, folder), "scripts");
  return scripts?.kind === "map" ? scripts.entries.map(({ key }) => key) : [];
}

export function scriptOf(tree: Tree, folder: Path, name: string): Script | undefined {
  const script = entry(entry(manifest(tree, folder), "scripts"), name);
  if (script?.kind !== "scalar") return undefined;
  const path = manifestPath(folder);
  const place = (start: number, end: number): Span => {
    const [from, to] = [script.offsets.at(start), end <= script.text.length ? script.offsets.at(end - 1) : undefined];
    return from === undefined || to === undefined ? { ...script.span, path } : { path, start: from, end: to + 1 };
  };
  return { folder, text: script.text, place };
}

/** The major version of a manager that `packageManager` pins, here or in a folder above: `pnpm@10.34.9` is 10. */
export function managerMajor(tree: Tree, folder: Path, manager: string): number | undefined {
  for (let at: Path | undefined = folder; at !== undefined; at = above(at)) {
    const pinned = scalarText(entry(manifest(tree, at), "packageManager"));
    const found = pinned === undefined ? null : /^([a-z]+)@(\d+)\b/.exec(pinned);
    if (found) return found[1] === manager ? Number(found[2]) : undefined;
  }
  return undefined;
}

function above(folder: Path): Path | undefined {
  if (folder === ".") return undefined;
  return folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : ".";
}
