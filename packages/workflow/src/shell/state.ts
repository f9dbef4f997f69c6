import { literal, sameText, textOf, type Hole, type Text } from "@gha2pulumi/repo";
import type { Function as ShellFunction } from "unbash";
import { isMarked } from "../stand-in.ts";
import { variablesIn } from "./variables-in.ts";

/** Where GitHub's command files stand while a script is played; never a real path. */
export const files = {
  output: "/github/output",
  env: "/github/env",
  path: "/github/path",
  summary: "/github/summary",
  workspace: "/github/workspace",
} as const;

/** The file behind `$GITHUB_ENV`, as a script that is played has it. */
export const environmentFile: string = files.env;

/** The repository's root as an absolute path, for scripts that name it; `joinPath` takes it off again. */
export const workspaceFolder: string = files.workspace;

export function isCommandFile(path: string): boolean {
  return path === files.output || path === files.env || path === files.path || path === files.summary;
}

/** `true`: it happens whenever the step succeeds; `undefined`: it may happen; `false`: it does not. */
export type Certainty = boolean | undefined;

/** What a shell knows at one point of a script. Owned and changed by one play of one script. */
export interface ShellState {
  directory: Text;
  previous: Text;
  variables: Map<string, Text>;
  /** Variables that reach the programs a script calls: those of the step, and those it exports itself. */
  exported: Set<string>;
  functions: Map<string, ShellFunction>;
  /** `false` after `exit`: what follows does not run. */
  alive: Certainty;
  /** `true` behind `return`: the rest of the function, or of the file, does not run. */
  returned: Certainty;
  /** `true` behind `break`: the rest of the loop does not run. */
  broken: Certainty;
  /** `true` behind `continue`: the rest of this turn of the loop does not run. */
  skipped: Certainty;
  /** The script has run into `exit` with a code other than 0: GitHub's step fails there. */
  failed: boolean;
  /** `set +e`: a program that fails does not end the script. */
  lenient: boolean;
}

export function stateAtStart(directory: Text, variables: Map<string, Text>): ShellState {
  return {
    directory,
    previous: directory,
    variables,
    exported: new Set(variables.keys()),
    functions: new Map(),
    alive: true,
    returned: false,
    broken: false,
    skipped: false,
    failed: false,
    lenient: false,
  };
}

export function copyState(state: ShellState): ShellState {
  return {
    ...state,
    variables: new Map(state.variables),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
  };
}

/** The words that a function is called with: `$1` and those behind it. */
export function positional({ variables }: ShellState): readonly Text[] {
  const words: Text[] = [];
  for (let word = variables.get("1"); word !== undefined; word = variables.get(String(words.length + 1)))
    words.push(word);
  return words;
}

export function hole(expression: string, note: string, names: readonly string[] = []): Hole {
  return { expression, names, note };
}

/** The names that texts read; of a name that only stands for others, where it comes from. */
export function namesRead(texts: readonly Text[]): readonly string[] {
  const names = texts
    .flat()
    .flatMap((piece) => (typeof piece !== "string" ? piece.names : isMarked(piece) ? ["github.ref_name"] : []));
  return [...new Set(names)];
}

/** What a part of a script prints, of which no more is known than what its variables were made of. */
export function printed(written: string, script: string, { variables }: ShellState): Text {
  const isNamed = variablesIn(script);
  const names = namesRead([...variables].flatMap(([name, value]) => (isNamed(name) ? [value] : [])));
  return [hole(written, "the output of a program is only known when it runs", names)];
}

/** Whether the next statement runs: not behind `exit`, `return`, `break` or `continue`. */
export function goesOn({ alive, returned, broken, skipped }: ShellState): Certainty {
  const left = [returned, broken, skipped];
  if (alive === false || left.includes(true)) return false;
  return alive === undefined || left.includes(undefined) ? undefined : true;
}

/** What is known after two branches of which nobody can tell which one ran. A branch that failed is not followed. */
export function mergeStates(a: ShellState, b: ShellState): ShellState {
  if (a.failed) return b;
  if (b.failed) return a;
  const variables = new Map<string, Text>();
  for (const name of new Set([...a.variables.keys(), ...b.variables.keys()])) {
    const value = a.variables.get(name);
    const same = value !== undefined && sameText(value, b.variables.get(name));
    const names = namesRead([value ?? [], b.variables.get(name) ?? []]);
    variables.set(name, same ? value : [hole(`$${name}`, "depends on a condition that only the run can tell", names)]);
  }
  return {
    directory: sameText(a.directory, b.directory) ? a.directory : [hole("$PWD", "depends on a condition")],
    previous: a.previous,
    variables,
    exported: new Set([...a.exported, ...b.exported]),
    functions: new Map([...a.functions, ...b.functions]),
    alive: a.alive === b.alive ? a.alive : undefined,
    returned: a.returned === b.returned ? a.returned : undefined,
    broken: a.broken === b.broken ? a.broken : undefined,
    skipped: a.skipped === b.skipped ? a.skipped : undefined,
    failed: false,
    lenient: a.lenient || b.lenient,
  };
}

/** A folder after `cd target`: relative to the repository's root; `.` is the root, `..` above it stays as it is. */
export function joinPath(base: Text, target: Text): Text {
  const to = literal(target);
  if (to === undefined)
    return startsAtRoot(target) ? stripRoot(target) : literal(base) === "." ? target : textOf(base, "/", target);
  if (to === files.workspace || to.startsWith(`${files.workspace}/`)) {
    return [normalise(to.slice(files.workspace.length + 1))];
  }
  if (to.startsWith("/") || to.startsWith("~")) return [to];
  const from = literal(base);
  return from === undefined ? textOf(base, "/", to) : [normalise(`${from}/${to}`)];
}

function startsAtRoot(target: Text): boolean {
  return typeof target[0] === "string" && target[0].startsWith(`${files.workspace}/`);
}

function stripRoot(target: Text): Text {
  return textOf((target[0] as string).slice(files.workspace.length + 1), target.slice(1));
}

/** `./a//b/../c/` is `a/c`; the root is `.`. An absolute path stays absolute. */
export function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  const joined = parts.join("/");
  return path.startsWith("/") ? `/${joined}` : joined || ".";
}

/** Variables a script has exported or changed since it began: they reach its programs on top of the step's environment. */
export function changed(
  { variables, exported }: ShellState,
  before: ReadonlyMap<string, Text>,
): ReadonlyMap<string, Text> {
  const reaches = (name: string): boolean => exported.has("*") || exported.has(name);
  return new Map(
    [...variables].filter(
      ([name, value]) => before.get(name) !== value && /^[A-Za-z_]\w*$/.test(name) && reaches(name),
    ),
  );
}
