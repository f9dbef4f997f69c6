import { literal, textOf, type Text, tableOf } from "@gha2pulumi/repo";

/** Which packages of a workspace a call of a package manager is for. */
export interface Selection {
  /** `-C dir`, `--prefix dir`, `--cwd dir`. */
  readonly folder: Text | undefined;
  /** `-w pkg`, `--filter pkg`, `yarn workspace pkg`. */
  readonly named: readonly Text[];
  /** `-r`, `--workspaces`, `yarn workspaces run`. */
  readonly all: boolean;
  /** `pnpm -w`: the package at the root. */
  readonly root: boolean;
}

/** A call of a package manager that runs something. */
export interface PackageCall {
  readonly manager: string;
  /** `run`: a script; `exec`: a program; `either`: whichever there is, as in `yarn deploy`. */
  readonly kind: "run" | "exec" | "either";
  /** The script or program, and what follows it. */
  readonly words: readonly Text[];
  /** `-c 'script'` of `npm exec` and `npx`. */
  readonly script: Text | undefined;
  readonly selection: Selection;
  readonly ignoresHooks: boolean;
}

const folderFlags = new Set(["--prefix", "--dir", "--cwd", "-C"]);
const recursiveFlags = new Set(["-r", "--recursive", "-ws", "--workspaces"]);
/** Flags with a value of their own that change nothing about what runs. */
const otherValues = new Set([
  "-p",
  "--package",
  "--loglevel",
  "--reporter",
  "--workspace-concurrency",
  "--script-shell",
]);

/** Words of each manager that are commands of its own, so that they never name a script. */
const own: Readonly<Record<string, readonly string[]>> = tableOf({
  npm: [],
  pnpm: (
    "install i add remove rm uninstall un up update upgrade ci fetch rebuild rb store config c get set audit publish pack " +
    "import link ln unlink list ls la ll why init create outdated prune env setup deploy dedupe install-test it patch " +
    "patch-commit patch-remove licenses doctor root bin server cache approve-builds ignored-builds self-update help " +
    "completion cat-file cat-index find-hash login logout whoami version view info show search owner token access"
  ).split(" "),
  yarn: (
    "install add remove config cache set plugin up upgrade global audit publish pack init create info link unlink node " +
    "npm why version versions dedupe rebuild import outdated list bin access autoclean check constraints explain " +
    "generate-lock-entry help licenses login logout owner patch patch-commit policies search stage tag team unplug " +
    "upgrade-interactive"
  ).split(" "),
  bun: (
    "install i ci add a remove rm update build test create c init pm link unlink outdated publish upgrade repl patch " +
    "audit info why"
  ).split(" "),
});

const short: Readonly<Record<string, readonly [string, string]>> = tableOf({
  npx: ["npm", "exec"],
  pnpx: ["pnpm", "dlx"],
  bunx: ["bun", "x"],
});

const execVerbs = new Set(["exec", "dlx", "x"]);
/** Scripts that npm also runs without the word `run`. */
const npmScripts: Readonly<Record<string, string>> = tableOf({ start: "start", stop: "stop", test: "test", t: "test" });

/** Takes a call of npm, pnpm, yarn, bun or npx apart; `undefined` where it runs neither a script nor a program. */
export function packageCall(words: readonly Text[]): PackageCall | undefined {
  const name = literal(words[0] ?? []) ?? "";
  const [manager, verb] = short[name] ?? [name, undefined];
  if (!own[manager]) return undefined;
  const all = verb === undefined ? words.slice(1) : [[verb], ...words.slice(1)];
  return readCall(manager, all);
}

function readCall(manager: string, words: readonly Text[]): PackageCall | undefined {
  const kept: Text[] = [];
  const named: Text[] = [];
  let folder: Text | undefined;
  let script: Text | undefined;
  let [recursive, root, ignoresHooks] = [false, false, false];
  let at = 0;
  for (; at < words.length && !isComplete(kept, manager); at++) {
    const word = words[at] ?? [];
    const { name, value } = flagOf(word);
    const next = (): Text => value ?? words[++at] ?? [];
    if (name === undefined) kept.push(word);
    else if (name === "--") break;
    else if (folderFlags.has(name)) folder = next();
    else if (isFilter(name, manager)) named.push(next());
    else if (recursiveFlags.has(name)) recursive = true;
    else if (name === "--ignore-scripts") ignoresHooks = true;
    else if (manager === "pnpm" && (name === "-w" || name === "--workspace-root")) root = true;
    else if ((name === "-c" || name === "--call") && execVerbs.has(literal(kept[0] ?? []) ?? "")) script = next();
    else if (otherValues.has(name) && value === undefined) at++;
  }
  const selection: Selection = { folder, named, all: recursive, root };
  return verbOf(manager, kept, rest(words.slice(at), manager, kept), { selection, ignoresHooks, script });
}

/** Everything that is the manager's own has been read: what follows belongs to the script, except with npm. */
function isComplete(kept: readonly Text[], manager: string): boolean {
  const [first, second, third] = kept.map((word) => literal(word));
  if (first === "run" || first === "run-script") return manager !== "npm" && second !== undefined;
  if (execVerbs.has(first ?? "")) return second !== undefined;
  if (first === "workspace") return third !== undefined && (third === "run" ? kept.length > 3 : true);
  if (first === "workspaces") return third !== undefined && kept.length > (third === "run" ? 3 : 2);
  return manager !== "npm" && first !== undefined;
}

/** The words of the script: npm keeps those before `--` for itself. */
function rest(words: readonly Text[], manager: string, kept: readonly Text[]): readonly Text[] {
  const verb = literal(kept[0] ?? []) ?? "";
  const behind = literal(words[0] ?? []) === "--" ? words.slice(1) : words;
  return manager === "npm" && !execVerbs.has(verb) && behind === words ? [] : behind;
}

type Options = Pick<PackageCall, "selection" | "ignoresHooks" | "script">;

function verbOf(
  manager: string,
  kept: readonly Text[],
  behind: readonly Text[],
  options: Options,
): PackageCall | undefined {
  const [first = [], ...others] = kept;
  const verb = literal(first) ?? "";
  const words = [...others, ...behind];
  const call = (kind: PackageCall["kind"], all: readonly Text[], selection = options.selection): PackageCall => ({
    manager,
    kind,
    words: all,
    ...options,
    selection,
  });
  if (verb === "run" || verb === "run-script") return call("run", words);
  if (execVerbs.has(verb)) return call("exec", words);
  if (manager === "npm") return npmScripts[verb] ? call("run", [[npmScripts[verb]], ...words]) : undefined;
  if (verb === "workspace" && manager === "yarn") return within(words.slice(1), [words[0] ?? []], false, call, options);
  if (verb === "workspaces" && manager === "yarn") return within(words.slice(1), [], true, call, options);
  return verb === "" || own[manager]?.includes(verb) ? undefined : call("either", [first, ...words]);
}

/** `yarn workspace pkg [run] script`, `yarn workspaces run script`, `yarn workspaces foreach … run script`. */
function within(
  words: readonly Text[],
  named: readonly Text[],
  all: boolean,
  call: (kind: PackageCall["kind"], words: readonly Text[], selection: Selection) => PackageCall,
  options: Options,
): PackageCall {
  const selection = { ...options.selection, named, all };
  const verb = literal(words[0] ?? []) ?? "";
  if (verb === "run") return call("run", words.slice(1), selection);
  return execVerbs.has(verb) ? call("exec", words.slice(1), selection) : call("either", words, selection);
}

function isFilter(name: string, manager: string): boolean {
  if (manager === "npm") return name === "-w" || name === "--workspace";
  return manager !== "yarn" && (name === "--filter" || name === "-F");
}

/** `-f`, `--flag`, `--flag=value` or `--`; no name for any other word. */
function flagOf(word: Text): { readonly name: string | undefined; readonly value: Text | undefined } {
  const head = typeof word[0] === "string" ? word[0] : "";
  if (!head.startsWith("-")) return { name: undefined, value: undefined };
  const equals = head.indexOf("=");
  if (equals < 0) return { name: head, value: undefined };
  return { name: head.slice(0, equals), value: textOf(head.slice(equals + 1), word.slice(1)) };
}
