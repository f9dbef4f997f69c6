import { literal, type Path } from "@gha2pulumi/repo";
import { matchesPattern } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import { plain, type Unwrapper } from "../unwrapper.ts";
import { nearestPackage, scriptNames } from "./packages.ts";

const programs = new Set(["npm-run-all", "npm-run-all2", "run-s", "run-p"]);
const withValue = new Set(["--npm-path", "--max-parallel"]);

/**
 * `run-s a b`, `run-p a b`, `npm-run-all a --parallel b:*`: each task is a script of the same package, with words of
 * its own where it is quoted. Tasks in parallel are taken in the order they stand; placeholders such as `{1}` are not
 * read. https://github.com/mysticatea/npm-run-all/blob/HEAD/docs/npm-run-all.md
 */
export const npmRunAll: Unwrapper = {
  name: "npm-run-all",
  unwrap(command, tree) {
    if (command.kind !== "run" || !programs.has(literal(command.words[0] ?? []) ?? "")) return undefined;
    const folder = folderPath(command.directory);
    const home = folder === undefined ? undefined : nearestPackage(tree, folder);
    if (home === undefined) return undefined;
    const words = command.words.slice(1).map((word) => literal(word));
    const tasks = words.filter((word, i) => !word?.startsWith("-") && !withValue.has(words[i - 1] ?? ""));
    const calls = tasks.map((task) => callsOf(task, scriptNames(tree, home)));
    if (calls.includes(undefined)) return undefined;
    const directory: readonly [Path] = [home];
    return plain(
      calls
        .flatMap((call) => call ?? [])
        .map((words_) => ({ ...command, directory, words: ["npm", "run", ...words_].map((word) => [word]) })),
    );
  },
};

/** The scripts a task names, each with its words; `*` stays within one part between colons, `**` does not. */
function callsOf(task: string | undefined, scripts: readonly string[]): readonly (readonly string[])[] | undefined {
  if (task === undefined || /[{}!?+[\]"']/.test(task)) return undefined;
  const [pattern = "", ...rest] = task.trim().split(/\s+/);
  const turned = (name: string): string => name.replaceAll("/", "\n").replaceAll(":", "/");
  const names = scripts.filter((name) => name === pattern || matchesPattern(turned(pattern), turned(name)));
  const words = rest.length > 0 && rest[0] !== "--" ? ["--", ...rest] : rest;
  return names.length === 0 ? undefined : names.map((name) => [name, ...words]);
}
