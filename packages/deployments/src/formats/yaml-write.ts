import type { Change, Path, Tree } from "@gha2pulumi/repo";
import { byStack, stackLabel, type StackSettings } from "../settings.ts";
import { LIVE } from "./config-key.ts";
import { allAtOnce, contradictions, refusal, type Refusal, type SettingsWritten, type Writing } from "./format.ts";
import { nameGiver } from "./names.ts";
import {
  configPieces,
  FOLDER,
  liveText,
  projectHead,
  projectHeader,
  readme,
  stackFiles,
  switchComment,
} from "./project.ts";
import { stackNamer } from "./stack-fields.ts";
import { appendYaml } from "./yaml-append.ts";
import { isYamlProgram, YAML_PROGRAM } from "./yaml-program.ts";
import { configText, resourcesText } from "./yaml-resources.ts";
import { yamlKeys } from "./yaml-text.ts";

/**
 * The settings program in Pulumi YAML: one file. Created when there is none, otherwise continued with the stacks it
 * does not declare yet. It has no conditions, so nothing that only exists once `live` is true can be declared in it.
 */
export async function writeYaml(
  settings: readonly StackSettings[],
  tree: Tree,
  writing: Writing = allAtOnce,
): Promise<SettingsWritten> {
  const sorted = [...settings].sort(byStack);
  const refused = [...contradictions(sorted), ...sorted.flatMap(inexpressible)];
  if (refused.length > 0) return { changes: [], refused };
  if (sorted.length === 0) return { changes: [], refused: [] };
  if (isYamlProgram(YAML_PROGRAM, tree)) return appendYaml(sorted, tree);
  const other = [...tree.keys()].filter((path) => path.startsWith(`${FOLDER}/`));
  if (other.length > 0) return refusal(`${FOLDER}/ holds something else: ${other.sort().join(", ")}`);
  return { changes: createProgram(sorted, tree, writing), refused: [] };
}

/** What Pulumi YAML cannot say: a resource under a condition, and a name that it takes for a function. */
function inexpressible(settings: StackSettings): readonly Refusal[] {
  const stack = stackLabel(settings);
  if (settings.schedules.length > 0)
    return [
      {
        stack,
        note: `Pulumi YAML has no condition, so the schedules of ${stack} could not wait for \`${LIVE}\`; TypeScript can`,
      },
    ];
  const called = [...settings.environment.keys()].find((name) => /^fn::/i.test(name));
  return called === undefined ? [] : [{ stack, note: `Pulumi YAML takes the variable \`${called}\` for a function` }];
}

function createProgram(settings: readonly StackSettings[], tree: Tree, writing: Writing): readonly Change[] {
  const pieces = configPieces(settings);
  const keyOf = yamlKeys(pieces, new Map());
  const naming = { keyOf, nameOf: stackNamer(nameGiver(["pulumi", LIVE, ...pieces.map(keyOf)], "-")) };
  const live = switchComment(settings).replaceAll("trigger and schedule", "trigger").replace(/^/gm, "  # ");
  const config = `${live}\n  ${liveText(writing)}${configText(pieces, keyOf)}`;
  const header = projectHeader(settings, "retainOnDelete", writing).replace(/^(?=.)/gm, "# ");
  const program = `${header}${projectHead(writing)}runtime: yaml
config:
${config}resources:
${resourcesText(settings, naming, tree)}`;
  const files: readonly (readonly [Path, string])[] = [
    [YAML_PROGRAM, program],
    [`${FOLDER}/README.md`, readme(settings, naming, tree, { needs: "", install: "" }, writing)],
    ...stackFiles(settings, writing),
  ];
  return files.map(([path, text]) => ({ kind: "create", path, text }));
}
