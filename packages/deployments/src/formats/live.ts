import {
  byText,
  entry,
  mapEntries,
  readYaml,
  scalarText,
  type Change,
  type Path,
  type Splice,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import { LIVE } from "./config-key.ts";

/**
 * What files say of the switch of a settings program: its project's file has a value for every stack of it, and what a
 * stack's own file says goes before that. `on`, where no file says anything: what a person sets later is not known.
 * https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-options
 */
export type Switch = "on" | "off";

/** A place that holds a value of the switch. */
interface Setting {
  readonly path: Path;
  readonly node: Extract<YamlNode, { kind: "scalar" }>;
}

/** Whether a program is off: its project, or each of its stacks that says something, has `live` false, and none true. */
export function switchOf(program: Path, tree: Tree): Switch {
  const values = settingsOf(program, tree);
  const isFalse = (one: Setting): boolean => one.node.text.trim() === "false";
  return values.length > 0 && values.every(isFalse) ? "off" : "on";
}

/** The edits after which a program that is off is on; none where no file says that it is off. */
export function switchedOn(program: Path, tree: Tree): readonly Change[] {
  if (switchOf(program, tree) === "on") return [];
  const splices = new Map<Path, Splice[]>();
  for (const { path, node } of settingsOf(program, tree)) {
    const { start, end } = node.span;
    const text = (tree.get(path) ?? "").slice(start, end).replace("false", "true");
    splices.set(path, [...(splices.get(path) ?? []), { start, end, text }]);
  }
  return [...splices].map(([path, all]): Change => ({ kind: "edit", path, splices: all }));
}

/** The file of the project a program belongs to: the nearest one in its folder or above. */
export function projectFile(program: Path, tree: Tree): Path | undefined {
  if (/(?:^|\/)Pulumi\.ya?ml$/.test(program)) return program;
  for (let folder = program; folder !== "";) {
    folder = folder.replace(/[^/]*\/?$/, "");
    const found = [`${folder}Pulumi.yaml`, `${folder}Pulumi.yml`].find((path) => tree.has(path));
    if (found !== undefined) return found;
    folder = folder.replace(/\/$/, "");
  }
  return undefined;
}

function settingsOf(program: Path, tree: Tree): readonly Setting[] {
  const project = projectFile(program, tree);
  if (project === undefined) return [];
  const { root } = readYaml(project, tree.get(project) ?? "");
  const keys = [LIVE, `${scalarText(entry(root, "name")) ?? ""}:${LIVE}`];
  const folder = project.slice(0, project.lastIndexOf("/") + 1);
  const stackFiles = [...tree.keys()]
    .filter((path) => path.startsWith(folder) && /^Pulumi\.[^/]+\.ya?ml$/.test(path.slice(folder.length)))
    .filter((path) => !/\.deploy\.ya?ml$/.test(path) && tree.get(path)?.includes(LIVE) === true)
    .sort(byText);
  return [
    ...valuesIn(entry(root, "config"), keys).map((node): Setting => ({ path: project, node })),
    ...stackFiles.flatMap((path) =>
      valuesIn(entry(readYaml(path, tree.get(path) ?? "").root, "config"), keys).map((node): Setting => ({
        path,
        node,
      })),
    ),
  ];
}

/** `live: false`, or `live:` with a `default` or a `value`. */
function valuesIn(config: YamlNode | undefined, keys: readonly string[]): readonly Setting["node"][] {
  return mapEntries(config)
    .filter(({ key }) => keys.includes(key))
    .flatMap(({ value }) => [value, entry(value, "default"), entry(value, "value")])
    .flatMap((node) => (node?.kind === "scalar" ? [node] : []));
}
