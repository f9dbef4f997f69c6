import { remembered, textOf, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import { fileLines, joinedLines, type Line } from "./recipe-lines.ts";
import { parent, unreadable } from "./template.ts";

/** A parameter of a recipe; `fallback` is an expression. */
export interface Parameter {
  readonly name: string;
  readonly fallback: string | undefined;
  readonly variadic: "+" | "*" | undefined;
  readonly exported: boolean;
}

export interface Recipe {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Each a recipe and the expressions it is given; those behind `&&` run after this one. */
  readonly needs: readonly { readonly name: string; readonly values: readonly string[]; readonly after: boolean }[];
  readonly attributes: readonly string[];
  readonly lines: readonly Line[];
}

/** A recipe with the file it stands in. */
export interface PlacedRecipe extends Recipe {
  readonly path: Path;
}

/** A justfile as far as its grammar is read: https://just.systems/man/en/ and the project's GRAMMAR.md. */
export interface Justfile<R extends Recipe = PlacedRecipe> {
  readonly recipes: readonly R[];
  readonly variables: ReadonlyMap<string, string>;
  readonly exported: ReadonlySet<string>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
  /** The files it imports, relative to its folder. */
  readonly imports: readonly string[];
}

const header = /^@?([A-Za-z_][\w-]*)(?=[\s:])((?:'[^']*'|"[^"]*"|[^:'"])*):(?!=)(.*)$/;

/**
 * A justfile with those it imports, as far as they are at hand; what stands nearer to the first counts.
 * https://just.systems/man/en/imports.html
 */
export function readJustfile(tree: Tree, path: Path, seen: readonly Path[] = []): Justfile {
  const own = readOne(tree.get(path) ?? "");
  const others = own.imports.flatMap((name) => {
    const other = folderPath(joinPath([parent(path) ?? "."], [name]));
    return other !== undefined && tree.has(other) && ![...seen, path].includes(other)
      ? [readJustfile(tree, other, [...seen, path])]
      : [];
  });
  return {
    ...own,
    recipes: [...own.recipes.map((recipe) => ({ ...recipe, path })), ...others.flatMap(({ recipes }) => recipes)],
    variables: merged(own.variables, ...others.map(({ variables }) => variables)),
    exported: new Set([own, ...others].flatMap(({ exported }) => [...exported])),
    aliases: merged(own.aliases, ...others.map(({ aliases }) => aliases)),
    settings: merged(own.settings, ...others.map(({ settings }) => settings)),
  };
}

function merged(...maps: readonly ReadonlyMap<string, string>[]): ReadonlyMap<string, string> {
  return new Map(maps.toReversed().flatMap((map) => [...map]));
}

const readOne = remembered(50, (text): Justfile<Recipe> => {
  const recipes: (Recipe & { lines: Line[] })[] = [];
  const [variables, aliases, settings] = [
    new Map<string, string>(),
    new Map<string, string>(),
    new Map<string, string>(),
  ];
  const exported = new Set<string>();
  let attributes: string[] = [];
  const imports: string[] = [];
  let inRecipe = false;
  for (const line of fileLines(text)) {
    if (inRecipe && (/^\s+\S/.test(line.text) || line.text.trim() === "")) {
      recipes.at(-1)?.lines.push(line);
      continue;
    }
    inRecipe = false;
    const code = withoutComment(line.text).trim();
    const assignment = /^(export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)$/.exec(code);
    const setting = /^set\s+([\w-]+)(?:\s*:=\s*(.*))?$/.exec(code);
    const alias = /^alias\s+([\w-]+)\s*:=\s*([\w-]+)$/.exec(code);
    const attribute = /^\[(.*)\]$/.exec(code);
    const imported = /^import\??\s+(?:'([^']*)'|"([^"\\]*)")$/
      .exec(code)
      ?.slice(1)
      .find((path) => path);
    const head = header.exec(code);
    if (setting?.[1]) settings.set(setting[1], setting[2] ?? "true");
    else if (alias?.[1] && alias[2]) aliases.set(alias[1], alias[2]);
    else if (assignment?.[2]) {
      variables.set(assignment[2], assignment[3] ?? "");
      if (assignment[1]) exported.add(assignment[2]);
    } else if (imported) imports.push(imported);
    else if (attribute?.[1] !== undefined) attributes.push(attribute[1]);
    else if (head?.[1]) {
      recipes.push({ name: head[1], ...heading(head[2] ?? "", head[3] ?? ""), attributes, lines: [] });
      attributes = [];
      inRecipe = true;
    }
  }
  return { recipes: recipes.map(withJoined), variables, exported, aliases, settings, imports };
});

function withJoined(recipe: Recipe): Recipe {
  const lines = recipe.lines.filter((line) => line.text.trim() !== "");
  const indent = /^\s*/.exec(lines[0]?.text ?? "")?.[0].length ?? 0;
  const dedented = recipe.lines.map((line) => ({
    ...line,
    text: line.text.slice(indent).trimEnd(),
    start: Math.min(line.start + indent, line.end),
  }));
  return { ...recipe, lines: joinedLines(dedented).filter((line) => line.text !== "" && !isComment(line.text)) };
}

/** A shebang is kept: the first line decides who reads the recipe. */
function isComment(line: string): boolean {
  return line.startsWith("#") && !line.startsWith("#!");
}

function withoutComment(line: string): string {
  return /^(?:'[^']*'|"(?:\\.|[^"\\])*"|`[^`]*`|[^#'"`])*/.exec(line)?.[0] ?? line;
}

function heading(parameters: string, needs: string): Pick<Recipe, "parameters" | "needs"> {
  const read = [
    ...parameters.matchAll(/([+*])?(\$)?([A-Za-z_][\w-]*)(?:\s*=\s*('[^']*'|"[^"]*"|`[^`]*`|[\w-]+))?/g),
  ].map(([, variadic, dollar, name, fallback]): Parameter => ({
    name: name ?? "",
    fallback,
    variadic: variadic === "+" || variadic === "*" ? variadic : undefined,
    exported: dollar !== undefined,
  }));
  let after = false;
  const found: Recipe["needs"][number][] = [];
  for (const [whole, group, name] of needs.matchAll(/&&|\(([^)]*)\)|([A-Za-z_][\w-]*)/g)) {
    if (whole === "&&") after = true;
    else if (name !== undefined) found.push({ name, values: [], after });
    else {
      const [first = "", ...values] = (group ?? "").match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [];
      found.push({ name: first, values, after });
    }
  }
  return { parameters: read, needs: found };
}

/** What an expression comes to: texts, variables and `env()`, joined by `+` and `/`; anything else is unknown. */
export function evaluated(
  expression: string,
  lookUp: (name: string) => Text | undefined,
  env: (name: string) => Text | undefined,
): Text {
  const whole = expression.trim();
  const unknown: Text = [unreadable(`{{${whole}}}`)];
  const parts = whole.match(/'[^']*'|"(?:\\.|[^"\\])*"|[\w-]+\s*\([^()]*\)|[\w-]+|[+/]|\S/g) ?? [];
  const result: (Text | string)[] = [];
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) {
      if (part !== "+" && part !== "/") return unknown;
      if (part === "/") result.push("/");
      continue;
    }
    const value = term(part, lookUp, env);
    if (value === undefined) return unknown;
    result.push(value);
  }
  return parts.length % 2 === 1 ? textOf(...result) : unknown;
}

function term(
  part: string,
  lookUp: (name: string) => Text | undefined,
  env: (name: string) => Text | undefined,
): Text | undefined {
  if (part.startsWith("'")) return [part.slice(1, -1)];
  if (part.startsWith('"')) return /\\/.test(part) ? undefined : [part.slice(1, -1)];
  const call = /^([\w-]+)\s*\(([^()]*)\)$/.exec(part);
  if (!call) return /^[A-Za-z_][\w-]*$/.test(part) ? lookUp(part) : undefined;
  const [, name, given = ""] = call;
  const values = [...given.matchAll(/'([^']*)'|"([^"\\]*)"/g)].map(([, single, double]) => single ?? double ?? "");
  if (name === "just_executable") return ["just"];
  if (name === "justfile_directory" || name === "justfile_dir") return lookUp("justfile_directory()");
  const isEnv = name === "env" || name === "env_var" || name === "env_var_or_default";
  // A variable that the workflow does not set may still be set on the runner, so a fallback does not count.
  return isEnv && values[0] !== undefined ? env(values[0]) : undefined;
}
