import {
  entry,
  listItems,
  mapEntries,
  scalarText,
  type Span,
  type Path,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import type { MiseConfig } from "./config.ts";

/** One of the things a task does in turn. */
export type MiseStep =
  | { readonly kind: "script"; readonly text: string; readonly at: YamlNode & { readonly kind: "scalar" } }
  | { readonly kind: "call"; readonly call: MiseCall };

/** Another task that is run, with words and variables for it. */
export interface MiseCall {
  readonly task: string;
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly from: Span;
}

/** A task of a file of configuration. */
export interface MiseTask {
  readonly steps: readonly MiseStep[];
  readonly before: readonly MiseCall[];
  readonly after: readonly MiseCall[];
  readonly file: string | undefined;
  readonly folder: string | undefined;
  readonly environment: YamlNode | undefined;
  /** The words it takes, as `usage` declares them. */
  readonly usage: string | undefined;
  /** `sources`: it may find nothing to do. */
  readonly conditional: boolean;
}

/** A task of a file of configuration, or a file that is one. */
export type FoundTask =
  | { readonly kind: "task"; readonly config: MiseConfig; readonly task: MiseTask }
  | { readonly kind: "file"; readonly root: Path; readonly path: Path };

const folders = ["mise-tasks", ".mise-tasks", ".mise/tasks", ".config/mise/tasks", "mise/tasks"];

/**
 * A task by its name, the nearest folder first: https://mise.jdx.dev/tasks/task-discovery.html. `undefined` where there
 * is none, or where something of it is not read.
 */
export function findTask(
  name: string,
  configs: readonly MiseConfig[],
  roots: readonly Path[],
  tree: Tree,
): FoundTask | undefined {
  if (/[*?{}[\]]|^\/\//.test(name)) return undefined;
  for (const root of roots) {
    const config = configs.find((one) => one.root === root);
    const node = config && taskNode(entry(config.node, "tasks"), name);
    const path = entry(entry(config?.node, "task_config"), "includes") ? undefined : taskFile(name, root, tree);
    if (config && node) {
      const task = path === undefined ? taskOf(node, config) : undefined;
      return task && { kind: "task", config, task };
    }
    if (path !== undefined) return isPlainFile(tree.get(path) ?? "") ? { kind: "file", root, path } : undefined;
  }
  return undefined;
}

function taskNode(tasks: YamlNode | undefined, name: string): YamlNode | undefined {
  const aliases = (node: YamlNode): readonly (string | undefined)[] =>
    ["alias", "aliases"].flatMap((key) => textsOf(entry(node, key)));
  return entry(tasks, name) ?? mapEntries(tasks).find(({ value }) => aliases(value).includes(name))?.value;
}

/** `test:units` is `test/units` or `test/units.sh` in a folder of tasks. */
function taskFile(name: string, root: Path, tree: Tree): Path | undefined {
  const base = root === "." ? "" : `${root}/`;
  const file = name.replaceAll(":", "/");
  return folders
    .flatMap((folder) => ["", ".sh", ".bash", ".zsh"].map((ending) => `${base}${folder}/${file}${ending}`))
    .find((path) => tree.has(path));
}

/** Lines `#MISE key=value` in a file: of a plain one they describe it, and change nothing about what it runs. */
function isPlainFile(text: string): boolean {
  return text
    .split("\n")
    .filter((line) => /^(?:#|\/\/) ?\[?(?:MISE|USAGE)\b/i.test(line))
    .every((line) => /^# ?\[?MISE\]? (?:description|alias|hide|quiet|silent|raw)\s*=/i.test(line));
}

/** Keys that change nothing about what is run. */
const described = new Set([
  "description",
  "hide",
  "quiet",
  "silent",
  "raw",
  "tools",
  "outputs",
  "alias",
  "aliases",
  "run_windows",
  "wait_for",
  "timeout",
  "interactive",
]);
const read = new Set(["run", "depends", "depends_post", "dir", "env", "shell", "file", "usage", "sources"]);

function taskOf(node: YamlNode, config: MiseConfig): MiseTask | undefined {
  const short = node.kind === "map" ? undefined : node;
  if (mapEntries(node).some(({ key }) => !described.has(key) && !read.has(key))) return undefined;
  const shell = scalarText(entry(node, "shell")) ?? "sh";
  if (!/^(?:\/bin\/|\/usr\/bin\/env )?(?:ba|z|da)?sh\b/.test(shell)) return undefined;
  const steps = list(short ?? entry(node, "run")).map(stepsOf);
  const before = list(entry(node, "depends")).map(callOf);
  const after = list(entry(node, "depends_post")).map(callOf);
  const [dir, file] = [entry(node, "dir"), entry(node, "file")];
  if ([...steps, ...before, ...after].includes(undefined)) return undefined;
  return {
    steps: steps.flatMap((one) => one ?? []),
    before: before.flatMap((one) => one ?? []),
    after: after.flatMap((one) => one ?? []),
    file: scalarText(file),
    folder: scalarText(dir) ?? scalarText(entry(entry(config.node, "task_config"), "dir")),
    environment: entry(node, "env"),
    usage: scalarText(entry(node, "usage")),
    conditional: entry(node, "sources") !== undefined,
  };
}

function list(node: YamlNode | undefined): readonly YamlNode[] {
  return node === undefined ? [] : node.kind === "list" ? listItems(node) : [node];
}

function textsOf(node: YamlNode | undefined): readonly string[] {
  return list(node).flatMap((one) => scalarText(one) ?? []);
}

function stepsOf(node: YamlNode): readonly MiseStep[] | undefined {
  if (node.kind === "scalar") return [{ kind: "script", text: node.text, at: node }];
  const several: readonly (MiseCall | undefined)[] = textsOf(entry(node, "tasks")).map((task) => ({
    task,
    words: [],
    environment: new Map(),
    from: node.span,
  }));
  const calls = entry(node, "tasks") ? several : [callOf(node)];
  return calls.includes(undefined)
    ? undefined
    : calls.flatMap((call) => (call ? [{ kind: "call" as const, call }] : []));
}

/** `"build --release"`, `"MODE=fast build"` or `{ task = "build", args = [], env = {} }`. */
function callOf(node: YamlNode): MiseCall | undefined {
  const from = node.span;
  const text = scalarText(node);
  if (text !== undefined) {
    if (/["'`\\$]/.test(text)) return undefined;
    const words = text.trim().split(/\s+/);
    const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
    const environment = new Map(
      words
        .slice(0, Math.max(0, first))
        .map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] as const),
    );
    const task = words[first];
    return task === undefined ? undefined : { task, words: words.slice(first + 1), environment, from };
  }
  const task = scalarText(entry(node, "task"));
  const environment = mapEntries(entry(node, "env")).map(({ key, value }) => [key, scalarText(value)] as const);
  if (task === undefined || entry(node, "optional") || environment.some(([, value]) => value === undefined))
    return undefined;
  return {
    task,
    words: textsOf(entry(node, "args")),
    environment: new Map(environment.map(([key, value]) => [key, value ?? ""])),
    from,
  };
}
