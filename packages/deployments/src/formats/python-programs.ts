import { entry, readYaml, scalarText, type Path, type Tree } from "@gha2pulumi/repo";
import { FOLDER } from "./project.ts";

/** The program this tool creates in Python. */
export const PYTHON_PROGRAM: Path = `${FOLDER}/__main__.py`;

const PACKAGE = "pulumi_pulumiservice";

/**
 * The entry files of Pulumi programs in Python that use the provider. Without `main` the program is the project's
 * folder, of which Python runs `__main__.py`.
 */
export function pythonPrograms(tree: Tree): readonly Path[] {
  return [...tree.keys()]
    .filter((path) => /(?:^|\/)Pulumi\.ya?ml$/.test(path) && !path.startsWith("@") && !path.includes("node_modules/"))
    .flatMap((path) => entryFile(path, tree) ?? [])
    .filter((path) => tree.get(path)?.includes(PACKAGE) === true)
    .sort();
}

function entryFile(project: Path, tree: Tree): Path | undefined {
  const text = tree.get(project) ?? "";
  if (!text.includes("python")) return undefined;
  const { root } = readYaml(project, text);
  const runtime = entry(root, "runtime");
  if ((scalarText(runtime) ?? scalarText(entry(runtime, "name"))) !== "python") return undefined;
  const main = (scalarText(entry(root, "main")) ?? "").replace(/^(?:\.\/)+/, "").replace(/^\.$/, "");
  const base = `${project.slice(0, project.lastIndexOf("/") + 1)}${main}`;
  const inside = base === "" || base.endsWith("/") ? base : `${base}/`;
  return [base, `${inside}__main__.py`].find((path) => path.endsWith(".py") && tree.has(path));
}
