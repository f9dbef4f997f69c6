import { type Path, type Text, type Tree } from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { npmScript } from "./npm-script.ts";
import { packageFolders, packageName, scriptOf } from "./packages.ts";
import { graphCall, graphReason } from "./task-graph.ts";

const does =
  "takes a result from its cache where it has one, runs other tasks in front, and hands on the variables that its configuration lists";

/** `turbo run TASK`: the scripts of that name in the packages it is for. https://turborepo.com/docs/reference/run */
export const turbo: Unwrapper = {
  name: "turbo",
  unwrap(command, tree) {
    if (command.kind !== "run") return undefined;
    const call = graphCall(command, "turbo", ["turbo.json", "turbo.jsonc"], tree);
    if (!call) return undefined;
    const tasks = call.names[0] === "run" ? call.names.slice(1) : call.names;
    const folders = foldersFor(
      [...(call.flags.get("--filter") ?? []), ...(call.flags.get("-F") ?? [])],
      call.root,
      tree,
    );
    const [task] = tasks;
    if (task === undefined || tasks.length > 1 || folders === undefined) return undefined;
    const commands = folders.flatMap((folder) => inPackage(task, folder, call.words, command, tree));
    if (commands.length === 0) return undefined;
    return { commands, identities: [], reasons: [graphReason(`turbo run ${task}`, does, call.config, command)] };
  },
};

/** The packages of filters that are names or folders, of all without one; `undefined` where a filter is not read. */
function foldersFor(filters: readonly string[], root: Path, tree: Tree): readonly Path[] | undefined {
  const all = packageFolders(tree).filter((folder) => folder !== root);
  if (filters.length === 0) return all;
  if (filters.some((filter) => /[*!^[\]]|\.\.\./.test(filter))) return undefined;
  const paths = filters.map((filter) => folderPath(joinPath([root], [filter.replace(/^\{(.*)\}$/, "$1")])));
  return all.filter((folder) => filters.includes(packageName(tree, folder) ?? "") || paths.includes(folder));
}

function inPackage(
  task: string,
  folder: Path,
  words: readonly Text[],
  command: Command & { readonly kind: "run" },
  tree: Tree,
): readonly Command[] {
  const script = scriptOf(tree, folder, task);
  if (script === undefined) return [];
  const call = ["npm", "run", task, "--"].map((word): Text => [word]);
  return npmScript.unwrap({ ...command, words: [...call, ...words], directory: [folder] }, tree)?.commands ?? [];
}
