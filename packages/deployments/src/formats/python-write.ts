import type { Change, Grammars, Path, Tree } from "@gha2pulumi/repo";
import { byStack, type StackSettings } from "../settings.ts";
import { configKeys } from "./config-key.ts";
import { allAtOnce, contradictions, refusal, type SettingsWritten, type Writing } from "./format.ts";
import { nameGiver } from "./names.ts";
import {
  configPieces,
  FOLDER,
  liveConfig,
  projectHead,
  projectHeader,
  PROVIDER_VERSION,
  readme,
  SDK_VERSION,
  stackFiles,
  switchComment,
} from "./project.ts";
import { appendPython } from "./python-append.ts";
import { PYTHON_PROGRAM } from "./python-programs.ts";
import { pythonStatements } from "./python-statements.ts";
import { stackNamer } from "./stack-fields.ts";

/**
 * The settings program in Python: created when there is none, otherwise ours is continued with the stacks it does not
 * declare yet. Without a grammar nothing is written, since what is written must be read back.
 */
export async function writePython(
  settings: readonly StackSettings[],
  tree: Tree,
  grammars: Grammars | undefined,
  writing: Writing = allAtOnce,
): Promise<SettingsWritten> {
  const sorted = [...settings].sort(byStack);
  const refused = contradictions(sorted);
  if (refused.length > 0) return { changes: [], refused };
  if (sorted.length === 0) return { changes: [], refused: [] };
  if (grammars === undefined) return refusal("without its grammar, a program in Python is not written");
  if (tree.has(PYTHON_PROGRAM)) return appendPython(sorted, tree, grammars);
  const other = [...tree.keys()].filter((path) => path.startsWith(`${FOLDER}/`));
  if (other.length > 0) return refusal(`${FOLDER}/ holds something else: ${other.sort().join(", ")}`);
  return { changes: createProject(sorted, tree, writing), refused: [] };
}

const runtime = `runtime:
  name: python
  options:
    toolchain: pip
    virtualenv: venv
`;

const requirements = `pulumi==${SDK_VERSION}
pulumi-pulumiservice==${PROVIDER_VERSION}
`;

const preamble = (settings: readonly StackSettings[]): string => `import pulumi
import pulumi_pulumiservice as service

config = pulumi.Config()

${switchComment(settings).replace(/^/gm, "# ")}
live = config.require_bool("live")
`;

function createProject(settings: readonly StackSettings[], tree: Tree, writing: Writing): readonly Change[] {
  const keyOf = configKeys(configPieces(settings), new Map());
  const resourceName = nameGiver([], "-");
  const nameOf = stackNamer(resourceName);
  const statements = pythonStatements(settings, {
    tree,
    pulumi: "pulumi",
    service: "service",
    config: "config",
    live: "live",
    keyOf,
    nameOf,
    resourceName,
    variable: nameGiver(["pulumi", "service", "config", "live"], "_"),
  });
  const header = projectHeader(settings, "retain_on_delete", writing).replace(/^(?=.)/gm, "# ");
  const setup = { needs: "Python 3.10 or newer and ", install: "pulumi install\n" };
  const files: readonly (readonly [Path, string])[] = [
    [`${FOLDER}/.gitignore`, "__pycache__/\nvenv/\n"],
    [`${FOLDER}/Pulumi.yaml`, `${projectHead(writing)}${runtime}${liveConfig(writing)}`],
    [`${FOLDER}/README.md`, readme(settings, { keyOf, nameOf }, tree, setup, writing)],
    [PYTHON_PROGRAM, `${header}\n${preamble(settings)}\n${statements}`],
    [`${FOLDER}/requirements.txt`, requirements],
    ...stackFiles(settings, writing),
  ];
  return files.map(([path, text]) => ({ kind: "create", path, text }));
}
