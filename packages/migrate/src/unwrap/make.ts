import { literal, textOf, type Bound, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import type { Reason } from "../intent.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { makeCall, type MakeCall } from "./make-call.ts";
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
    if (makefile.variables.some(isForeign)) return undefined;
    const play: Play = {
      command,
      call,
      folder,
      makefile,
      done: new Set(),
      commands: [],
      reasons: [...(call.lenient ? [lenientCall(command)] : []), ...openReasons(makefile, command)],
      references: mostReferences,
    };
    const goal = call.targets.length > 0 ? undefined : defaultGoal(play);
    const targets = goal === undefined ? call.targets : [goal];
    const found = targets.length > 0 && targets.every((target) => playTarget(target, [], play));
    return found ? { commands: play.commands, identities: [], reasons: play.reasons } : undefined;
  },
};

/** Another shell, or flags that change what make does: `-e`, `-i`, `-n`, `-q`, `-t`. */
function isForeign({ name, value }: Assignment): boolean {
  if (name === "SHELL") return !/\b(?:ba)?sh$/.test(value);
  return (
    name === "MAKEFLAGS" &&
    /(?:^|\s)(?:-?[a-zA-Z]*[einqt][a-zA-Z]*|--(?:en|ig|dry|ju|rec|qu|to)[\w-]*)(?=\s|$)/.test(value)
  );
}

function lenientCall({ from }: Run): Reason {
  return { code: "GP226", message: "`-i` lets make go on when a line of its recipes fails", from };
}

/** Variables of a file that is not at hand, which the recipes are given. */
function openReasons({ variablesFrom, exported, exportsAll, variables }: Makefile, { from }: Run): readonly Reason[] {
  const isGiven = exportsAll || [...exported].some((name) => !variables.some((one) => one.name === name));
  if (!variablesFrom || !isGiven) return [];
  const message = `the Makefile exports the variables of \`${variablesFrom.file}\`, which is not read`;
  return [{ code: "GP224", message, from }];
}

/** https://www.gnu.org/software/make/manual/make.html#Special-Variables; `undefined` where it cannot be told. */
function defaultGoal(play: Play): string | undefined {
  const { rules, variables } = play.makefile;
  if (!variables.some(({ name }) => name === ".DEFAULT_GOAL"))
    return rules.find(({ target }) => !/^\.|%/.test(target))?.target;
  const scope: Scope = { target: "", stem: "", own: [], needs: [] };
  return literal(valueOf(".DEFAULT_GOAL", scope, play, new Set()));
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
  const groups = rules.some((rule) => rule.double) ? rules.map((rule) => [rule]) : [rules];
  return groups.every((group) =>
    playRules(group, { target, stem, own, needs: group.flatMap((rule) => rule.needs) }, play),
  );
}

function playRules(rules: readonly Rule[], scope: Scope, play: Play): boolean {
  for (const need of scope.needs) {
    const name = literal(expanded(need.replaceAll("%", scope.stem), scope, play));
    // What no rule makes is a file that is there, unless a file that was not read says how to make it.
    if (name === undefined || (!playTarget(name, scope.own, play) && play.makefile.open)) return false;
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
  const assigned = [...makefile.variables, ...scope.own];
  const names = new Set(assigned.map(({ name }) => name));
  const exported = new Set([...makefile.exported, ...scope.own.filter((one) => one.exported).map(({ name }) => name)]);
  for (const name of new Set([...names, ...call.variables.keys()])) {
    const isExported = makefile.exportsAll || exported.has(name) || environment.has(name) || call.variables.has(name);
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

/** Variables that name one another twice would be read again and again. By the scope: `$@` is another in each. */
const values = new WeakMap<Scope, Map<string, Text>>();

function valueOf(name: string, scope: Scope, play: Play, resolving: Set<string>): Text {
  const known = values.get(scope) ?? new Map<string, Text>();
  values.set(scope, known);
  const value = known.get(name) ?? readValue(name, scope, play, resolving);
  if (!resolving.has(name)) known.set(name, value);
  return value;
}

function readValue(name: string, scope: Scope, play: Play, resolving: Set<string>): Text {
  const { call, command, makefile, folder } = play;
  const unknown: Text = [unreadable(`$(${name})`, "a variable of make that cannot be told")];
  const before = command.environment.get(name)?.text;
  // https://www.gnu.org/software/make/manual/make.html#Overriding
  const given = call.variables.get(name) ?? (call.environmentOverrides ? before : undefined);
  if (given && ![...makefile.variables, ...scope.own].some((one) => one.name === name && one.overrides)) return given;
  if (name === "MAKE") return subMake(call);
  if (name === "CURDIR") return absolute(folder);
  if (resolving.has(name) || play.references-- <= 0) return unknown;
  let value: Text | undefined = given ?? before;
  resolving.add(name);
  // A file that is not at hand may set any of them.
  const unread = given ? undefined : makefile.variablesFrom?.at;
  const assigned = [...makefile.variables, ...scope.own];
  for (const [at, one] of assigned.entries()) {
    if (at === unread) value = unknown;
    if (one.name !== name || (given && !one.overrides)) continue;
    const isAppended = one.operator === "+=";
    if (one.operator === "?=" && value !== undefined) continue;
    if (one.conditional || one.operator === "!=") value = unknown;
    else {
      const own = within(expanded(one.value, scope, play, resolving), unknown);
      value = isAppended && value !== undefined ? textOf(value, " ", own) : own;
    }
  }
  resolving.delete(name);
  return unread === assigned.length ? unknown : (value ?? unknown);
}

/** Nobody writes a value this long: variables that name one another twice do. */
const longest = 4_000;

function within(value: Text, unknown: Text): Text {
  const sizes = value.map((piece) => (typeof piece === "string" ? piece.length : piece.expression.length));
  return sizes.reduce((a, b) => a + b, 0) > longest ? unknown : value;
}

/** `$(MAKE)` hands on what the command line gave. */
function subMake({ variables, environmentOverrides, lenient }: MakeCall): Text {
  const flags = `${environmentOverrides ? " -e" : ""}${lenient ? " -i" : ""}`;
  return textOf(
    `make${flags}`,
    ...[...variables].flatMap(([name, value]): (string | Text)[] => [` "${name}=`, value, '"']),
  );
}
