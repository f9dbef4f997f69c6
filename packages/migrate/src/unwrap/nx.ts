import {
  entry,
  listItems,
  readYaml,
  scalarText,
  type Path,
  type Text,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { npmScript } from "./npm-script.ts";
import { packageFolders, packageName, scriptOf } from "./packages.ts";
import { variablesIn } from "./shell-manifest.ts";
import { graphCall, graphReason, type GraphCall } from "./task-graph.ts";

type Run = Command & { readonly kind: "run" };

const does =
  "takes variables from files such as `.env`, runs targets in front of it, and takes a result from its cache where it has one";

/** `nx up infra`, `nx run infra:up`: a target of a project. https://nx.dev/docs/reference/nx-commands */
export const nx: Unwrapper = {
  name: "nx",
  unwrap(command, tree) {
    if (command.kind !== "run") return undefined;
    const call = graphCall(command, "nx", ["nx.json"], tree);
    const called = call && calledTarget(call);
    // Another configuration replaces options of the target; `--args` is put into its command.
    if (!call || !called || [...call.flags.keys()].some((flag) => /^(?:-c|--configuration|--prod|--args)$/.test(flag)))
      return undefined;
    const commands = targetRun(called, call, command, tree);
    if (commands === undefined || commands.length === 0) return undefined;
    const what = `nx run ${called.project}:${called.target}`;
    return { commands, identities: [], reasons: [graphReason(what, does, call.config, command)] };
  },
};

interface Called {
  readonly project: string;
  readonly target: string;
}

function calledTarget({ names }: GraphCall): Called | undefined {
  const [first = "", second, ...others] = names;
  if (second === undefined || others.length > 0 || second === "") return undefined;
  if (first !== "run") return /^(?:run-many|affected)$/.test(first) ? undefined : { target: first, project: second };
  const [project = "", target = "", configuration] = second.split(":");
  return target === "" || configuration !== undefined ? undefined : { project, target };
}

function targetRun(
  { project, target }: Called,
  call: GraphCall,
  command: Run,
  tree: Tree,
): readonly Command[] | undefined {
  const words = [...handedOn(call), ...call.words];
  for (const [path, root] of projects(tree)) {
    const folder = path === "project.json" ? "." : path.slice(0, -"/project.json".length);
    const name = scalarText(entry(root, "name")) ?? folder.split("/").at(-1);
    const node = name === project ? entry(entry(root, "targets"), target) : undefined;
    if (node !== undefined) return commandRun(node, folder, words, call, command);
  }
  const folder = packageFolders(tree).find((one) => packageName(tree, one) === project);
  if (folder === undefined || scriptOf(tree, folder, target) === undefined) return undefined;
  const script = ["npm", "run", target, "--"].map((word): Text => [word]);
  return npmScript.unwrap({ ...command, words: [...script, ...words], directory: [folder] }, tree)?.commands;
}

function projects(tree: Tree): readonly (readonly [Path, YamlNode | undefined])[] {
  return [...tree]
    .filter(([path]) => path === "project.json" || path.endsWith("/project.json"))
    .map(([path, text]) => [path, readYaml(path, text).root]);
}

/** Flags that are none of nx's own go to the command: https://nx.dev/docs/reference/nx/executors#run-commands */
function handedOn({ flags }: GraphCall): readonly Text[] {
  return [...flags]
    .filter(
      ([flag]) =>
        !/^--(?:verbose|skip-?nx-?cache|skip-?remote-?cache|nx-?bail|output-?style|(?:no-)?tui|parallel)$/i.test(flag),
    )
    .flatMap(([flag, values]) => values.map((value): Text => [value === "" ? flag : `${flag}=${value}`]));
}

/** A target of one command, in the folder and with the variables that its options say. */
function commandRun(
  target: YamlNode,
  folder: Path,
  words: readonly Text[],
  { root }: GraphCall,
  command: Run,
): readonly Command[] | undefined {
  const executor = scalarText(entry(target, "executor"));
  const short = scalarText(entry(target, "command"));
  if (executor === undefined ? short === undefined : !executor.endsWith(":run-commands")) return undefined;
  const options = entry(target, "options");
  const several = listItems(entry(options, "commands"));
  const only = several.length === 1 ? (scalarText(several[0]) ?? scalarText(entry(several[0], "command"))) : undefined;
  const text = placed(short ?? scalarText(entry(options, "command")) ?? only, folder, root);
  if (text === undefined || text.includes("{args.") || entry(options, "args") !== undefined) return undefined;
  const cwd = placed(scalarText(entry(options, "cwd")) ?? ".", folder, root) ?? ".";
  const environment = new Map([...command.environment, ...variablesIn(entry(options, "env"))]);
  const isAlone = scalarText(entry(options, "forwardAllArgs")) === "false";
  return insideScript(
    { ...command, environment },
    text,
    joinPath([root], [cwd]),
    () => target.span,
    isAlone ? [] : words,
  );
}

function placed(text: string | undefined, folder: Path, root: Path): string | undefined {
  return text?.replaceAll("{projectRoot}", folder).replaceAll("{workspaceRoot}", root);
}
