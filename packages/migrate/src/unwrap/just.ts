import { literal, textOf, type Bound, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import type { Reason } from "../intent.ts";
import { type Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { evaluated, readJustfile, type Justfile, type PlacedRecipe, type Recipe } from "./justfile.ts";
import { lenientReason, withoutSigns } from "./recipe-lines.ts";
import { absolute, filled, parent, searchUp, unreadable } from "./template.ts";

type Run = Command & { readonly kind: "run" };

/**
 * Recipes of a justfile: https://just.systems/man/en/. They run in the justfile's folder, each line in a shell of its
 * own; a recipe that begins with `#!` and a shell is one script. Modules and other shells are not read.
 */
export const just: Unwrapper = {
  name: "just",
  unwrap(command, tree) {
    if (command.kind !== "run" || literal(command.words[0] ?? []) !== "just") return undefined;
    const call = justCall(command);
    const file = call && justfilePath(command, call, tree);
    if (!call || file === undefined) return undefined;
    const justfile = readJustfile(tree, file);
    const shell = justfile.settings.get("shell") ?? "";
    if (shell !== "" && !/["'](?:ba)?sh["']/.test(shell)) return undefined;
    const reasons = dotenvReasons(justfile, command);
    const play: Play = { command, justfile, file, given: call.variables, done: new Set(), commands: [], reasons };
    return playCalls(call.words, play) ? { commands: play.commands, identities: [], reasons: play.reasons } : undefined;
  },
};

/** https://just.systems/man/en/dotenv-settings.html: files of this kind are not read. */
function dotenvReasons({ settings }: Justfile, { from }: Run): Reason[] {
  const names = ["dotenv-load", "dotenv-filename", "dotenv-path", "dotenv-required"];
  const found = names.find((name) => settings.has(name) && settings.get(name) !== "false");
  return found === undefined
    ? []
    : [{ code: "GP224", message: `\`set ${found}\` takes variables from a file that is not read`, from }];
}

interface JustCall {
  readonly file: Text | undefined;
  readonly variables: ReadonlyMap<string, Text>;
  readonly words: readonly Text[];
}

/** One call of just on its way. Owned and changed by it. */
interface Play {
  readonly command: Run;
  readonly justfile: Justfile;
  readonly file: Path;
  readonly given: ReadonlyMap<string, Text>;
  readonly done: Set<string>;
  readonly commands: Command[];
  readonly reasons: Reason[];
}

/** `undefined` for calls that only look: `just --list`, `just --dry-run deploy`. */
function justCall({ words }: Run): JustCall | undefined {
  const variables = new Map<string, Text>();
  let file: Text | undefined;
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at] ?? [];
    const text = literal(word) ?? (typeof word[0] === "string" ? word[0] : "");
    const assigned = /^([A-Za-z_][\w-]*)=/.exec(text);
    if (text === "-f" || text === "--justfile") file = words[++at];
    else if (text === "--set") variables.set(literal(words[++at] ?? []) ?? "", words[++at] ?? []);
    else if (/^(?:-[qvuy]|--quiet|--verbose|--yes|--unstable|--no-deps|--color=\w+)$/.test(text)) continue;
    else if (text.startsWith("-")) return undefined;
    else if (assigned?.[1] && typeof word[0] === "string")
      variables.set(assigned[1], textOf(word[0].slice(assigned[0].length), word.slice(1)));
    else break;
  }
  return { file, variables, words: words.slice(at) };
}

function justfilePath(command: Run, { file }: JustCall, tree: Tree): Path | undefined {
  const at = folderPath(file ? joinPath(command.directory, file) : command.directory);
  if (at === undefined) return undefined;
  return file ? (tree.has(at) ? at : undefined) : searchUp(tree, at, ["justfile", ".justfile", "Justfile", "JUSTFILE"]);
}

/** Recipes one after another, each taking as many words as it has parameters. */
function playCalls(words: readonly Text[], play: Play): boolean {
  const first = play.justfile.recipes[0]?.name;
  let rest: readonly Text[] = words.length === 0 && first !== undefined ? [[first]] : words;
  while (rest.length > 0) {
    const recipe = findRecipe(literal(rest[0] ?? []), play.justfile);
    if (!recipe) return false;
    const takes = recipe.parameters.some((one) => one.variadic) ? rest.length - 1 : recipe.parameters.length;
    if (!playRecipe(recipe, rest.slice(1, 1 + takes), play)) return false;
    rest = rest.slice(1 + takes);
  }
  return words.length > 0 || first !== undefined;
}

function findRecipe(name: string | undefined, { recipes, aliases }: Justfile): PlacedRecipe | undefined {
  const wanted = aliases.get(name ?? "") ?? name;
  return recipes.find((one) => one.name === wanted && runsHere(one));
}

/** A recipe may be written once for each system: https://just.systems/man/en/attributes.html */
function runsHere({ attributes }: Recipe): boolean {
  const systems = attributes.flatMap((one) => one.match(/\b(?:linux|unix|macos|windows|openbsd)\b/g) ?? []);
  return systems.length === 0 || systems.includes("linux") || systems.includes("unix");
}

function playRecipe(recipe: PlacedRecipe, values: readonly Text[], play: Play): boolean {
  const key = [recipe.name, ...values.map((value) => JSON.stringify(value))].join(" ");
  if (play.done.has(key)) return true;
  play.done.add(key);
  const scope = scopeOf(recipe, values, play);
  const need = (after: boolean): boolean =>
    recipe.needs
      .filter((one) => one.after === after)
      .every((one) => {
        const found = findRecipe(one.name, play.justfile);
        return found !== undefined && playRecipe(found, one.values.map(scope.evaluate), play);
      });
  if (!need(false)) return false;
  if (!playLines(recipe, scope, play)) return false;
  return need(true);
}

interface RecipeScope {
  readonly evaluate: (expression: string) => Text;
  readonly environment: ReadonlyMap<string, Bound>;
}

function scopeOf(recipe: Recipe, values: readonly Text[], { command, justfile, file, given }: Play): RecipeScope {
  const parameters = new Map<string, Text>();
  const resolving = new Set<string>();
  const env = (name: string): Text | undefined => command.environment.get(name)?.text;
  const lookUp = (name: string): Text | undefined => {
    if (name === "justfile_directory()") return absolute(parent(file) ?? ".");
    const known = parameters.get(name) ?? given.get(name);
    const source = justfile.variables.get(name);
    if (known || source === undefined || resolving.has(name)) return known;
    resolving.add(name);
    const value = evaluated(source, lookUp, env);
    resolving.delete(name);
    return value;
  };
  const evaluate = (expression: string): Text => evaluated(expression, lookUp, env);
  recipe.parameters.forEach(({ name, variadic, fallback }, i) => {
    const own = variadic ? values.slice(i) : values.slice(i, i + 1);
    const joined = textOf(...own.flatMap((value, at): (string | Text)[] => (at === 0 ? [value] : [" ", value])));
    const missing = fallback !== undefined ? evaluate(fallback) : variadic === "*" ? [] : [unreadable(name)];
    parameters.set(name, own.length > 0 ? joined : missing);
  });
  const bound = (text: Text): Bound => ({ text, from: command.from });
  const exportsAll = justfile.settings.get("export") === "true";
  const environment = new Map(command.environment);
  for (const name of justfile.variables.keys())
    if (exportsAll || justfile.exported.has(name)) environment.set(name, bound(lookUp(name) ?? [unreadable(name)]));
  for (const { name, exported } of recipe.parameters)
    if (exported || exportsAll) environment.set(name, bound(parameters.get(name) ?? []));
  return { evaluate, environment };
}

function playLines(recipe: PlacedRecipe, { evaluate, environment }: RecipeScope, play: Play): boolean {
  const { commands, reasons } = play;
  const file = recipe.path;
  const directory = recipeFolder(recipe, evaluate, play);
  const command = { ...play.command, environment };
  const fill = (text: string): Text =>
    filled(text, /\{\{\{\{|\{\{(.*?)\}\}/g, ([whole, inner]) =>
      inner === undefined ? [whole.slice(2)] : evaluate(inner),
    );
  const [first] = recipe.lines;
  if (first?.text.startsWith("#!")) {
    if (!/^#!.*\b(?:ba|z|da)?sh\b/.test(first.text)) return false;
    const span = { path: file, start: first.start, end: recipe.lines.at(-1)?.end ?? first.end };
    const text = fill(recipe.lines.map((line) => line.text).join("\n"));
    commands.push(...insideScript(command, text, directory, () => span));
    return true;
  }
  for (const line of recipe.lines.map(withoutSigns)) {
    if (line.lenient) reasons.push(lenientReason(file, line));
    commands.push(
      ...insideScript(command, fill(line.text), directory, () => ({ path: file, start: line.start, end: line.end })),
    );
  }
  return true;
}

/** https://just.systems/man/en/working-directory.html */
function recipeFolder({ attributes }: Recipe, evaluate: (expression: string) => Text, play: Play): Text {
  const { file, command, justfile } = play;
  if (attributes.some((one) => /\bno-cd\b/.test(one))) return command.directory;
  const own = attributes.map((one) => /working-directory:\s*(.*)/.exec(one)?.[1]).find((one) => one !== undefined);
  const setting = justfile.settings.get("working-directory");
  const base = joinPath(["."], [parent(file) ?? "."]);
  const set = setting === undefined ? base : joinPath(base, evaluate(setting));
  return own === undefined ? set : joinPath(set, evaluate(own));
}
