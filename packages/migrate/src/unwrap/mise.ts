import {
  further,
  literal,
  mapEntries,
  scalarText,
  spanWithin,
  textOf,
  type Bound,
  type Path,
  type Text,
  type Tree,
} from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import { folderPath, joinFolder } from "../folder.ts";
import type { Reason } from "../intent.ts";
import {
  miseConfigs,
  miseEnvironment,
  namesOtherFiles,
  rendered,
  withMise,
  type MiseConfig,
  type MiseEnvironment,
} from "../mise/config.ts";
import { findTask, type FoundTask, type MiseCall, type MiseStep } from "../mise/tasks.ts";
import type { Unwrapped, Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { prefix, prefixCall } from "./prefix-words.ts";
import { absolute, foldersUp, parent, unreadable } from "./template.ts";

type Run = Command & { readonly kind: "run" };

// https://mise.jdx.dev/cli/exec.html
const flags = {
  operands: "dashes",
  scripts: ["-c", "--command"],
  folders: ["-C", "--cd"],
  values: ["-j", "--jobs"],
} as const;
const prefixes = [prefix("mise exec", flags), prefix("mise x", flags)];

/**
 * `mise run TASK` and `mise exec -- COMMAND`: what they run, in the environment of `mise.toml`.
 * https://mise.jdx.dev/tasks/, https://mise.jdx.dev/cli/exec.html
 */
export const mise: Unwrapper = {
  name: "mise",
  unwrap(command, tree) {
    if (command.kind !== "run" || literal(command.words[0] ?? []) !== "mise") return undefined;
    for (const row of prefixes) {
      const call = prefixCall(command, row);
      if (call) return inEnvironment(call.commands, command, tree);
    }
    return runTasks(command, tree);
  },
};

function inEnvironment(commands: readonly Command[], command: Run, tree: Tree): Unwrapped {
  const folder = folderPath(commands[0]?.directory ?? command.directory);
  if (folder === undefined) return { commands, identities: [], reasons: [] };
  const set = miseEnvironment(miseConfigs(tree, folder), command.environment, command.directory);
  const inside = commands.map((one) => ({ ...one, environment: withMise(one.environment, set) }));
  return { commands: inside, identities: [], reasons: openReasons(set, command) };
}

/** Variables of a file or a program: nobody can say what a deployment would have to be given. */
function openReasons({ open }: MiseEnvironment, { from, environment }: Run): readonly Reason[] {
  const message = "mise takes variables from a file or a program, under names that its configuration does not tell";
  const reasons = open.map((span): Reason => ({ code: "GP224", message, from: further(from, span) }));
  const other = "`MISE_ENV` names other files of mise, which are not read";
  return namesOtherFiles(environment) ? [...reasons, { code: "GP224", message: other, from }] : reasons;
}

/** Everything a call of mise has on its way. Owned and changed by it. */
interface Play {
  readonly command: Run;
  readonly tree: Tree;
  readonly configs: readonly MiseConfig[];
  readonly roots: readonly Path[];
  readonly environment: ReadonlyMap<string, Bound>;
  readonly commands: Command[];
  readonly done: Set<string>;
  depth: number;
  certainty: true | undefined;
}

/** Wrappers nest, and a task may wait for itself. */
const deepest = 20;

function runTasks(command: Run, tree: Tree): Unwrapped | undefined {
  const call = taskCalls(command);
  const directory = call && joinFolder(command.directory, call.folder);
  const folder = directory && folderPath(directory);
  if (!call || folder === undefined) return undefined;
  const configs = miseConfigs(tree, folder);
  const set = miseEnvironment(configs, command.environment, directory ?? command.directory);
  const play: Play = {
    command: { ...command, directory: directory ?? command.directory },
    tree,
    configs,
    roots: foldersUp(folder),
    environment: withMise(command.environment, set),
    commands: [],
    done: new Set(),
    depth: 0,
    certainty: command.certainty,
  };
  const done = call.tasks.every(([name, ...words]) => playTask(literal(name ?? []), words, new Map(), play));
  return done ? { commands: play.commands, identities: [], reasons: openReasons(set, command) } : undefined;
}

interface TaskCalls {
  readonly folder: Text | undefined;
  readonly tasks: readonly (readonly Text[])[];
}

/** `undefined` for other commands of mise, for calls that only look, and where a flag is not known. */
function taskCalls({ words }: Run): TaskCalls | undefined {
  const texts = words.map((word) => literal(word));
  const start = /^(?:run|r)$/.test(texts[1] ?? "")
    ? 2
    : /^(?:tasks?|t)$/.test(texts[1] ?? "") && /^(?:run|r)$/.test(texts[2] ?? "")
      ? 3
      : undefined;
  // `mise deploy` is `mise run deploy` where mise has no such command: its own names may grow, so those are left alone.
  const isShort = start === undefined && /[:]/.test(texts[1] ?? "");
  if (start === undefined && !isShort) return undefined;
  let at = start ?? 1;
  let folder: Text | undefined;
  for (; at < words.length; at++) {
    const text = texts[at] ?? "";
    if (/^(?:-C|--cd)$/.test(text)) folder = words[++at];
    else if (/^(?:-j|--jobs|-o|--output)$/.test(text)) at++;
    else if (
      /^(?:-[qvySirpf]+|--(?:quiet|verbose|yes|silent|interleave|raw|prefix|force|no-cache|no-timings?|timings?)|--(?:jobs|output)=\w+)$/.test(
        text,
      )
    )
      continue;
    else if (text.startsWith("-")) return undefined;
    else break;
  }
  const tasks: Text[][] = [[]];
  for (const [i, word] of words.slice(at).entries()) {
    if (texts[at + i] === ":::") tasks.push([]);
    // The first `--` ends the flags of mise, and reaches no task.
    else if (texts[at + i] !== "--" || texts.slice(at, at + i).includes("--")) tasks.at(-1)?.push(word);
  }
  return { folder, tasks: tasks.map((own) => (own.length === 0 ? [["default"]] : own)) };
}

function playTask(
  name: string | undefined,
  words: readonly Text[],
  given: ReadonlyMap<string, string>,
  play: Play,
): boolean {
  const key = JSON.stringify([name, words, [...given]]);
  if (play.done.has(key)) return true;
  play.done.add(key);
  const found =
    name === undefined || play.depth > deepest ? undefined : findTask(name, play.configs, play.roots, play.tree);
  if (!found) return false;
  play.depth++;
  const outer = play.certainty;
  if (found.kind === "task" && found.task.conditional) play.certainty = undefined;
  const done = found.kind === "file" ? playFile(found, words, given, play) : playFound(found, words, given, play);
  play.certainty = outer;
  play.depth--;
  return done;
}

function playFile(
  { root, path }: FoundTask & { readonly kind: "file" },
  words: readonly Text[],
  given: ReadonlyMap<string, string>,
  play: Play,
): boolean {
  const { command, commands, environment, certainty } = play;
  commands.push({
    ...command,
    words: [absolute(path), ...words],
    directory: joinPath(["."], [root]),
    environment: withGiven(environment, given, command),
    certainty,
    writes: undefined,
    line: undefined,
  });
  return true;
}

function withGiven(
  environment: ReadonlyMap<string, Bound>,
  given: ReadonlyMap<string, string>,
  { from }: Command,
): ReadonlyMap<string, Bound> {
  return new Map([...environment, ...[...given].map(([name, value]) => [name, { text: [value], from }] as const)]);
}

function playFound(
  { config, task }: FoundTask & { readonly kind: "task" },
  words: readonly Text[],
  given: ReadonlyMap<string, string>,
  play: Play,
): boolean {
  const { command } = play;
  const usage = usageOf(task.usage, words);
  if (words.length > 0 && task.usage !== undefined && !usage) return false;
  const around = withGiven(play.environment, given, command);
  const values = { config, environment: around, current: command.directory, usage: usage ?? new Map<string, Text>() };
  const environment = new Map(around);
  for (const { key, keySpan, value } of mapEntries(task.environment)) {
    const text = scalarText(value);
    if (key === "_" || text === undefined) return false;
    environment.set(key, { text: rendered(text, values), from: [keySpan] });
  }
  for (const name of usageNames(task.steps))
    environment.set(`usage_${name}`, {
      text: values.usage.get(name) ?? [unreadable(`usage_${name}`)],
      from: command.from,
    });
  const base = joinPath(["."], [config.root]);
  const directory = task.folder === undefined ? base : joinPath(base, rendered(task.folder, values));
  const call = ({ task: name, words: own, environment: more }: MiseCall): boolean =>
    playTask(
      name,
      own.map((word) => rendered(word, values)),
      more,
      play,
    );
  if (!task.before.every(call)) return false;
  const added = task.usage === undefined ? words : [];
  const inner: Run = { ...command, environment, certainty: play.certainty };
  const steps = task.steps.every((step, at) =>
    step.kind === "call"
      ? call(step.call)
      : playScript(step, inner, directory, values, at === task.steps.length - 1 ? added : [], play),
  );
  if (!steps) return false;
  if (task.file !== undefined) {
    const file = joinPath([parent(config.path) ?? "."], rendered(task.file, values));
    const path = folderPath(file);
    if (path === undefined) return false;
    play.commands.push({ ...inner, words: [absolute(path), ...added], directory, writes: undefined, line: undefined });
  }
  return task.after.every(call);
}

function playScript(
  { text, at }: MiseStep & { readonly kind: "script" },
  command: Run,
  directory: Text,
  values: Parameters<typeof rendered>[1],
  words: readonly Text[],
  play: Play,
): boolean {
  const [, interpreter] = /^#!(.*)/.exec(text) ?? [];
  if (interpreter !== undefined && !/\b(?:ba|z|da)?sh\b/.test(interpreter)) return false;
  const script = rendered(text, values);
  const isWhole = script.length === 1 && script[0] === text;
  const place = (start: number, end: number) => (isWhole ? spanWithin(at, start, end) : at.span);
  const environment = new Map(command.environment);
  // A script with an interpreter of its own is given the words; to any other they are added.
  if (interpreter !== undefined)
    words.forEach((word, i) => environment.set(String(i + 1), { text: word, from: command.from }));
  play.commands.push(
    ...insideScript(
      { ...command, environment },
      textOf(script),
      directory,
      place,
      interpreter === undefined ? words : [],
    ),
  );
  return true;
}

/** The values of `arg "<name>"` in their order; `undefined` where more is declared than that, and words are given. */
function usageOf(usage: string | undefined, words: readonly Text[]): ReadonlyMap<string, Text> | undefined {
  const lines = (usage ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const found = lines.map((line) => /^arg "[<[]([\w-]+)[>\]]"(?: help="[^"]*")?$/.exec(line)?.[1]);
  if (found.includes(undefined) || words.length > found.length) return undefined;
  return new Map(words.map((word, i) => [(found[i] ?? "").replaceAll("-", "_"), word]));
}

function usageNames(steps: readonly MiseStep[]): readonly string[] {
  const texts = steps.flatMap((step) => (step.kind === "script" ? [step.text] : []));
  return texts.flatMap((text) => [...text.matchAll(/\busage_(\w+)/g)].map(([, name = ""]) => name));
}
