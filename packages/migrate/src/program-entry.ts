import { entry, readYaml, scalarText, type Path, type Span, type Tree } from "@gha2pulumi/repo";
import { normalise } from "@gha2pulumi/workflow";
import { nodePaths } from "./imported.ts";
import type { Project } from "./projects.ts";

/** Where the program of a project is, when its files say so: `main` of Pulumi.yaml, and that of a package. */
export interface Entry {
  readonly from: Span;
  /** Its files in the tree; none when nobody has read it. */
  readonly files: readonly Path[];
}

/** Sources of the languages of programs. */
export const program = /\.(?:[cm]?[jt]sx?|py|go|cs|fs|vb|java|kt|scala)$/;

/** Folders of what a build makes, which no commit has. */
const built = /^(?:bin|build|dist|lib|out)\//;

/** https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
export function entryOf({ directory, path, runtime }: Project, tree: Tree): Entry | undefined {
  const main = entry(readYaml(path, tree.get(path) ?? "").root, "main");
  const place = normalise(`${directory}/${scalarText(main) ?? ""}`);
  const isNode = runtime === "nodejs" || runtime === "bun";
  const inPackage = isNode ? packageEntry(place, tree) : undefined;
  if (inPackage) return inPackage;
  if (main?.kind !== "scalar") return undefined;
  const files = isNode ? nodeFiles(place, tree) : tree.has(place) ? [place] : below(place, tree);
  return { from: main.span, files };
}

/** `main` of a package.json; of one that is built, its source under the same name. */
function packageEntry(folder: Path, tree: Tree): Entry | undefined {
  const path = join(folder, "package.json");
  const found = /"main"\s*:\s*"([^"]+)"/.exec(tree.get(path) ?? "");
  if (!found) return undefined;
  const [whole, name = ""] = found;
  const start = found.index + whole.lastIndexOf(name);
  const plain = name.replace(/^\.\//, "");
  const source = plain.replace(built, "");
  const isBuilt = source !== plain;
  const names = isBuilt ? [plain, source, `src/${source}`] : [plain];
  const files = names.flatMap((one) => nodeFiles(join(folder, one), tree)).slice(0, 1);
  // Of one that is built elsewhere, what stands beside the package is what it is built from.
  const own = isBuilt && files.length === 0 ? ["index.ts", "src/index.ts"].map((one) => join(folder, one)) : files;
  return { from: { path, start, end: start + name.length }, files: own.filter((one) => tree.has(one)) };
}

function nodeFiles(place: Path, tree: Tree): readonly Path[] {
  const path = normalise(place);
  return nodePaths(path)
    .filter((one) => program.test(one) && tree.has(one))
    .slice(0, 1);
}

/** Every source of a folder. */
function below(folder: Path, tree: Tree): readonly Path[] {
  const prefix = folder === "." ? "" : `${folder}/`;
  return [...tree.keys()].filter((path) => path.startsWith(prefix) && !path.startsWith("@") && isProgram(path));
}

function isProgram(path: Path): boolean {
  return program.test(path) || /(?:^|\/)(?:Main|Pulumi)\.(?:ya?ml|json)$/.test(path);
}

function join(folder: Path, name: string): Path {
  return normalise(`${folder}/${name}`);
}
