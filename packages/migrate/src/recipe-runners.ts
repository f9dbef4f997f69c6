import { baseName, literal, written, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { folderPath, joinFolder } from "./folder.ts";
import { makeCall } from "./unwrap/make-call.ts";
import { packageCall } from "./unwrap/package-call.ts";
import { nearestPackage } from "./unwrap/packages.ts";
import { parent } from "./unwrap/template.ts";

type Run = Command & { readonly kind: "run" };

/** What a call of a runner reads: its names in its files of recipes. */
export interface RecipeCall {
  /** The recipes it calls; none, where those cannot be told. */
  readonly names: readonly string[];
  /** The files that it begins with. */
  readonly near: readonly Path[];
  /** Files of the kind, which those may bring in. */
  readonly all: readonly Path[];
}

interface Runner {
  readonly programs: RegExp;
  readonly files: RegExp;
  /** Whether the file may stand in a folder above, or anywhere. */
  readonly place: "here" | "above" | "anywhere";
  /** Words of its own in front of a recipe. */
  readonly verbs?: RegExp;
  readonly looks?: RegExp;
}

const runners: readonly Runner[] = [
  { programs: /^g?make$/, files: /^(?:GNUm|[mM])akefile$|\.mk$/, place: "here" },
  {
    programs: /^just$/,
    files: /^(?:\.?justfile|Justfile|JUSTFILE)$|\.just$/,
    place: "above",
    looks: /^(?:-l|-n|--list|--dry-run|--summary|--show|-s|--fmt|--evaluate|--dump|--variables|--version|--choose)$/,
  },
  {
    programs: /^(?:go-)?task$/,
    files: /^[tT]askfile[^/]*\.ya?ml$/,
    place: "above",
    looks: /^(?:-l|-a|-n|--list|--list-all|--dry|--summary|--status|--init|--version)$/,
  },
  { programs: /^mise$/, files: /mise.*\.toml$|^config\.toml$/, place: "above", verbs: /^(?:run|r|tasks?|t)$/ },
  { programs: /^poe$/, files: /^pyproject\.toml$/, place: "above" },
  { programs: /^(?:pdm|hatch|rye)$/, files: /^pyproject\.toml$/, place: "above", verbs: /^run$/ },
  { programs: /^pipenv$/, files: /^Pipfile$/, place: "above", verbs: /^run$/ },
  { programs: /^(?:inv|invoke)$/, files: /^tasks\.py$/, place: "above" },
  { programs: /^nox$/, files: /^noxfile\.py$/, place: "above" },
  { programs: /^rake$/, files: /^Rakefile$/, place: "above" },
  { programs: /^(?:turbo|nx|lerna|rush|wsrun)$/, files: /^(?:package|project)\.json$/, place: "anywhere" },
  { programs: /^(?:concurrently|npm-run-all2?|run-[sp]|nps)$/, files: /^package\.json$/, place: "above" },
];

/** Takes a call of a known runner apart; `undefined` for another program, and for a call that only looks. */
export function recipeCall(command: Run, tree: Tree): RecipeCall | undefined {
  const program = literal(command.words[0] ?? []) ?? "";
  const runner = runners.find(({ programs }) => programs.test(program));
  if (!runner) return scriptCall(command, tree);
  const words = command.words.slice(1).map((word) => written(word));
  if (runner.looks && words.some((word) => runner.looks?.test(word))) return undefined;
  if (runner.verbs && !words.some((word) => runner.verbs?.test(word) || (program === "mise" && word.includes(":"))))
    return undefined;
  const make = program.endsWith("make") ? makeCall(command) : undefined;
  if (program.endsWith("make") && !make && words.some((word) => looksOfMake.test(word))) return undefined;
  const all = [...tree.keys()].filter((path) => runner.files.test(baseName(path)) && !path.startsWith("@"));
  const near = placed(all, make?.directory ?? command.directory, runner.place);
  const names = make?.targets ?? words.flatMap(namesIn).filter((word) => !runner.verbs?.test(word));
  return { names, near, all };
}

const looksOfMake = /^-(?:[a-zA-Z]*[nqtvh][a-zA-Z]*|-(?:dry-run|just-print|recon|question|touch|help|version))$/;

/** `deploy` of `deploy`, `-t=deploy`, `npm:deploy` and `"npm run deploy"`. */
function namesIn(word: string): readonly string[] {
  if (/^--?[\w-]+$/.test(word)) return [];
  return word
    .replace(/^--?[\w-]+=/, "")
    .split(/[\s,"']+/)
    .flatMap((part) => (part === "" ? [] : [part.replace(/^npm:/, "")]));
}

function placed(all: readonly Path[], directory: Text, place: Runner["place"]): readonly Path[] {
  const folder = folderPath(directory);
  if (folder === undefined || place === "anywhere") return all;
  return all.filter((path) => {
    const at = parent(path) ?? ".";
    return at === folder || (place === "above" && (at === "." || folder.startsWith(`${at}/`)));
  });
}

/** Words that are the manager's own and that an older version of it takes for a script. */
const sinceLately: Readonly<Record<string, string>> = { pnpm: "deploy", yarn: "up" };

function scriptCall({ words, directory }: Run, tree: Tree): RecipeCall | undefined {
  const call = packageCall(words);
  const manager = literal(words[0] ?? []) ?? "";
  const own = call ? undefined : words.slice(1).find((word) => literal(word) === sinceLately[manager]);
  if (call ? call.kind === "exec" || call.words.length === 0 : own === undefined) return undefined;
  // Every command comes here, and few get so far.
  const all = [...tree.keys()].filter((path) => baseName(path) === "package.json" && !path.startsWith("@"));
  if (!call) return { names: [written(own ?? [])], near: all, all };
  const folder = folderPath(joinFolder(directory, call.selection.folder));
  const home = folder === undefined ? undefined : nearestPackage(tree, folder);
  const near = home === undefined ? all : all.filter((path) => (parent(path) ?? ".") === home);
  const { named, all: everywhere, root } = call.selection;
  const name = literal(call.words[0] ?? []);
  const isNear = named.length === 0 && !everywhere && !root;
  return { names: name === undefined ? [] : [name], near: isNear ? near : all, all };
}
