import { grouped, type Change, type Grammars, type Path, type Tree } from "@gha2pulumi/repo";
import type { StackSettings } from "../settings.ts";
import { allAtOnce, refusal, type SettingsRead, type SettingsWritten, type Writing } from "./format.ts";
import { switchedOn } from "./live.ts";
import { PYTHON_PROGRAM } from "./python-programs.ts";
import { readPythonPrograms, writePython } from "./python.ts";
import { combined } from "./together.ts";
import { readTypescript, typescriptProgram, writeTypescript } from "./typescript.ts";
import { isYamlProgram, YAML_PROGRAM } from "./yaml-program.ts";
import { readYamlPrograms, writeYaml } from "./yaml.ts";

/** The notations a settings program is written in; the first is the default. */
export const languages = ["typescript", "python", "yaml"] as const;

export type Language = (typeof languages)[number];

/**
 * The settings every program of a tree declares, whatever its notation. Of a program whose files have `live` false no
 * trigger is on and no schedule is there; of any other, triggers are read as if `live` is true.
 */
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
  writing: Writing = allAtOnce,
): Promise<SettingsWritten> {
  const existing = await settingsProgram(tree);
  const written = existing === undefined ? undefined : languageOfProgram(existing);
  if (language !== undefined && written !== undefined && language !== written)
    return refusal(`${existing ?? ""} is a settings program in ${written} already, and ${language} was asked for`);
  const result = await writtenIn(written ?? language, settings, tree, grammars, writing);
  const live = existing === undefined || writing.live === "off" ? [] : switchedOn(existing, tree);
  return result.refused.length > 0 ? result : { ...result, changes: joined([...result.changes, ...live]) };
}

async function writtenIn(
  language: Language | undefined,
  settings: readonly StackSettings[],
  tree: Tree,
  grammars: Grammars | undefined,
  writing: Writing,
): Promise<SettingsWritten> {
  switch (language) {
    case "yaml":
      return writeYaml(settings, tree, writing);
    case "python":
      return await writePython(settings, tree, grammars, writing);
    default:
      return await writeTypescript(settings, tree, writing);
  }
}

/** One change for each file: a program in YAML is its project's file too. */
function joined(changes: readonly Change[]): readonly Change[] {
  return [...grouped(changes, ({ path }) => path).values()].map(([first, ...more]) =>
    first.kind === "edit"
      ? { ...first, splices: [...first.splices, ...more.flatMap((one) => (one.kind === "edit" ? one.splices : []))] }
      : first,
  );
}
