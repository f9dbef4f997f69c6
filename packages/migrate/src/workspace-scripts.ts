import {
  baseName,
  entry,
  listItems,
  literal,
  mapEntries,
  readYaml,
  scalarText,
  type Path,
  type Text,
  type Tree,
} from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { npmScript } from "./unwrap/npm-script.ts";
import { packageCall } from "./unwrap/package-call.ts";
import { packageFolders, scriptOf } from "./unwrap/packages.ts";
import { graphWords } from "./unwrap/task-graph.ts";

type Run = Command & { readonly kind: "run" };

/** The name of the script, target or task that words call: `build` of `pnpm -r build`, `make build`, `npx turbo build`. */
export function calledScript(words: readonly Text[]): string | undefined {
  const texts = words.map((word) => literal(word) ?? "");
  if (/^(?:make|just|task)$/.test(texts[0] ?? "")) {
    const names = texts.slice(1).filter((word) => !word.startsWith("-") && !word.includes("="));
    return names.length === 1 ? names[0] : undefined;
  }
  const task = taskOf(words);
  if (task !== undefined) return task;
  const call = packageCall(words);
  return call === undefined || call.kind === "exec" ? undefined : literal(call.words[0] ?? []);
}

/**
 * The task of `turbo build` and `lerna run build`, behind a package manager or in a script of one; `undefined` for
 * another program, and for a call of several tasks. https://turborepo.com/docs/reference/run
 */
function taskOf(words: readonly Text[]): string | undefined {
  const call = packageCall(words);
  const own = call === undefined || call.kind === "run" ? words : call.words;
  const turbo = graphWords(own, "turbo");
  const [verb, ...tasks] = (turbo ?? graphWords(own, "lerna"))?.names ?? [];
  if (verb === "run") return tasks.length === 1 ? tasks[0] : undefined;
  return turbo && tasks.length === 0 ? verb : undefined;
}

/**
 * What a command runs: `opened`, which a wrapper stands for, or else what it may run in several packages of a
 * workspace, where it is not known in which: the scripts of that name in all of them, and for a task those that it
 * depends on too. `undefined` for another command, for scripts that are not read, and where one of them is of Pulumi:
 * it would run in one package, or in none.
 */
export function commandsRun(
  command: Command,
  opened: readonly Command[] | undefined,
  tree: Tree,
): readonly Command[] | undefined {
  if (command.kind !== "run") return opened;
  const task = taskOf(command.words);
  if (task !== undefined) return scriptsNamed(withDependencies(task, tree), command, tree);
  const selection = opened ? undefined : packageCall(command.words)?.selection;
  // In the package at hand, a script that is not there may be a program of that name.
  const isWide = selection !== undefined && (selection.all || selection.named.length > 0);
  const name = isWide ? calledScript(command.words) : undefined;
  return name === undefined ? opened : scriptsNamed([name], command, tree);
}

function scriptsNamed(names: readonly string[] | undefined, command: Run, tree: Tree): readonly Command[] | undefined {
  if (names === undefined) return undefined;
  const calls = packageFolders(tree).flatMap((folder) =>
    names.flatMap((one) => {
      const script = scriptOf(tree, folder, one);
      return script ? [{ script, call: npmScript.unwrap(inPackage(command, folder, one), tree) }] : [];
    }),
  );
  if (calls.some(({ script, call }) => call === undefined || /pulumi/i.test(script.text))) return undefined;
  return calls.flatMap(({ call }) => call?.commands ?? []);
}

function inPackage(command: Run, folder: Path, name: string): Run {
  return { ...command, words: ["npm", "run", name].map((word) => [word]), directory: [folder] };
}

/**
 * A task, and all that `turbo.json` names in front of it; `undefined` where such a file is not read, as one with
 * comments. https://turborepo.com/docs/reference/configuration#dependson
 */
function withDependencies(task: string, tree: Tree): readonly string[] | undefined {
  const paths = [...tree.keys()].filter((path) => /^turbo\.jsonc?$/.test(baseName(path)) && !path.startsWith("@"));
  const files = paths.map((path) => readYaml(path, tree.get(path) ?? ""));
  const isRead = paths.every((path, i) => isJson(tree.get(path) ?? "") && files[i]?.problems.length === 0);
  if (!isRead) return undefined;
  // Until version 2 they were called so.
  const tasks = files.flatMap(({ root }) => ["tasks", "pipeline"].flatMap((key) => mapEntries(entry(root, key))));
  const found = new Set([task]);
  for (const name of found)
    for (const { key, value } of tasks)
      if (taskName(key) === name)
        for (const one of listItems(entry(value, "dependsOn"))) found.add(taskName(scalarText(one) ?? ""));
  return [...found];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `build` of `^build` and of `web#build`. */
function taskName(written: string): string {
  return written.replace(/^\^/, "").replace(/^.*#/, "");
}
