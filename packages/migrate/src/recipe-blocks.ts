import { baseName, entry, mapEntries, readYaml, remembered, type Path, type YamlNode } from "@gha2pulumi/repo";

/** A named part of a file of recipes: a script, a target, a task, or a variable that recipes use. */
export interface Block {
  readonly names: readonly string[];
  readonly text: string;
}

/** The parts of a file of recipes, found by its look alone: what an unwrapper cannot read is here still. */
export function blocksOf([path, text]: readonly [Path, string]): readonly Block[] {
  return reader(baseName(path))(text);
}

/** By the name of a file, and then by its text. */
const reader = remembered(50, (name: string) => remembered(200, (text) => readBlocks(name, text)));

function readBlocks(name: string, text: string): readonly Block[] {
  if (name.endsWith(".json")) return [...entriesIn(text, "scripts"), ...entriesIn(text, "targets")];
  if (/\.ya?ml$/.test(name)) return [...entriesIn(text, "tasks"), ...entriesIn(text, "vars")];
  if (/\.toml$|^Pipfile$/.test(name)) return byLines(text, tomlNames());
  if (name.endsWith(".py"))
    return byLines(text, (line) => /^(?:async )?def (\w+)/.exec(line)?.slice(1).flatMap(dashed));
  if (name === "Rakefile") return byLines(text, (line) => /^\s*task[\s(]+[:"']*([\w:]+)/.exec(line)?.slice(1));
  return byLines(text, (line) => (/^[\w.@%$({*]/.test(line) ? headNames(line) : undefined));
}

function dashed(name: string): readonly string[] {
  return [name, name.replaceAll("_", "-")];
}

function entriesIn(text: string, key: string): readonly Block[] {
  const node: YamlNode | undefined = entry(readYaml("recipes.yml", text).root, key);
  return mapEntries(node).map(({ key: name, value }) => ({
    names: [name],
    text: text.slice(value.span.start, value.span.end),
  }));
}

/** What stands in front of `:` or `=`: targets of make, a recipe of just with its parameters, a variable. */
function headNames(line: string): readonly string[] {
  const head = line.slice(0, Math.max(line.search(/[:=]|$/), 0)).replace(/^@/, "");
  return head.split(/\s+/).filter((word) => word !== "" && !/^(?:export|define|override|set|alias)$/.test(word));
}

/** Tasks of mise and poe, scripts of PDM, Hatch and Pipenv. */
function tomlNames(): (line: string) => readonly string[] | undefined {
  let inTasks = false;
  return (line) => {
    const table = /^\s*\[+([^\]]+)\]/.exec(line)?.[1];
    if (table !== undefined) {
      const isOne = /(?:^|\.)(?:tasks|scripts)\./.test(table);
      inTasks = /(?:^|\.)(?:tasks|scripts)$/.test(table);
      return isOne ? [table.replace(/^.*?(?:tasks|scripts)\./, "").replaceAll(/["']/g, "")] : [];
    }
    const key = inTasks ? /^["']?([\w:.-]+?)["']?\s*=/.exec(line)?.[1] : undefined;
    return key === undefined ? undefined : [key];
  };
}

/** A block goes from one line that names something to the next. */
function byLines(text: string, namesOf: (line: string) => readonly string[] | undefined): readonly Block[] {
  const blocks: { readonly names: readonly string[]; text: string }[] = [];
  for (const line of text.split("\n")) {
    const names = namesOf(line);
    const last = blocks.at(-1);
    if (names) blocks.push({ names, text: line });
    else if (last) last.text += `\n${line}`;
  }
  return blocks.filter(({ names }) => names.length > 0);
}
