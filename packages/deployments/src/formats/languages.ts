import type { Grammars, Path, Tree } from "@gha2pulumi/repo";
import type { StackSettings } from "../settings.ts";
import { refusal, type SettingsRead, type SettingsWritten } from "./format.ts";
import { PYTHON_PROGRAM } from "./python-programs.ts";
import { readPythonPrograms, writePython } from "./python.ts";
import { combined } from "./together.ts";
import { readTypescript, typescriptProgram, writeTypescript } from "./typescript.ts";
import { isYamlProgram, YAML_PROGRAM } from "./yaml-program.ts";
import { readYamlPrograms, writeYaml } from "./yaml.ts";

/** The notations a settings program is written in; the first is the default. */
export const languages = ["typescript", "python", "yaml"] as const;

export type Language = (typeof languages)[number];

/** The settings every program of a tree declares, whatever its notation. Triggers are read as if `live` is true. */
export async function readSettings(tree: Tree, grammars: Grammars | undefined): Promise<SettingsRead> {
  return combined([await readTypescript(tree), await readPythonPrograms(tree, grammars), readYamlPrograms(tree)]);
}

/** The program that new stacks join, if there is one. */
export async function settingsProgram(tree: Tree): Promise<Path | undefined> {
  if (tree.has(PYTHON_PROGRAM)) return PYTHON_PROGRAM;
  return isYamlProgram(YAML_PROGRAM, tree) ? YAML_PROGRAM : typescriptProgram(tree);
}

/** The language of a program of ours, or of one that is continued, by its file. */
export function languageOfProgram(path: Path): Language {
  if (path.endsWith(".py")) return "python";
  return path.endsWith(".ts") ? "typescript" : "yaml";
}

/** The settings program in the language that was asked for, else in that of the program there is. */
export async function writeSettings(
  language: Language | undefined,
  settings: readonly StackSettings[],
  tree: Tree,
  grammars: Grammars | undefined,
): Promise<SettingsWritten> {
  const existing = await settingsProgram(tree);
  const written = existing === undefined ? undefined : languageOfProgram(existing);
  if (language !== undefined && written !== undefined && language !== written)
    return refusal(`${existing ?? ""} is a settings program in ${written} already, and ${language} was asked for`);
  switch (written ?? language) {
    case "yaml":
      return writeYaml(settings, tree);
    case "python":
      return writePython(settings, tree, grammars);
    default:
      return writeTypescript(settings, tree);
  }
}
