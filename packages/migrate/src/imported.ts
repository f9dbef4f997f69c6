import { normalise } from "@gha2pulumi/workflow";
import { escaped, grouped, type Path, type Span, type Tree } from "@gha2pulumi/repo";

/** A module that a source takes in: where it says so, and the files it may be. */
export interface Imported {
  readonly at: number;
  readonly length: number;
  /** Files, or folders that are packages of Go; `undefined`: it is of this repository, and no path tells which. */
  readonly candidates: readonly Path[] | undefined;
}

/**
 * Modules of this repository that a source takes in. Lexical; a name that no file gives a place is taken for a package
 * from elsewhere.
 */
export function importedBy(path: Path, text: string, tree: Tree): readonly Imported[] {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
  if (/\.[cm]?[jt]sx?$/.test(path)) return nodeModules(folder, text, tree);
  if (path.endsWith(".py")) return pythonModules(folder, text);
  if (path.endsWith(".go")) return goPackages(folder, text, tree);
  if (pythonManifest.test(path)) return pythonPackages(folder, text);
  return dotnetProject.test(path) ? dotnetSources(folder, text, tree) : [];
}

/** Files that say what a program takes in, and are none of its sources. */
export function namesModules(path: Path): boolean {
  return dotnetProject.test(path) || pythonManifest.test(path);
}

const dotnetProject = /\.(?:cs|fs|vb)proj$/;
const pythonManifest = /(?:^|\/)(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|Pipfile)$/;

/** The files in a tree that a module is: with a project of .NET, and of a package of Python, all sources below its folder. */
export function filesOf({ candidates = [] }: Imported, tree: Tree): readonly Path[] {
  const file = candidates.find((one) => tree.has(one));
  const { packages, python, dotnet } = manifestsOf(tree);
  if (file === undefined)
    return candidates.flatMap((one) =>
      one.endsWith("/") ? python.filter((path) => path.startsWith(one)) : (packages.get(one) ?? []),
    );
  if (!dotnetProject.test(file)) return [file];
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  return [file, ...dotnet.filter((path) => path.startsWith(folder))];
}

/** Sources with all that they take in, step by step, and each module of this repository that is not in the tree. */
export function withImported(
  sources: Iterable<Path>,
  tree: Tree,
): { readonly paths: ReadonlySet<Path>; readonly missing: readonly Span[] } {
  const paths = new Set(sources);
  const missing: Span[] = [];
  for (const path of paths) {
    for (const module of importedBy(path, tree.get(path) ?? "", tree)) {
      const there = filesOf(module, tree);
      for (const one of there) paths.add(one);
      if (there.length === 0) missing.push({ path, start: module.at, end: module.at + module.length });
    }
  }
  return { paths, missing };
}

const nodeSpecifier = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["'`]([^"'`\n]+)["'`]/g;

/** Data, and what is made from a schema: neither reads a variable. */
const noCode = /\.(?!(?:[cm]?[jt]sx?)$)(?:json5?|ya?ml|txt|md|css|html|svg|node|wasm|sql)$|(?:^|\/)sdks\//;

const nodeEndings = [".ts", ".js", ".mts", ".cts", ".mjs", ".cjs", ".tsx", ".jsx"];

function nodeModules(folder: Path, text: string, tree: Tree): readonly Imported[] {
  return [...text.matchAll(nodeSpecifier)].flatMap(({ 0: whole, 1: name = "", index }): readonly Imported[] => {
    const [at, length] = [index + whole.lastIndexOf(name), name.length];
    if (noCode.test(name)) return [];
    if (/^\.\.?(?:\/|$)/.test(name)) return [{ at, length, candidates: nodePaths(normalise(`${folder}/${name}`)) }];
    const home = packageFolder(name, folder, tree);
    if (home === undefined) return [];
    return [{ at, length, candidates: home === "" ? undefined : packagePaths(home, name, tree) }];
  });
}

/** https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution */
export function nodePaths(path: Path): readonly Path[] {
  const stem = path.replace(/\.[cm]?[jt]sx?$/, "");
  return [path, ...nodeEndings.flatMap((ending) => [path + ending, stem + ending, `${path}/index${ending}`])];
}

/**
 * The folder of a package whose manifest is in this tree, or that a manifest above the program takes from a path;
 * empty where it is of this repository and no file tells where.
 */
function packageFolder(specifier: string, folder: Path, tree: Tree): Path | undefined {
  const name = packageName(specifier);
  const there = manifestsOf(tree).node.get(name);
  if (there !== undefined) return there;
  const parts = folder === "." ? [] : folder.split("/");
  const homes = parts.concat("").map((_, depth) => parts.slice(0, depth).join("/") || ".");
  for (const home of homes.reverse()) {
    const manifest = tree.get(home === "." ? "package.json" : `${home}/package.json`) ?? "";
    const found = new RegExp(`"${escaped(name)}"\\s*:\\s*"(file|link|portal|workspace):([^"]*)"`).exec(manifest);
    if (found) return found[1] === "workspace" ? "" : normalise(`${home}/${found[2] ?? ""}`);
  }
  return undefined;
}

function packageName(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

/** Folders of what a build makes, which no commit has. */
const built = /^(?:bin|build|dist|lib|out)\//;

/**
 * The files that a module of a package may be: what its manifest names, or its source where that is built.
 * https://nodejs.org/api/packages.html#package-entry-points
 */
function packagePaths(home: Path, specifier: string, tree: Tree): readonly Path[] {
  const below = specifier.slice(packageName(specifier).length + 1);
  const manifest = tree.get(`${home}/package.json`) ?? "";
  const entries = [...manifest.matchAll(/"(?:source|main|module|import|require|default|types|\.)"\s*:\s*"([^"]+)"/g)];
  const named =
    below !== "" ? [below] : entries.map(([, name = ""]) => name.replace(/^\.\//, "").replace(/\.d\.ts$/, ".ts"));
  const sources = named.flatMap((name) => [name, ...(built.test(name) ? [name.replace(built, "")] : [])]);
  const isKnown = named.some((name) => !built.test(name));
  const usual = below === "" && !isKnown ? ["index", "src/index"] : [];
  return [...sources.flatMap((name) => [name, `src/${name}`]), ...usual].flatMap((name) =>
    nodePaths(normalise(`${home}/${name}`)),
  );
}

interface Manifests {
  /** Folders of packages by their names. */
  readonly node: ReadonlyMap<string, Path>;
  /** Folders by the paths of their modules. */
  readonly go: ReadonlyMap<string, Path>;
  /** Sources of Go by their folders: each is a package. */
  readonly packages: ReadonlyMap<Path, readonly Path[]>;
  readonly python: readonly Path[];
  readonly dotnet: readonly Path[];
}

const known = new WeakMap<Tree, Manifests>();

function manifestsOf(tree: Tree): Manifests {
  const read = known.get(tree) ?? readManifests(tree);
  known.set(tree, read);
  return read;
}

function readManifests(tree: Tree): Manifests {
  const node = new Map<string, Path>();
  const go = new Map<string, Path>();
  for (const [path, text] of tree) {
    if (path.startsWith("@")) continue;
    const name = /(?:^|\/)package\.json$/.test(path) ? /"name"\s*:\s*"([^"]+)"/.exec(text)?.[1] : undefined;
    if (name !== undefined) node.set(name, path.slice(0, -"package.json".length).replace(/\/$/, "") || ".");
    const module = /(?:^|\/)go\.mod$/.test(path) ? /^module\s+(\S+)/m.exec(text)?.[1] : undefined;
    if (module !== undefined) go.set(module, path.slice(0, -"go.mod".length).replace(/\/$/, ""));
  }
  const all = [...tree.keys()];
  const sources = all.filter((path) => path.endsWith(".go"));
  const python = all.filter((path) => path.endsWith(".py"));
  const dotnet = all.filter((path) => /\.(?:cs|fs|vb)$/.test(path));
  const packages = grouped(sources, (path) => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "."));
  return { node, go, packages, python, dotnet };
}

/** Folders whose Python was not read: their names say that they are no part of a program. */
const leftOut = /^[ \t]*(?:from|import)[ \t]+((?:tests?|specs?|e2e|docs?|examples?|bin|public|static)(?:\.\w+)*)\b/gm;

/** `from ..shared import tag` by its dots; a path that the program adds to those it looks at may lead to anything. */
function pythonModules(folder: Path, text: string): readonly Imported[] {
  const added = [...text.matchAll(/\bsys\.path\.(?:append|insert|extend)\b|\bsys\.path\s*(?:\+=|=|\[)/g)];
  const relative = [...text.matchAll(/^[ \t]*from[ \t]+(\.+)([\w.]*)[ \t]+import[ \t]+([(\w])/gm)];
  return [
    ...added.map(({ 0: whole, index }): Imported => ({ at: index, length: whole.length, candidates: undefined })),
    ...[...text.matchAll(leftOut)].map(({ 0: whole, 1: name = "", index }): Imported => ({
      at: index + whole.length - name.length,
      length: name.length,
      candidates: undefined,
    })),
    ...relative.flatMap(({ 0: whole, 1: dots = "", 2: name = "", index }): readonly Imported[] => {
      // Of `from . import x` the name may be one of the package itself.
      if (name === "") return dots.length === 1 ? [] : [{ at: index, length: whole.length - 1, candidates: undefined }];
      const above = [folder, ...Array<string>(dots.length - 1).fill("..")].join("/");
      return [
        { at: index + whole.indexOf(dots), length: dots.length + name.length, candidates: pythonPaths(above, name) },
      ];
    }),
  ];
}

/**
 * Packages of Python that are installed from a folder out of the program's: `-e ../lib`, `lib @ file:../lib`, `path = "../lib"`.
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
function pythonPackages(folder: Path, text: string): readonly Imported[] {
  return [
    ...text.matchAll(
      /(?:^[ \t]*(?:(?:-e|--editable)[ =]*)?|@ *(?:file:(?:\/\/)?)?|\bpath\s*=\s*["'])(\.\.\/[\w./-]*)/gm,
    ),
  ].map(({ 0: whole, 1: name = "", index }): Imported => ({
    at: index + whole.length - name.length,
    length: name.length,
    candidates: [`${normalise(`${folder}/${name}`)}/`],
  }));
}

function pythonPaths(folder: Path, name: string): readonly Path[] {
  const base = normalise([folder, ...name.split(".")].join("/"));
  return [`${base}.py`, `${base}/__init__.py`];
}

/** Packages below the path of a module of this tree, or one that `replace` takes from a folder. https://go.dev/ref/mod#go-mod-file */
function goPackages(folder: Path, text: string, tree: Tree): readonly Imported[] {
  const parts = folder === "." ? [] : folder.split("/");
  const depth = [...parts.keys(), parts.length].findLast((one) =>
    tree.has([...parts.slice(0, one), "go.mod"].join("/")),
  );
  if (depth === undefined) return [];
  const home = parts.slice(0, depth);
  const manifest = tree.get([...home, "go.mod"].join("/")) ?? "";
  const own = /^module\s+(\S+)/m.exec(manifest)?.[1];
  const folders = new Map([...manifestsOf(tree).go, ...(own === undefined ? [] : [[own, home.join("/")] as const])]);
  const replaced = [...manifest.matchAll(/^(?:replace)?\s*(\S+)(?:\s+v\S+)?\s+=>\s+\.{1,2}\//gm)].map((one) => one[1]);
  return [...text.matchAll(/^\s*(?:import\s+)?(?:[\w.]+\s+)?"([\w./~-]+)"\s*$/gm)].flatMap(
    ({ 0: whole, 1: path = "", index }): readonly Imported[] => {
      const [at, length] = [index + whole.lastIndexOf(path), path.length];
      const places = [...folders].flatMap(([name, place]) =>
        path === name || path.startsWith(`${name}/`) ? [normalise(`${place || "."}/${path.slice(name.length)}`)] : [],
      );
      if (places.length > 0) return [{ at, length, candidates: places }];
      return replaced.some((one) => one !== undefined && (path === one || path.startsWith(`${one}/`)))
        ? [{ at, length, candidates: undefined }]
        : [];
    },
  );
}

/** Other projects and single sources that a project of .NET takes in from outside its folder. */
function dotnetSources(folder: Path, text: string, tree: Tree): readonly Imported[] {
  return [
    ...text.matchAll(/<(?:ProjectReference|Compile|Content|EmbeddedResource)\s[^>]*?Include\s*=\s*"([^"]+)"/g),
  ].flatMap(({ 0: whole, 1: name = "", index }): readonly Imported[] => {
    const path = normalise(`${folder}/${name.replaceAll("\\", "/")}`);
    const isWithin = folder === "." ? !path.startsWith("..") : path.startsWith(`${folder}/`);
    const isCode = /\.(?:cs|fs|vb)(?:proj)?$|\*$/.test(path);
    if (isWithin || !isCode) return [];
    return [{ at: index + whole.lastIndexOf(name), length: name.length, candidates: tree.has(path) ? [path] : [] }];
  });
}
