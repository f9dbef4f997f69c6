import { entry, literal, readYaml, remembered, type Path, type Span, type Text, type Tree } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";

/** Scripts of `package.json`, run by npm, pnpm, yarn or bun. https://docs.npmjs.com/cli/v11/using-npm/scripts */
export const npmScript: Unwrapper = {
  name: "npm-script",
  unwrap(command, tree) {
    if (command.kind !== "run") return undefined;
    const call = scriptCall(command.words);
    if (!call) return undefined;
    const directory = call.directory ? joinPath(command.directory, call.directory) : command.directory;
    const folder = folderPath(directory);
    const script = folder === undefined ? undefined : findScript(tree, folder, call.script);
    if (!script) return undefined;
    const rest = call.rest.map((word) => literal(word) ?? "").join(" ");
    return insideScript(command, rest === "" ? script.text : `${script.text} ${rest}`, [script.folder], (start, end) =>
      script.place(start, end),
    );
  },
};

interface ScriptCall {
  readonly script: string;
  readonly directory: Text | undefined;
  readonly rest: readonly Text[];
}

/** Words of each manager that are commands of its own, so that they never name a script. */
const own: Readonly<Record<string, readonly string[]>> = {
  npm: [],
  pnpm: [
    "install",
    "i",
    "add",
    "remove",
    "exec",
    "dlx",
    "ci",
    "fetch",
    "rebuild",
    "store",
    "config",
    "audit",
    "publish",
    "pack",
  ],
  yarn: [
    "install",
    "add",
    "remove",
    "exec",
    "dlx",
    "config",
    "cache",
    "set",
    "plugin",
    "up",
    "workspaces",
    "global",
    "audit",
    "publish",
    "pack",
  ],
  bun: ["install", "i", "add", "remove", "x", "build", "test", "create", "init", "pm"],
};

function scriptCall(words: readonly Text[]): ScriptCall | undefined {
  const [manager, ...rest] = words.map((word) => literal(word) ?? "");
  const known = own[manager ?? ""];
  if (!known) return undefined;
  let directory: Text | undefined;
  const kept: Text[] = [];
  for (let i = 1; i < words.length; i++) {
    const word = rest[i - 1] ?? "";
    const named = /^(?:--prefix|--dir|--cwd|-C)(?:=(.*))?$/.exec(word);
    if (named && kept.length < 2) directory = named[1] === undefined ? words[++i] : [named[1]];
    else if (!word.startsWith("-") || kept.length >= 2 || (kept.length === 1 && literal(kept[0] ?? []) !== "run"))
      kept.push(words[i] ?? []);
  }
  const [first, second, ...others] = kept;
  const verb = literal(first ?? []) ?? "";
  if (verb === "run" || verb === "run-script") {
    const script = second && literal(second);
    return script ? { script, directory, rest: withoutDashes(others) } : undefined;
  }
  if (manager === "npm") return verb === "start" || verb === "test" ? { script: verb, directory, rest: [] } : undefined;
  if (verb === "" || known.includes(verb)) return undefined;
  return { script: verb, directory, rest: withoutDashes(second ? [second, ...others] : others) };
}

function withoutDashes(words: readonly Text[]): readonly Text[] {
  return literal(words[0] ?? []) === "--" ? words.slice(1) : words;
}

interface Script {
  readonly folder: Path;
  readonly text: string;
  readonly place: (start: number, end: number) => Span | undefined;
}

const readManifest = remembered(200, (text) => readYaml("package.json", text));

/** The script of the nearest `package.json`, at the folder or above it, as the managers look for it. */
function findScript(tree: Tree, folder: Path, name: string): Script | undefined {
  const parts = folder === "." ? [] : folder.split("/");
  for (let depth = parts.length; depth >= 0; depth--) {
    const at = parts.slice(0, depth).join("/");
    const path = at === "" ? "package.json" : `${at}/package.json`;
    const text = tree.get(path);
    if (text === undefined) continue;
    const script = entry(entry(readManifest(text).root, "scripts"), name);
    if (script?.kind !== "scalar") return undefined;
    const place = (start: number, end: number): Span => {
      const [from, to] = [script.offsets.at(start), end <= script.text.length ? script.offsets.at(end - 1) : undefined];
      return from === undefined || to === undefined ? { ...script.span, path } : { path, start: from, end: to + 1 };
    };
    return { folder: at === "" ? "." : at, text: script.text, place };
  }
  return undefined;
}
