import { literal, textOf, type Bound, type Path, type Span, type Text, type Tree } from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import type { Reason } from "../intent.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { readTaskfile, templated, type Step, type Task, type Taskfile, type Variables } from "./taskfile.ts";
import { absolute, fileIn, parent, searchUp, unreadable } from "./template.ts";

type Run = Command & { readonly kind: "run" };

const names = [
  "Taskfile.yml",
  "taskfile.yml",
  "Taskfile.yaml",
  "taskfile.yaml",
  "Taskfile.dist.yml",
  "Taskfile.dist.yaml",
];

/**
 * Tasks of a Taskfile: https://taskfile.dev/docs/guide. A task runs in the folder of the Taskfile or in its `dir`;
 * each of its commands is a shell of its own. Commands in a loop or deferred are not read.
 */
export const task: Unwrapper = {
  name: "task",
  unwrap(command, tree) {
    const program = command.kind === "run" ? literal(command.words[0] ?? []) : undefined;
    if (command.kind !== "run" || (program !== "task" && program !== "go-task")) return undefined;
    const call = taskCall(command);
    const file = call && taskfilePath(command, call, tree);
    if (!call || file === undefined) return undefined;
    const root = placeOf(file, tree);
    const play: Play = { command, tree, call, root, commands: [], reasons: [], depth: 0, certainty: command.certainty };
    const done = call.tasks.every((name) => playTask(name, new Map(), root, play));
    return done ? { commands: play.commands, identities: [], reasons: play.reasons } : undefined;
  },
};

interface TaskCall {
  readonly file: Text | undefined;
  readonly folder: Text | undefined;
  readonly tasks: readonly string[];
  readonly variables: ReadonlyMap<string, Text>;
}

/** One call of task on its way. Owned and changed by it. */
interface Play {
  readonly command: Run;
  readonly tree: Tree;
  readonly call: TaskCall;
  readonly root: Place;
  readonly commands: Command[];
  readonly reasons: Reason[];
  depth: number;
  certainty: true | undefined;
}

/** A Taskfile, and the folder its tasks run in. */
interface Place {
  readonly file: Path;
  readonly folder: Text;
  readonly taskfile: Taskfile;
}

function placeOf(file: Path, tree: Tree, folder: Text = [parent(file) ?? "."]): Place {
  return { file, folder, taskfile: readTaskfile(tree.get(file) ?? "") };
}

/** `undefined` for calls that only look (`--list`, `--dry`), and where a flag is not known. */
function taskCall({ words }: Run): TaskCall | undefined {
  const tasks: string[] = [];
  const variables = new Map<string, Text>();
  let [file, folder]: (Text | undefined)[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? [];
    const head = typeof word[0] === "string" ? word[0] : "";
    const assigned = /^([A-Za-z_]\w*)=/.exec(head);
    if (head === "--") {
      const rest = words.slice(at + 1).flatMap((one, i): (string | Text)[] => (i === 0 ? [one] : [" ", one]));
      variables.set("CLI_ARGS", textOf(...rest));
      break;
    }
    if (head === "-t" || head === "--taskfile") file = words[++at];
    else if (head === "-d" || head === "--dir") folder = words[++at];
    else if (/^-(?:[syfvp]|-silent|-yes|-force|-verbose|-parallel|-output=\w+)$/.test(head)) continue;
    else if (assigned?.[1]) variables.set(assigned[1], textOf(head.slice(assigned[0].length), word.slice(1)));
    else if (head.startsWith("-") || literal(word) === undefined) return undefined;
    else tasks.push(head);
  }
  return { file, folder, tasks: tasks.length === 0 ? ["default"] : tasks, variables };
}

function taskfilePath(command: Run, { file, folder }: TaskCall, tree: Tree): Path | undefined {
  const target = file ?? folder;
  const at = folderPath(target ? joinPath(command.directory, target) : command.directory);
  if (at === undefined || (file && folder)) return undefined;
  if (file) return tree.has(at) ? at : undefined;
  return folder ? fileIn(tree, at, names) : searchUp(tree, at, names);
}

const deepest = 20;

function playTask(name: string, given: ReadonlyMap<string, Text>, place: Place, play: Play): boolean {
  if (play.depth > deepest) return false;
  const found = findTask(name, place, play);
  if (!found) return false;
  const lookUp = lookUpIn(found.task, given, found.place, play);
  const outer = play.certainty;
  play.certainty = found.task.conditional ? undefined : outer;
  play.depth++;
  const { lenient } = found.task;
  const dotenv = dotenvOf(found.task, found.place, play);
  if (lenient) play.reasons.push(lenientReason({ ...lenient, path: found.place.file }));
  if (dotenv) {
    const message = "`dotenv` takes variables from a file that is not read";
    play.reasons.push({ code: "GP224", message, from: [dotenv] });
  }
  const done = [...found.task.needs, ...found.task.steps].every((step) =>
    playStep(step, found.task, lookUp, found.place, play),
  );
  play.depth--;
  play.certainty = outer;
  return done;
}

/** A task by its name; `infra:deploy` is `deploy` of the Taskfile included as `infra`. */
function findTask(name: string, place: Place, play: Play): { readonly task: Task; readonly place: Place } | undefined {
  const own = place.taskfile.tasks.get(name.replace(/^:/, ""));
  if (own) return { task: own, place };
  const [space = "", ...rest] = name.split(":");
  const include = place.taskfile.includes.get(space);
  if (!include || rest.length === 0) return undefined;
  const at = folderPath(joinPath([parent(place.file) ?? "."], [include.file]));
  const file = at === undefined ? undefined : play.tree.has(at) ? at : fileIn(play.tree, at, names);
  if (file === undefined) return undefined;
  const folder = include.folder === undefined ? place.folder : joinPath(place.folder, [include.folder]);
  return findTask(rest.join(":"), placeOf(file, play.tree, folder), play);
}

/** Those of the first Taskfile count for all: https://taskfile.dev/docs/guide#env-files */
function dotenvOf(own: Task, { file }: Place, { root }: Play): Span | undefined {
  if (own.dotenv) return { ...own.dotenv, path: file };
  return root.taskfile.dotenv && { ...root.taskfile.dotenv, path: root.file };
}

function lenientReason(span: Span): Reason {
  return { code: "GP226", message: "`ignore_error` lets the job go on when it fails", from: [span] };
}

type LookUp = (name: string) => Text | undefined;

/** In the order of https://taskfile.dev/docs/guide/variables: the task's own, the call's, the command line's, the file's. */
function lookUpIn(task_: Task, given: ReadonlyMap<string, Text>, place: Place, play: Play): LookUp {
  const { command, call } = play;
  const resolving = new Set<string>();
  const from = (variables: Variables, name: string): Text | undefined => {
    const key = `${variables === task_.variables ? "own" : "file"} ${name}`;
    if (!variables.has(name) || resolving.has(key)) return undefined;
    const source = variables.get(name);
    if (source === undefined) return [unreadable(`{{.${name}}}`)];
    resolving.add(key);
    const value = templated(source, lookUp);
    resolving.delete(key);
    return value;
  };
  const lookUp: LookUp = (name) => {
    if (name === "ROOT_DIR" || name === "TASKFILE_DIR") return absolute(parent(place.file) ?? ".");
    return (
      from(task_.variables, name) ??
      given.get(name) ??
      call.variables.get(name) ??
      from(place.taskfile.variables, name) ??
      command.environment.get(name)?.text ??
      (name === "CLI_ARGS" ? [] : dotenvOf(task_, place, play) ? [unreadable(`{{.${name}}}`)] : undefined)
    );
  };
  return lookUp;
}

function playStep(step: Step, owner: Task, lookUp: LookUp, place: Place, play: Play): boolean {
  if (step.kind === "unread") return false;
  const span = { ...step.span, path: place.file };
  const { command, commands, reasons, certainty } = play;
  if (step.lenient) reasons.push(lenientReason(span));
  if (step.kind === "call") {
    const name = literal(templated(step.task, lookUp));
    const given = new Map(
      [...step.variables].map(([key, value]) => [
        key,
        value === undefined ? [unreadable(`{{.${key}}}`)] : templated(value, lookUp),
      ]),
    );
    return name !== undefined && playTask(name, given, place, play);
  }
  const folder = owner.folder === undefined ? place.folder : joinPath(place.folder, templated(owner.folder, lookUp));
  const environment = new Map<string, Bound>(command.environment);
  // What is in the environment already counts more: https://taskfile.dev/docs/guide/environment
  for (const [name, value] of [...owner.environment, ...place.taskfile.environment]) {
    if (environment.has(name)) continue;
    const text = value === undefined ? [unreadable(name)] : templated(value, lookUp);
    environment.set(name, { text, from: [span] });
  }
  commands.push(
    ...insideScript({ ...command, environment, certainty }, templated(step.text, lookUp), folder, () => span),
  );
  return true;
}
