import { entry, readYaml, scalarText, type Path, type Tree } from "@gha2pulumi/repo";
import { FOLDER } from "./project.ts";

/** The program this tool creates in Pulumi YAML: project and resources in one file. */
export const YAML_PROGRAM: Path = `${FOLDER}/Pulumi.yaml`;

/** Whether a file is a project whose program is written in it: `runtime: yaml`, or an object with that name. */
export function isYamlProgram(path: Path, tree: Tree): boolean {
  const text = tree.get(path);
  if (text === undefined || !/yaml/.test(text)) return false;
  const { root } = readYaml(path, text);
  const runtime = entry(root, "runtime");
  return (scalarText(runtime) ?? scalarText(entry(runtime, "name"))) === "yaml";
}

/** Every such project that declares something of Pulumi Deployments; what was brought from elsewhere is not ours. */
export function yamlPrograms(tree: Tree): readonly Path[] {
  return [...tree.keys()]
    .filter((path) => /(?:^|\/)Pulumi\.ya?ml$/.test(path) && !path.startsWith("@") && !path.includes("node_modules/"))
    .filter((path) => tree.get(path)?.includes("pulumiservice") === true && isYamlProgram(path, tree))
    .sort();
}
