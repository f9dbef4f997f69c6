import { literal, type Path } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import { plain, type Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";

/**
 * Targets of a Makefile with plain recipes. Each recipe line is a shell of its own, as in make; a line that uses
 * make's own functions or automatic variables is read as far as the shell parser goes.
 */
export const make: Unwrapper = {
  name: "make",
  unwrap(command, tree) {
    if (command.kind !== "run" || literal(command.words[0] ?? []) !== "make") return undefined;
    const words = command.words.slice(1).map((word) => literal(word) ?? "");
    const at = words.findIndex((word) => word === "-C" || word === "--directory");
    const directory = at < 0 ? command.directory : joinPath(command.directory, [words[at + 1] ?? "."]);
    const folder = folderPath(directory);
    if (folder === undefined) return undefined;
    const path = ["Makefile", "makefile", "GNUmakefile"]
      .map((name): Path => (folder === "." ? name : `${folder}/${name}`))
      .find((file) => tree.has(file));
    const text = path === undefined ? undefined : tree.get(path);
    if (path === undefined || text === undefined) return undefined;
    const targets = words.filter(
      (word, i) =>
        word !== "" &&
        !word.startsWith("-") &&
        !word.includes("=") &&
        words[i - 1] !== "-C" &&
        words[i - 1] !== "--directory",
    );
    const variables = new Map(
      words.flatMap((word) =>
        /^[A-Za-z_]\w*=/.test(word)
          ? [[word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] as const]
          : [],
      ),
    );
    const rules = readRules(text);
    const lines = (targets.length === 0 ? rules.slice(0, 1).map((rule) => rule.target) : targets).flatMap((target) =>
      recipe(rules, target, new Set()),
    );
    if (lines.length === 0) return undefined;
    return plain(
      lines.flatMap((line) => {
        const script = line.text
          .replace(
            /\$[({](\w+)[)}]/g,
            (whole, name: string) => variables.get(name) ?? readVariable(text, name) ?? whole,
          )
          .replaceAll("$$", "$");
        return insideScript(command, script.replace(/^[@\-+]+/, ""), directory, () => ({
          path,
          start: line.start,
          end: line.end,
        }));
      }),
    );
  },
};

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Rule {
  readonly target: string;
  readonly needs: readonly string[];
  readonly lines: readonly Line[];
}

function readRules(text: string): readonly Rule[] {
  const rules: { target: string; needs: readonly string[]; lines: Line[] }[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    const head = /^([A-Za-z0-9_./ -]+?)\s*::?(?!=)\s*([^=]*?)\s*(?:##.*)?$/.exec(line);
    if (line.startsWith("\t"))
      rules.at(-1)?.lines.push({ text: line.slice(1).trimEnd(), start: at + 1, end: at + line.trimEnd().length });
    else if (head?.[1] !== undefined && !head[1].startsWith(".PHONY")) {
      for (const target of head[1].split(/\s+/))
        rules.push({ target, needs: (head[2] ?? "").split(/\s+/).filter((need) => need !== ""), lines: [] });
    }
    at += line.length + 1;
  }
  return rules;
}

/** What a target runs: first what it needs, then its own lines. Lines that end in `\` are joined. */
function recipe(rules: readonly Rule[], target: string, seen: Set<string>): readonly Line[] {
  const rule = rules.find((one) => one.target === target);
  if (!rule || seen.has(target)) return [];
  seen.add(target);
  const joined: Line[] = [];
  for (const line of rule.lines) {
    const last = joined.at(-1);
    if (last?.text.endsWith("\\"))
      joined[joined.length - 1] = { text: `${last.text.slice(0, -1)} ${line.text}`, start: last.start, end: line.end };
    else joined.push(line);
  }
  return [...rule.needs.flatMap((need) => recipe(rules, need, seen)), ...joined];
}

function readVariable(text: string, name: string): string | undefined {
  return new RegExp(`^${name}\\s*[:?]?=\\s*([^#\\n$]*)$`, "m").exec(text)?.[1]?.trim();
}
