import { literal, textOf, type Text } from "@gha2pulumi/repo";
import type { Status } from "./frame.ts";
import { files, joinPath, positional, type Certainty, type ShellState } from "./state.ts";

interface Done {
  readonly status: Status;
  readonly output: readonly Text[];
}

const silent = (status: Status): Done => ({ status, output: [] });

/** Whether `return` says that all went well; without a number it says what came before, which has. */
function returns(number: Text | undefined): Certainty {
  const code = number === undefined ? "0" : literal(number);
  return code === undefined ? undefined : code === "0";
}

/**
 * What the shell does itself. Changes `state` (folder, variables) as the command would; `undefined` means that the
 * words name a program.
 */
export function builtin(
  name: string,
  words: readonly Text[],
  state: ShellState,
  hereDocument: Text | undefined,
): Done | undefined {
  const args = words.slice(1);
  switch (name) {
    case "cd":
    case "pushd":
      changeDirectory(args, state);
      return silent(true);
    case "popd":
      [state.directory, state.previous] = [state.previous, state.directory];
      return silent(true);
    case "export":
    case "declare":
    case "local":
    case "readonly":
    case "typeset":
      for (const word of args) assign(word, state);
      if (name === "export" || args.some((arg) => /^-\w*x/.test(literal(arg) ?? "")))
        for (const word of args) state.exported.add(nameOf(word));
      return silent(true);
    case "unset":
      for (const word of args) state.variables.delete(literal(word) ?? "");
      return silent(true);
    case "exit":
      state.alive = false;
      state.failed = args.length > 0 && literal(args[0] ?? []) !== "0";
      return silent(!state.failed);
    case "return":
      state.returned = true;
      return silent(returns(args[0]));
    case "break":
      state.broken = true;
      return silent(true);
    case "continue":
      state.skipped = true;
      return silent(true);
    case "true":
    case ":":
      return silent(true);
    case "false":
      return silent(false);
    // What a trap runs is not played: one that does more than clean up counts as a call, so that it is not lost.
    case "trap":
      return cleansUp(literal(args[0] ?? [])) ? silent(true) : undefined;
    case "set":
      // `set -a` exports everything that is set after it.
      if (args.some((arg) => /^\+\w*e/.test(literal(arg) ?? ""))) state.lenient = true;
      if (args.some((arg) => /^-\w*e/.test(literal(arg) ?? ""))) state.lenient = false;
      if (args.some((arg) => /^-\w*a\w*$|^allexport$/.test(literal(arg) ?? ""))) state.exported.add("*");
      return silent(true);
    case "shift":
      shift(args[0], state);
      return silent(true);
    case "shopt":
    case "ulimit":
    case "umask":
    case "read":
      return silent(true);
    case "wait":
      // With a name it ends as that program did.
      return silent(args.length === 0 ? true : "ran");
    case "echo":
      return { status: true, output: lines(echoed(args)) };
    case "printf":
      return { status: true, output: lines(printed(args)) };
    case "pwd":
      return printedFolder(state);
    case "dirname":
    case "basename":
      return pathPart(name, args);
    case "git":
      // Of a checkout in a folder of its own (`path:`) the paths of the tree begin below that folder.
      return isTopAsked(args) ? printedFolder({ ...state, directory: ["."] }, state.directory) : undefined;
    case "cat":
      return hereDocument && args.length === 0 ? { status: true, output: lines(hereDocument) } : undefined;
    default:
      return undefined;
  }
}

/** The folder a script is in as an absolute path, where it is known and within the repository. */
function printedFolder({ directory }: Pick<ShellState, "directory">, within: Text = directory): Done | undefined {
  const [folder, start] = [literal(directory), literal(within)];
  if (folder === undefined || start === undefined || /^(?:\/|~|\.\.)/.test(start)) return undefined;
  return { status: true, output: [[folder === "." ? files.workspace : `${files.workspace}/${folder}`]] };
}

function isTopAsked(args: readonly Text[]): boolean {
  return args.map((arg) => literal(arg)).join(" ") === "rev-parse --show-toplevel";
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/dirname.html, of one path without options. */
function pathPart(name: "dirname" | "basename", args: readonly Text[]): Done | undefined {
  const [path = "", suffix = "", ...more] = args.map((arg) => literal(arg));
  const isPlain = path !== "" && !path.startsWith("-") && more.length === 0 && (name === "basename" || suffix === "");
  if (!isPlain || args.some((arg) => literal(arg) === undefined)) return undefined;
  const trimmed = path.replace(/(?<=.)\/+$/, "");
  const at = trimmed.lastIndexOf("/");
  const base = trimmed.slice(at + 1);
  const folder = at < 0 ? "." : trimmed.slice(0, at).replace(/(?<=.)\/+$/, "") || "/";
  const short = base !== suffix && base.endsWith(suffix) ? base.slice(0, base.length - suffix.length) : base;
  return { status: true, output: [[name === "dirname" ? folder : short || "/"]] };
}

/** Words of a function move up; where nobody can tell how far, none of them is known any more. */
function shift(number: Text | undefined, state: ShellState): void {
  const words = positional(state);
  const written = number === undefined ? "1" : (literal(number) ?? "");
  const by = /^\d+$/.test(written) ? Number(written) : NaN;
  words.forEach((_, i) => state.variables.delete(String(i + 1)));
  // Beyond the last one, it fails and moves nothing.
  const left = by <= words.length ? words.slice(by) : by > words.length ? words : [];
  left.forEach((word, i) => state.variables.set(String(i + 1), word));
}

function cleansUp(script: string | undefined): boolean {
  const parts = (script ?? "unknown").split(/[;&|\n]+/).map((part) => part.trim().split(/\s+/)[0] ?? "");
  return parts.every((name) => /^(?:-|rm|echo|printf|exit|kill|wait|true|:|cd|popd|set|[A-Z]+)?$/.test(name));
}

function changeDirectory(args: readonly Text[], state: ShellState): void {
  const target = args.find((arg) => !["-P", "-L", "--"].includes(literal(arg) ?? ""));
  const before = state.directory;
  if (target === undefined) state.directory = ["~"];
  else state.directory = literal(target) === "-" ? state.previous : joinPath(before, target);
  state.previous = before;
}

function nameOf([head]: Text): string {
  return typeof head === "string" ? (/^[A-Za-z_]\w*/.exec(head)?.[0] ?? "") : "";
}

function assign(word: Text, state: ShellState): void {
  const [head] = word;
  const found = typeof head === "string" ? /^([A-Za-z_]\w*)=/.exec(head) : null;
  if (found?.[1] !== undefined)
    state.variables.set(found[1], textOf((head as string).slice(found[0].length), word.slice(1)));
}

function echoed(args: readonly Text[]): Text {
  const from = args.findIndex((arg) => !/^-[neE]+$/.test(literal(arg) ?? "x"));
  return textOf(
    ...args.slice(from < 0 ? args.length : from).flatMap((arg, i): (string | Text)[] => (i === 0 ? [arg] : [" ", arg])),
  );
}

/** `printf` with `%s` alone; other formats are rare where values are handed on and give no text. */
function printed(args: readonly Text[]): Text {
  const [format, ...values] = args;
  const text = literal(format ?? []);
  if (text === undefined) return [];
  const pieces = text.replaceAll("\\n", "\n").split("%s");
  return textOf(...pieces.flatMap((piece, i): (string | Text)[] => (i === 0 ? [piece] : [values[i - 1] ?? "", piece])));
}

function lines(text: Text): readonly Text[] {
  const result: Text[] = [[]];
  for (const piece of text) {
    const parts = typeof piece === "string" ? piece.split("\n") : [piece];
    parts.forEach((part, i) => {
      if (i > 0) result.push([]);
      result[result.length - 1] = textOf(result.at(-1) ?? [], part);
    });
  }
  return result.at(-1)?.length === 0 && result.length > 1 ? result.slice(0, -1) : result;
}

const queries = new Set([
  "grep",
  "egrep",
  "command",
  "which",
  "type",
  "hash",
  "cmp",
  "diff",
  "jq",
  "yq",
  "expr",
  "curl",
  "ls",
  "pgrep",
]);

/** Programs whose exit code is an answer rather than a failure: what stands behind them depends on it. */
export function isQuery(words: readonly Text[]): boolean {
  const [name, second] = words.map((word) => literal(word));
  return queries.has(name ?? "") || (name === "git" && second === "diff");
}
