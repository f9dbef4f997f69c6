import {
  entry,
  mapEntries,
  readYaml,
  scalarText,
  unknown,
  type Path,
  type Tree,
  type Unknown,
  type YamlNode,
} from "@gha2pulumi/repo";
import type { StackSettings } from "../settings.ts";
import type { SettingsRead } from "./format.ts";
import { switchOf } from "./live.ts";
import { readDeploymentSettings, readSchedule } from "./resources.ts";
import { combined, withSchedules, type LooseSchedule } from "./together.ts";
import { yamlPrograms } from "./yaml-program.ts";
import { yamlValue, type Names } from "./yaml-value.ts";

/** Reads every Pulumi program in YAML that declares deployment settings, with `live` as its files have it. */
export function readYamlPrograms(tree: Tree): SettingsRead {
  return combined(yamlPrograms(tree).map((path) => readProgram(path, tree)));
}

const RESOURCE =
  /^pulumiservice:(?:index:)?(DeploymentSettings|DeploymentSchedule|DriftSchedule|TtlSchedule)$|^pulumiservice:(api\/deployments:\w+)$/;

function readProgram(path: Path, tree: Tree): SettingsRead {
  const text = tree.get(path) ?? "";
  const { root, problems } = readYaml(path, text);
  const whole = [{ path, start: 0, end: text.length }] as const;
  if (root === undefined || problems.length > 0)
    return { settings: [], gaps: [unknown("unsupported", "does not parse as one plain YAML document", whole)] };
  const live = switchOf(path, tree) === "on";
  const names: Names = { config: entry(root, "config"), variables: entry(root, "variables"), live };
  const settings: StackSettings[] = [];
  const schedules: LooseSchedule[] = [];
  const gaps: Unknown[] = [];
  for (const { key, keySpan, value } of mapEntries(entry(root, "resources"))) {
    const found = RESOURCE.exec(scalarText(entry(value, "type")) ?? "");
    if (!found) continue;
    const kind = found[1] ?? found[2] ?? "";
    const resource = `${kind} ${key}`;
    const end = value.kind === "map" ? value.span.end : keySpan.end;
    const from = [{ path, start: keySpan.start, end }] as const;
    const inputs = entry(value, "properties");
    if (inputs === undefined || entry(value, "get") !== undefined) {
      gaps.push(unknown("unsupported", `${resource}: it is not declared here`, from));
      continue;
    }
    const read = yamlValue(inputs, names);
    if (kind === "DeploymentSettings") {
      const one = readDeploymentSettings(resource, read, from);
      if (one.value !== undefined) settings.push(one.value);
      gaps.push(...one.gaps);
    } else if (kind === "DeploymentSchedule" || kind === "DriftSchedule") {
      const one = readSchedule(kind === "DriftSchedule" ? "drift" : "operation", resource, read, from);
      if (one.value !== undefined) schedules.push(one.value);
      gaps.push(...one.gaps);
    } else gaps.push(unknown("unsupported", `${resource}: this resource is not read`, from));
  }
  return withSchedules(settings, schedules, gaps);
}

/** The names that a program gives already: configuration values, variables and resources share one space. */
export function takenNames(root: YamlNode | undefined): readonly string[] {
  return [
    "pulumi",
    ...["config", "variables", "resources"].flatMap((block) => mapEntries(entry(root, block)).map(({ key }) => key)),
  ];
}
