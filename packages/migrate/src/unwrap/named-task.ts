import {
  entry,
  literal,
  readToml,
  readYaml,
  scalarText,
  type Path,
  type Text,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import type { Reason } from "../intent.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { prefix, prefixCall } from "./prefix-words.ts";
import { variablesIn } from "./shell-manifest.ts";
import { parent, searchUp } from "./template.ts";

type Run = Command & { readonly kind: "run" };

// https://docs.deno.com/runtime/reference/cli/task/, https://pixi.prefix.dev/latest/reference/cli/pixi/run/
const denoTask = prefix("deno task", {
  values: ["-c", "--config", "--env-file", "--node-modules-dir"],
  folders: ["--cwd"],
});
const pixiRun = prefix("pixi run", { values: ["-e", "--environment", "--manifest-path"] });

/** `deno task up` and `pixi run up`: a task of `deno.json` or `pixi.toml`, and with pixi any program. */
export const namedTask: Unwrapper = {
  name: "named-task",
  unwrap(command, tree) {
    if (command.kind !== "run") return undefined;
    const deno = prefixCall(command, denoTask);
    const [task] = deno?.commands ?? [];
    if (deno && task?.kind === "run") {
      const commands =
        deno.flags.has("-c") || deno.flags.has("--config") ? undefined : taskOf(task, denoTasks(task, tree));
      return commands && { commands, identities: [], reasons: fileOf(deno.flags.get("--env-file"), command) };
    }
    const pixi = prefixCall(command, pixiRun);
    const [program] = pixi?.commands ?? [];
    if (!pixi || program?.kind !== "run") return undefined;
    const tasks = pixi.flags.has("--manifest-path") ? undefined : pixiTasks(program, tree);
    const isTask = tasks !== undefined && entry(tasks.tasks, literal(program.words[0] ?? []) ?? "") !== undefined;
    const commands = isTask ? taskOf(program, tasks) : [program];
    const message = "`pixi run` opens an environment, and which variables and packages are in it is not read";
    return commands && { commands, identities: [], reasons: [{ code: "GP445", message, from: command.from }] };
  },
};

function fileOf(file: Text | undefined, { from }: Command): readonly Reason[] {
  if (file === undefined) return [];
  const message = "`deno task --env-file` takes variables from a file that is not read";
  return [{ code: "GP445", message, from }];
}

interface Tasks {
  readonly tasks: YamlNode | undefined;
  readonly folder: Path;
}

function denoTasks({ directory }: Run, tree: Tree): Tasks | undefined {
  const folder = folderPath(directory);
  const path = folder === undefined ? undefined : searchUp(tree, folder, ["deno.json", "deno.jsonc"]);
  if (path === undefined) return undefined;
  const { root, problems } = readYaml(path, tree.get(path) ?? "");
  return problems.length > 0 ? undefined : { tasks: entry(root, "tasks"), folder: parent(path) ?? "." };
}

function pixiTasks({ directory }: Run, tree: Tree): Tasks | undefined {
  const folder = folderPath(directory);
  const path = folder === undefined ? undefined : searchUp(tree, folder, ["pixi.toml"]);
  if (path === undefined) return undefined;
  return { tasks: entry(readToml(path, tree.get(path) ?? ""), "tasks"), folder: parent(path) ?? "." };
}

/** A task that is one script, in the folder of its file; `undefined` where others run in front of it. */
function taskOf(command: Run, found: Tasks | undefined): readonly Command[] | undefined {
  const [name = [], ...words] = command.words;
  const task = entry(found?.tasks, literal(name) ?? "");
  if (found === undefined || task === undefined) return undefined;
  const before = ["dependencies", "depends-on", "depends_on", "args"].some((key) => entry(task, key) !== undefined);
  const text = scalarText(task) ?? scalarText(entry(task, "command")) ?? scalarText(entry(task, "cmd"));
  if (before || text === undefined) return undefined;
  const folder = joinPath([found.folder], [scalarText(entry(task, "cwd")) ?? "."]);
  return insideScript(
    { ...command, environment: new Map([...command.environment, ...variablesIn(entry(task, "env"))]) },
    text,
    folder,
    () => task.span,
    words,
  );
}
