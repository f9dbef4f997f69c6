import { literal, textOf, type Bound, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import { folderPath, joinFolder } from "../folder.ts";
import type { Reason } from "../intent.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { readMakefile, type Assignment, type Makefile, type Rule } from "./makefile.ts";
import { lenientReason, withoutSigns } from "./recipe-lines.ts";
import { absolute, fileIn, filled, unreadable } from "./template.ts";

type Run = Command & { readonly kind: "run" };

/**
 * Targets of a Makefile: https://www.gnu.org/software/make/manual/make.html. Each recipe line is a shell of its own.
 * Variables come from the command line, the target, the file and the environment, in that order; make's functions,
 * and what stands between `ifeq` and `endif`, are unknown.
 */
export const make: Unwrapper = {
  name: "make",
  unwrap(command, tree) {
    if (command.kind !== "run" || !/^g?make$/.test(literal(command.words[0] ?? []) ?? "")) return undefined;
    const call = makeCall(command);
    const folder = call && folderPath(call.directory);
    const path = call && folder !== undefined ? makefilePath(call, folder, tree) : undefined;
    if (!call || folder === undefined || path === undefined) return undefined;
    const makefile = readMakefile(tree, path, folder);
    if (makefile.variables.some(({ name, value }) => name === "SHELL" && !/\b(?:ba)?sh$/.test(value))) return undefined;
    const play: Play = {
      command,
      call,
      folder,
      makefile,
      done: new Set(),
      commands: [],
      reasons: [],
      references: mostReferences,
    };
    const goal = makefile.rules.find(({ target }) => !/^\.|%/.test(target))?.target;
    const targets = call.targets.length > 0 ? call.targets : goal === undefined ? [] : [goal];
    const found = targets.length > 0 && targets.every((target) => playTarget(target, [], play));
    return found ? { commands: play.commands, identities: [], reasons: play.reasons } : undefined;
  },
};

interface MakeCall {
  readonly directory: Text;
  readonly file: Text | undefined;
  readonly targets: readonly string[];
  readonly variables: ReadonlyMap<string, Text>;
}

/** One call of make on its way. Owned and changed by it. */
interface Play {
  readonly command: Run;
  readonly call: MakeCall;
  readonly folder: Path;
  readonly makefile: Makefile;
  readonly done: Set<string>;
  readonly commands: Command[];
  readonly reasons: Reason[];
  /** References to variables that may still be put in. */
  references: number;
}

// Variables that name one another twice grow beyond all bounds.
const mostReferences = 5_000;

/** `undefined` for calls that only look (`-n`, `-q`), and where a target cannot be told. */
function makeCall({ words, directory }: Run): MakeCall | undefined {
  const targets: string[] = [];
  const variables = new Map<string, Text>();
  let [at, file]: [Text, Text | undefined] = [directory, undefined];
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? [];
    const head = typeof word[0] === "string" ? word[0] : "";
    const assigned = /^([A-Za-z_][\w.]*):{0,2}=/.exec(head);
    const rest = (from: number): Text => textOf(head.slice(from), word.slice(1));
    if (head === "-C" || head === "--directory") at = joinFolder(at, words[++i]);
    else if (head.startsWith("--directory=")) at = joinFolder(at, rest("--directory=".length));
    else if (/^-C./.test(head)) at = joinFolder(at, rest(2));
    else if (head === "-f" || head === "--file" || head === "--makefile") file = words[++i];
    else if (/^(?:-n|-q|-t|--dry-run|--just-print|--question|--touch|--help|--version)$/.test(head)) return undefined;
    else if (head === "-j" && /^\d+$/.test(literal(words[i + 1] ?? []) ?? "")) i++;
    else if (head.startsWith("-")) continue;
    else if (assigned?.[1]) variables.set(assigned[1], rest(assigned[0].length));
    else if (literal(word) === undefined) return undefined;
    else if (head !== "") targets.push(head);
  }
  return { directory: at, file, targets, variables };
}

function makefilePath({ directory, file }: MakeCall, folder: Path, tree: Tree): Path | undefined {
  if (!file) return fileIn(tree, folder, ["GNUmakefile", "makefile", "Makefile"]);
  const path = folderPath(joinPath(directory, file));
  return path !== undefined && tree.has(path) ? path : undefined;
}

/** A target with what it needs before it; `false` when nothing tells how it is made. */
function playTarget(target: string, outer: readonly Assignment[], play: Play): boolean {
  if (play.done.has(target)) return true;
  play.done.add(target);
  const rules = rulesFor(target, play.makefile);
  if (rules.length === 0) return false;
  const stem = rules.map((rule) => stemOf(rule.target, target)).find((one) => one !== undefined) ?? "";
  // A target's variables also hold for what it needs.
  const own = [...outer, ...rules.flatMap((rule) => rule.variables)];
  const scope: Scope = { target, stem, own, needs: rules.flatMap((rule) => rule.needs) };
  for (const need of scope.needs) {
    const name = literal(expanded(need.replaceAll("%", stem), scope, play));
    // What no rule makes is a file that is there, unless a file that was not read says how to make it.
    if (name === undefined || (!playTarget(name, own, play) && play.makefile.open)) return false;
  }
  const recipes = rules.filter((rule) => rule.lines.length > 0);
  for (const rule of recipes.slice(-1)) playRecipe(rule, recipes.length > 1, scope, play);
  return true;
}

/** Rules that name the target, or else those whose pattern it fits. */
function rulesFor(target: string, { rules }: Makefile): readonly Rule[] {
  const named = rules.filter((rule) => rule.target === target);
  if (named.some((rule) => rule.lines.length > 0 || rule.needs.length > 0)) return named;
  const pattern = rules.filter((rule) => stemOf(rule.target, target) !== undefined);
  return pattern.length > 0 ? [...named, ...pattern.slice(0, 1)] : named.filter((rule) => rule.variables.length === 0);
}

/** What `%` stands for: `prod` of `deploy-prod` in `deploy-%`. */
function stemOf(pattern: string, target: string): string | undefined {
  const [before = "", after] = pattern.split("%");
  if (after === undefined || target.length <= before.length + after.length) return undefined;
  return target.startsWith(before) && target.endsWith(after)
    ? target.slice(before.length, target.length - after.length)
    : undefined;
}

interface Scope {
  readonly target: string;
  readonly stem: string;
  readonly own: readonly Assignment[];
  readonly needs: readonly string[];
}

function playRecipe(rule: Rule, ambiguous: boolean, scope: Scope, play: Play): void {
  const { command, call, commands, reasons, makefile } = play;
  const environment = exportedTo(command, scope, play);
  const certainty = rule.conditional || ambiguous ? undefined : command.certainty;
  const inner = { ...command, environment, certainty };
  if (makefile.rules.some(({ target }) => target === ".ONESHELL")) {
    const [first] = rule.lines;
    if (!first) return;
    const span = { path: first.path, start: first.start, end: rule.lines.at(-1)?.end ?? first.end };
    const script = expanded(rule.lines.map((line) => withoutSigns(line).text).join("\n"), scope, play);
    commands.push(...insideScript(inner, script, call.directory, () => span));
    return;
  }
  for (const line of rule.lines) {
    const { lenient, text } = withoutSigns(line);
    const span = { path: line.path, start: line.start, end: line.end };
    if (lenient) reasons.push(lenientReason(line.path, line));
    commands.push(...insideScript(inner, expanded(text, scope, play), call.directory, () => span));
  }
}

/** Variables of the command line reach the recipes, as do those of the environment and those the file exports. */
function exportedTo(command: Run, scope: Scope, play: Play): ReadonlyMap<string, Bound> {
  const { call, makefile } = play;
  const environment = new Map(command.environment);
  const names = new Set([...makefile.variables, ...scope.own].map(({ name }) => name));
  for (const name of new Set([...names, ...call.variables.keys()])) {
    const isExported =
      makefile.exportsAll || makefile.exported.has(name) || environment.has(name) || call.variables.has(name);
    if (isExported && /^[A-Za-z_]\w*$/.test(name))
      environment.set(name, { text: valueOf(name, scope, play, new Set()), from: command.from });
  }
  return environment;
}

const reference = /\$\$|\$[({]([^(){}$]*)[)}]|\$([@<^?*+|])|\$[({]/g;

/** A text with make's variables put in; what a function would give is unknown. */
function expanded(text: string, scope: Scope, play: Play, resolving = new Set<string>()): Text {
  return filled(text, reference, ([whole, name, automatic]) => {
    if (whole === "$$") return ["$"];
    if (automatic !== undefined) return automaticValue(automatic, scope);
    if (name === undefined || !/^[\w.@*<^-]+$/.test(name)) return [unreadable(whole, "a function of make")];
    if (/^[@*<^]$/.test(name)) return automaticValue(name, scope);
    return valueOf(name, scope, play, resolving);
  });
}

function automaticValue(name: string, { target, stem, needs }: Scope): Text {
  if (name === "@") return [target];
  if (name === "*") return [stem];
  return name === "<" && needs[0] !== undefined && !/[%$]/.test(needs[0]) ? [needs[0]] : [unreadable(`$${name}`)];
}

function valueOf(name: string, scope: Scope, play: Play, resolving: Set<string>): Text {
  const { call, command, makefile, folder } = play;
  const unknown: Text = [unreadable(`$(${name})`, "a variable of make that cannot be told")];
  const given = call.variables.get(name);
  if (given) return given;
  if (name === "MAKE") return subMake(call);
  if (name === "CURDIR") return absolute(folder);
  if (resolving.has(name) || play.references-- <= 0) return unknown;
  const before = command.environment.get(name)?.text;
  let value: Text | undefined = before;
  resolving.add(name);
  for (const one of [...makefile.variables, ...scope.own].filter((other) => other.name === name)) {
    const isAppended = one.operator === "+=";
    if (one.operator === "?=" && value !== undefined) continue;
    if (one.conditional || one.operator === "!=") value = unknown;
    else {
      const own = within(expanded(one.value, scope, play, resolving), unknown);
      value = isAppended && value !== undefined ? textOf(value, " ", own) : own;
    }
  }
  resolving.delete(name);
  return value ?? unknown;
}

/** Nobody writes a value this long: variables that name one another twice do. */
const longest = 4_000;

function within(value: Text, unknown: Text): Text {
  const sizes = value.map((piece) => (typeof piece === "string" ? piece.length : piece.expression.length));
  return sizes.reduce((a, b) => a + b, 0) > longest ? unknown : value;
}

/** `$(MAKE)` hands on what the command line gave. */
function subMake({ variables }: MakeCall): Text {
  return textOf("make", ...[...variables].flatMap(([name, value]): (string | Text)[] => [` "${name}=`, value, '"']));
}
