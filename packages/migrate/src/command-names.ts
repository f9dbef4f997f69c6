import { written, type Bound, type Path, type Tree } from "@gha2pulumi/repo";
import { givenRead, type Command } from "@gha2pulumi/workflow";
import { commandsInside } from "./commands-inside.ts";
import { programKind } from "./duty-programs.ts";
import type { Entry } from "./entry.ts";
import { folderPath } from "./folder.ts";
import type { Once } from "./intent.ts";
import { textsOf } from "./job-entries.ts";
import { givenValue, namesIn } from "./runner-names.ts";
import { unwrappers } from "./unwrap/index.ts";
import { nearestPackage, packageFolders, scriptOf } from "./unwrap/packages.ts";
import { unwrapOnce } from "./unwrapper.ts";

type Run = Command & { readonly kind: "run" };

/** Variables of the runner that scripts behind the commands before an operation read. A deployment has none of them. */
export function commandNames(earlier: readonly Entry[], tree: Tree): ReadonlyMap<string, Bound> {
  const found = new Map<string, Bound>();
  for (const entry of earlier)
    for (const inner of scriptsOf(entry, tree).commands)
      for (const [name, bound] of [...namesIn(textOf(inner), () => inner.from), ...givenNames(inner)])
        if (!found.has(name)) found.set(name, bound);
  return found;
}

/** What the script around it has asked for: the other arm of its condition is what a deployment would come to. */
function givenNames({ environment, from }: Command): readonly (readonly [string, Bound])[] {
  return givenRead(environment).map((name) => [name, givenValue(name, from)] as const);
}

/** What a command before an operation runs: its scripts, and those of an installation. */
function scriptsOf({ duty, command, installs }: Entry, tree: Tree): ReturnType<typeof commandsInside> {
  if (duty !== "prepares" || command.kind !== "run") return { commands: [], isWhole: true };
  return commandsInside([command, ...(installs ? hooksOf(command, tree) : [])], tree);
}

/** Programs in a script that read no variable, or those of its words. */
const plain = /^(?:echo|printf|rimraf|true|:|esbuild|sass|tailwindcss)\b/;

/** Builds before an operation whose programs and sources nobody has looked at: what they read of the run is not known. */
export function unreadBuilds(earlier: readonly Entry[], tree: Tree): readonly Once[] {
  return earlier.flatMap((entry): readonly Once[] => {
    const { commands, isWhole } = scriptsOf(entry, tree);
    const isRead = entry.installs || entry.checks || commands.every((one) => isPlain(one, tree));
    return isRead && isWhole ? [] : [{ kind: "build", from: entry.command.from, isOfCommand: true }];
  });
}

function isPlain(command: Command, tree: Tree): boolean {
  const words = wordsOf(command);
  return plain.test(words) || programKind(words) !== undefined || unwrapOnce(command, tree, unwrappers) !== undefined;
}

const installer = /^(?:npm|pnpm|yarn|bun)$/;

/** https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-scripts */
const hooks = ["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];

/** What an installation of packages runs of their own scripts: that of a workspace, those of all its packages. */
function hooksOf(command: Run, tree: Tree): readonly Command[] {
  const text = wordsOf(command);
  const base = folderPath(command.directory);
  if (base === undefined || !installer.test(text.split(" ")[0] ?? "") || text.includes("--ignore-scripts")) return [];
  const below = / (?:--prefix|--cwd|--dir|-C)[ =](\S+)/.exec(text)?.[1];
  const folder = nearestPackage(
    tree,
    folderPath(below === undefined ? command.directory : [`${base}/${below}`]) ?? base,
  );
  if (folder === undefined) return [];
  const workspace = packageFolders(tree).filter((one) => isWithin(one, folder));
  const folders = isWorkspace(folder, tree) ? workspace : [folder];
  return folders.flatMap((one) =>
    hooks.flatMap((name) =>
      scriptOf(tree, one, name) ? [{ ...command, words: [["npm"], ["run"], [name]], directory: [one] }] : [],
    ),
  );
}

function isWorkspace(folder: Path, tree: Tree): boolean {
  const prefix = folder === "." ? "" : `${folder}/`;
  return tree.has(`${prefix}pnpm-workspace.yaml`) || (tree.get(`${prefix}package.json`) ?? "").includes('"workspaces"');
}

function isWithin(one: Path, folder: Path): boolean {
  return folder === "." || one === folder || one.startsWith(`${folder}/`);
}

function textOf(command: Command): string {
  const texts = [...textsOf(command).map((text) => written(text)), command.kind === "script" ? command.text : ""];
  return texts.join("\n");
}

function wordsOf(command: Command): string {
  return command.kind === "run" ? command.words.map((word) => written(word)).join(" ") : "";
}
