import { normalise } from "@gha2pulumi/workflow";
import type { Path } from "@gha2pulumi/repo";
import type { Once } from "./intent.ts";
import { programIn } from "./runner-names.ts";
import type { World } from "./world.ts";

/**
 * Where a program takes in code of this repository that is not in the tree: modules outside its folder, packages of the
 * same workspace. What that code reads of the run nobody has looked for. Lexical; a name that no file gives a place is
 * taken for a package from elsewhere.
 */
export function unreadModules(directory: Path | undefined, world: World): readonly Once[] {
  if (directory === undefined || !world.projects.has(directory)) return [];
  const known = read.get(world) ?? new Map<Path, readonly Once[]>();
  read.set(world, known);
  const found =
    known.get(directory) ?? programIn(directory, world).flatMap(([path, text]) => unread(path, text, world));
  known.set(directory, found);
  return found;
}

/** Every operation of a project asks for them, and its files do not change. */
const read = new WeakMap<World, Map<Path, readonly Once[]>>();

type Module = readonly [at: number, length: number, candidates: readonly Path[] | undefined];

function unread(path: Path, text: string, { tree }: World): readonly Once[] {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
  const modules = /\.[cm]?[jt]sx?$/.test(path)
    ? nodeModules(folder, text, tree)
    : path.endsWith(".py")
      ? pythonModules(folder, text)
      : path.endsWith(".go")
        ? goPackages(folder, text, tree)
        : [];
  return modules
    .filter(([, , candidates]) => !candidates?.some((one) => tree.has(one) || packageOf(one, tree)))
    .map(([at, length]) => ({ kind: "module", from: [{ path, start: at, end: at + length }], isOfCommand: true }));
}

const nodeSpecifier = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["'`]([^"'`\n]+)["'`]/g;

/** Data, and what is made from a schema: neither reads a variable. */
const noCode = /\.(?!(?:[cm]?[jt]sx?)$)(?:json5?|ya?ml|txt|md|css|html|svg|node|wasm|sql)$|(?:^|\/)sdks\//;

const nodeEndings = [".ts", ".js", ".mts", ".cts", ".mjs", ".cjs", ".tsx", ".jsx"];

function nodeModules(folder: Path, text: string, tree: World["tree"]): readonly Module[] {
  return [...text.matchAll(nodeSpecifier)].flatMap(({ 0: whole, 1: name = "", index }): readonly Module[] => {
    const at = index + whole.lastIndexOf(name);
    if (noCode.test(name)) return [];
    if (/^\.\.?(?:\/|$)/.test(name)) return [[at, name.length, nodePaths(normalise(`${folder}/${name}`))]];
    return isOfWorkspace(name, folder, tree) ? [[at, name.length, undefined]] : [];
  });
}

/** https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution */
function nodePaths(path: Path): readonly Path[] {
  const stem = path.replace(/\.[cm]?[jt]sx?$/, "");
  return [path, ...nodeEndings.flatMap((ending) => [path + ending, stem + ending, `${path}/index${ending}`])];
}

/** A package whose manifest is in this tree, or one that the manifest of the program's folder takes from a path. */
function isOfWorkspace(specifier: string, folder: Path, tree: World["tree"]): boolean {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  if (workspaceNames(tree).has(name)) return true;
  const parts = folder === "." ? [] : folder.split("/");
  return parts.concat("").some((_, depth) => {
    const manifest = tree.get([...parts.slice(0, depth), "package.json"].join("/")) ?? "";
    return ["file", "link", "portal", "workspace"].some((kind) => manifest.includes(`"${name}": "${kind}:`));
  });
}

const namesOf = new WeakMap<World["tree"], ReadonlySet<string>>();

function workspaceNames(tree: World["tree"]): ReadonlySet<string> {
  const known =
    namesOf.get(tree) ??
    new Set(
      [...tree].flatMap(([path, text]) =>
        /(?:^|\/)package\.json$/.test(path) && !path.startsWith("@")
          ? [/"name"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? []].flat()
          : [],
      ),
    );
  namesOf.set(tree, known);
  return known;
}

/** `from ..shared import tag` by its dots; a path that the program adds to those it looks at may lead to anything. */
function pythonModules(folder: Path, text: string): readonly Module[] {
  const added = [...text.matchAll(/\bsys\.path\.(?:append|insert|extend)\b|\bsys\.path\s*(?:\+=|=|\[)/g)];
  const relative = [...text.matchAll(/^[ \t]*from[ \t]+(\.+)([\w.]*)[ \t]+import[ \t]+([(\w])/gm)];
  return [
    ...added.map(({ 0: whole, index }): Module => [index, whole.length, undefined]),
    ...relative.flatMap(({ 0: whole, 1: dots = "", 2: name = "", index }): readonly Module[] => {
      // Of `from . import x` the name may be one of the package itself.
      if (name === "") return dots.length === 1 ? [] : [[index, whole.length - 1, undefined]];
      const base = normalise([folder, ...Array<string>(dots.length - 1).fill(".."), ...name.split(".")].join("/"));
      return [[index + whole.indexOf(dots), dots.length + name.length, [`${base}.py`, `${base}/__init__.py`]]];
    }),
  ];
}

/** Packages below the module's own path, or one that `replace` takes from a folder. https://go.dev/ref/mod#go-mod-file */
function goPackages(folder: Path, text: string, tree: World["tree"]): readonly Module[] {
  const parts = folder === "." ? [] : folder.split("/");
  const depth = [...parts.keys(), parts.length].findLast((one) =>
    tree.has([...parts.slice(0, one), "go.mod"].join("/")),
  );
  if (depth === undefined) return [];
  const home = parts.slice(0, depth);
  const manifest = tree.get([...home, "go.mod"].join("/")) ?? "";
  const name = /^module\s+(\S+)/m.exec(manifest)?.[1];
  const replaced = [...manifest.matchAll(/^(?:replace)?\s*(\S+)(?:\s+v\S+)?\s+=>\s+\.{1,2}\//gm)].map((one) => one[1]);
  return [...text.matchAll(/^\s*(?:import\s+)?(?:[\w.]+\s+)?"([\w./~-]+)"\s*$/gm)].flatMap(
    ({ 0: whole, 1: path = "", index }): readonly Module[] => {
      const at = index + whole.lastIndexOf(path);
      if (name !== undefined && path.startsWith(`${name}/`))
        return [[at, path.length, [normalise([...home, path.slice(name.length + 1)].join("/"))]]];
      return replaced.some((one) => one !== undefined && (path === one || path.startsWith(`${one}/`)))
        ? [[at, path.length, undefined]]
        : [];
    },
  );
}

/** A package of Go is a folder with sources. */
function packageOf(folder: Path, tree: World["tree"]): boolean {
  return [...tree.keys()].some(
    (path) => path.startsWith(`${folder}/`) && /^[^/]+\.go$/.test(path.slice(folder.length + 1)),
  );
}
