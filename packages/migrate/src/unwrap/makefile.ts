import type { Path, Tree } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import { fileLines, joinedLines, type Line } from "./recipe-lines.ts";

/** A line of a recipe in the file it stands in. */
export interface RecipeLine extends Line {
  readonly path: Path;
}

export interface Assignment {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
  /** It stands between `ifeq` and `endif`, so nobody can tell whether it counts. */
  readonly conditional: boolean;
  readonly exported: boolean;
  /** `override`: it counts more than the command line. */
  readonly overrides: boolean;
}

export interface Rule {
  readonly target: string;
  readonly needs: readonly string[];
  readonly lines: readonly RecipeLine[];
  readonly variables: readonly Assignment[];
  readonly conditional: boolean;
  /** `::`: each such rule of a target runs, one after another. */
  readonly double: boolean;
}

/** A Makefile and those it includes, as far as they are read: https://www.gnu.org/software/make/manual/make.html */
export interface Makefile {
  readonly rules: readonly Rule[];
  readonly variables: readonly Assignment[];
  readonly exported: ReadonlySet<string>;
  readonly exportsAll: boolean;
  /** It includes a file that is not at hand, which may define anything. */
  readonly open: boolean;
  /** A file with variables that it includes and that is not at hand: how many assignments stand in front of it. */
  readonly variablesFrom: { readonly file: string; readonly at: number } | undefined;
}

interface Reading {
  readonly tree: Tree;
  readonly folder: Path;
  readonly rules: (Rule & { lines: RecipeLine[] })[];
  readonly variables: Assignment[];
  readonly exported: Set<string>;
  readonly seen: Set<Path>;
  exportsAll: boolean;
  open: boolean;
  variablesFrom: Makefile["variablesFrom"];
}

/** Reads a Makefile; `include` is relative to the folder make runs in. */
export function readMakefile(tree: Tree, path: Path, folder: Path): Makefile {
  const reading: Reading = {
    tree,
    folder,
    rules: [],
    variables: [],
    exported: new Set(),
    seen: new Set(),
    exportsAll: false,
    open: false,
    variablesFrom: undefined,
  };
  readFile(path, reading);
  return reading;
}

function readFile(path: Path, reading: Reading): void {
  if (reading.seen.has(path)) return;
  reading.seen.add(path);
  let current: readonly { lines: RecipeLine[] }[] = [];
  let nesting = 0;
  let inDefine = false;
  for (const line of joinedLines(fileLines(reading.tree.get(path) ?? ""))) {
    if (inDefine) {
      inDefine = !/^\s*endef\b/.test(line.text);
      continue;
    }
    if (line.text.startsWith("\t") && current.length > 0) {
      const recipe = { ...line, text: line.text.trim(), start: Math.min(line.start + 1, line.end), path };
      if (recipe.text !== "") for (const rule of current) rule.lines.push(recipe);
      continue;
    }
    const code = line.text.replace(/(^|\s)#.*$/, "").trim();
    if (code === "") continue;
    if (/^if(?:n?eq|n?def)\b/.test(code)) nesting++;
    else if (/^endif\b/.test(code)) nesting--;
    else if (/^else\b/.test(code)) continue;
    else if (/^define\b/.test(code)) inDefine = true;
    else {
      const rules = readStatement(code, nesting > 0, { ...line, path }, reading);
      if (rules) current = rules;
    }
  }
}

/** One statement outside of recipes; the rules it begins, if it begins any. */
function readStatement(
  code: string,
  conditional: boolean,
  line: RecipeLine,
  reading: Reading,
): readonly { lines: RecipeLine[] }[] | undefined {
  const include = /^(?:-include|sinclude|include)\s+(.*)$/.exec(code);
  const assigned = assignment(code, conditional);
  const bare = /^(un)?export(?:\s+(.*))?$/.exec(code);
  if (include?.[1] !== undefined) {
    for (const file of include[1].split(/\s+/)) includeFile(file, reading);
    return undefined;
  }
  if (assigned) {
    reading.variables.push(assigned);
    if (assigned.exported) reading.exported.add(assigned.name);
    return undefined;
  }
  if (bare) {
    if (!bare[1] && bare[2] === undefined) reading.exportsAll = true;
    else if (!bare[1]) for (const name of (bare[2] ?? "").split(/\s+/)) reading.exported.add(name);
    return undefined;
  }
  return readRule(code, conditional, line, reading);
}

function includeFile(file: string, reading: Reading): void {
  const path = /[$*?]/.test(file) ? undefined : folderPath(joinPath([reading.folder], [file]));
  if (path !== undefined && reading.tree.has(path)) readFile(path, reading);
  else {
    reading.open = true;
    // `.env`, `prod.env`, `$(ENV_FILE)`.
    if (/env/i.test(file) && !file.endsWith(".mk")) reading.variablesFrom = { file, at: reading.variables.length };
  }
}

function assignment(code: string, conditional: boolean): Assignment | undefined {
  const found = /^((?:(?:export|override|private)\s+)*)([\w.-]+)\s*(:{0,3}=|\?=|\+=|!=)\s*(.*)$/.exec(code);
  if (!found?.[2]) return undefined;
  const [, words = "", name, operator = "", value = ""] = found;
  const [exported, overrides] = [/\bexport\b/.test(words), /\boverride\b/.test(words)];
  return { name, operator, value, conditional, exported, overrides };
}

function readRule(
  code: string,
  conditional: boolean,
  line: RecipeLine,
  reading: Reading,
): readonly { lines: RecipeLine[] }[] | undefined {
  const head = /^([^:=]+?)\s*(::?)(?![:=])\s*(.*)$/.exec(code);
  if (!head?.[1]) return undefined;
  if (head[1] === ".EXPORT_ALL_VARIABLES") reading.exportsAll = true;
  const [needs = "", ...inline] = (head[3] ?? "").split(";");
  const own = assignment(head[3] ?? "", conditional);
  const first = inline.join(";").trim();
  const rules = head[1].split(/\s+/).map((target) => ({
    target,
    needs: own ? [] : needs.split(/\s+/).filter((need) => need !== "" && need !== "|"),
    lines: own || first === "" ? [] : [{ ...line, text: first }],
    variables: own ? [own] : [],
    conditional,
    double: head[2] === "::",
  }));
  reading.rules.push(...rules);
  return rules;
}
