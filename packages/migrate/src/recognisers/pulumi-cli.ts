import { literal, textOf, written, type Text, tableOf } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { backendOf } from "../backend.ts";
import { joinFolder } from "../folder.ts";
import { commandWords } from "../operation-words.ts";
import type { ConfigWrite, Operates, Operation, Reason, WriteSeen } from "../intent.ts";
import { folderKey, operates, serves, type Recognised, type Recogniser, type Scope } from "../scope.ts";
import { stackOf } from "./cli-stack.ts";
import { deploymentRun } from "./deployment-run.ts";
import { isOn, modifiersOf, parseArguments, type Arguments } from "./pulumi-arguments.ts";
import { hasPulumiToken } from "../tokens.ts";

/** The Pulumi CLI called by its own name: https://www.pulumi.com/docs/iac/cli/commands/ */
export const pulumiCli: Recogniser = {
  name: "pulumi-cli",
  recognise(command, scope) {
    if (command.kind !== "run") return undefined;
    if (!isPulumiProgram(command.words[0] ?? [])) return undefined;
    const parsed = parseArguments(command.words.slice(1));
    const next = { ...scope, token: scope.token || hasPulumiToken(command) };
    return recogniseCall(command, next, parsed);
  },
};

/**
 * Whether a word names the CLI, by itself or in a folder; `$HOME/.pulumi/bin` is where its installer puts it.
 * https://www.pulumi.com/docs/iac/download-install/
 */
export function isPulumiProgram(word: Text): boolean {
  const program = literal(word);
  if (program !== undefined) return /^(?:.*\/)?pulumi$/.test(program);
  const end = word.at(-1);
  return typeof end === "string" && end.endsWith("/.pulumi/bin/pulumi");
}

/** Subcommands that only look, or only concern the runner. Any other one may change something the job must not lose. */
const harmless = new Set(["about", "gen-completion", "help", "history", "logs", "org", "schema", "version", "whoami"]);
const harmlessOf: Readonly<Record<string, readonly string[]>> = tableOf({
  config: ["get", "ls", ""],
  plugin: ["ls"],
  stack: ["ls", "unselect", "graph"],
  env: ["get", "ls", "open"],
  policy: ["ls"],
});

function recogniseCall(command: Command & { kind: "run" }, scope: Scope, args: Arguments): Recognised | undefined {
  const [verb, second, third] = args.positional.map((word) => literal(word) ?? written(word));
  const verbText = args.positional[0] ?? [];
  if (verb === undefined) return serves(scope);
  if (commandWords.has(verb) || literal(verbText) === undefined)
    return operate(command, scope, args, commandWords.get(verb), verb);
  if (verb === "login") return serves({ ...scope, login: loginOf(args, command) ?? scope.login });
  if (verb === "org" && second === "set-default" && args.positional[2]) {
    return serves({ ...scope, organization: { text: args.positional[2], from: command.from } });
  }
  if (verb === "stack" && (second === "select" || second === "init")) {
    const selected = serves(select(command, scope, args, second));
    if (second === "select" || !makesAlways(command, args)) return selected;
    const message = "`pulumi stack init` fails where the stack exists: nothing behind it runs a second time";
    return { ...selected, duty: "gates", reasons: [{ code: "GP223", message, from: command.from }] };
  }
  if (verb === "stack" && (second === "output" || second === undefined || second === "history")) {
    return { ...serves(scope), duty: "follows" };
  }
  if (verb === "config" && second === "set") {
    const config = configOf(command, scope, args);
    const reasons = [configReason(command, third ?? "", seenWrite(command, scope, args, config))];
    return { ...serves(scope), duty: "gates", reasons, ...(config ? { config } : {}) };
  }
  if (verb === "config" && second === "refresh" && isPlainRefresh(command, args)) {
    const directory = joinFolder(command.directory, args.cwd);
    const stack = stackOf(command, scope, args, directory);
    return { ...serves(scope), duty: "prepares", refreshes: { stack, directory } };
  }
  if (verb === "config" && second === "get") return serves({ ...scope, sought: soughtBy(command, scope, args) });
  // Installs what the program needs, which the table of programs knows.
  if (verb === "install" || (verb === "plugin" && second === "install")) return undefined;
  if (verb === "logout" || harmless.has(verb) || harmlessOf[verb]?.includes(second ?? "")) return serves(scope);
  if (verb === "deployment" && second === "run") return deploymentRun(command, scope, args);
  // An ESC environment is neither state nor configuration of the stack; whoever changes it goes on doing so.
  if (verb === "env" && ["init", "set", "rm", "edit", "clone", "tag", "version"].includes(second ?? "")) {
    const message = `\`pulumi env ${second}\` is done before it, and a deployment would not wait for that`;
    return { ...serves(scope), duty: "outside", reasons: [{ code: "GP229", message, from: command.from }] };
  }
  const words = second === undefined ? verb : `${verb} ${second}`;
  if (verb === "config" && (second === "rm" || second === "rm-all")) {
    const message = `\`pulumi ${words}\` takes ${third === undefined ? "keys" : `\`${third}\``} out of the stack's file for this run, and a deployment reads the file as it is; where nobody needs it there, take it out of the file`;
    return { ...serves(scope), duty: "gates", reasons: [{ code: "GP223", message, from: command.from }] };
  }
  const message =
    verb === "cancel"
      ? "`pulumi cancel` takes a lock away that a run of a workflow left; Deployments leaves none, and in front of it the command would end somebody's deployment: take it out, and plan again"
      : `\`pulumi ${words}\` may change state, stacks or configuration, which no deployment setting says`;
  return { ...serves(scope), duty: "gates", reasons: [{ code: "GP223", message, from: command.from }] };
}

function operate(
  command: Command & { kind: "run" },
  scope: Scope,
  args: Arguments,
  operation: Operation | undefined,
  verb: string,
): Recognised {
  const directory = joinFolder(command.directory, args.cwd);
  const stack = stackOf(command, scope, args, directory);
  // `pulumi refresh --preview-only` and `destroy --preview-only` change nothing.
  const previewOnly = operation !== "preview" && isOn(args, "preview-only");
  const operation_: Operates = {
    operation: previewOnly === undefined ? undefined : previewOnly ? "preview" : operation,
    operationText: verb,
    stack,
    directory,
    modifiers: modifiersOf(args, command.from),
    upsert: false,
    // One that only a run knows may remove it.
    removeStack: isOn(args, "remove") !== false,
    byBranch: undefined,
    called: undefined,
    config: [],
    hidden: undefined,
    from: command.from,
  };
  const recognised = operates(scope, operation_);
  const reasons: Reason[] = [];
  if (maySay(command, "PULUMI_OPTION_CWD")) {
    const message = "`PULUMI_OPTION_CWD` leads it to another folder than the one it is called in";
    reasons.push({ code: "GP224", message, from: command.from });
  }
  if (asksForYes(operation, args, command)) {
    const message = `\`pulumi ${verb}\` without \`--yes\` fails outside a terminal, so it has never changed anything`;
    reasons.push({ code: "GP249", message, from: command.from });
  }
  return { ...recognised, reasons };
}

function select(command: Command & { kind: "run" }, scope: Scope, args: Arguments, how: string): Scope {
  const named = args.positional[2] ?? args.stack;
  if (!named || args.flags.has("no-select")) return scope;
  const key = folderKey(joinFolder(command.directory, args.cwd));
  // `stack select x || stack init x`: the second one only makes sure that the first one's stack exists.
  if (how === "init" && command.certainty !== true && scope.selected.has(key)) return scope;
  // One of two that name the same stack is selected, whichever of them it is.
  if (!command.unconditional && written(scope.selected.get(key)?.text ?? []) === written(named)) return scope;
  const text: Text = command.unconditional
    ? named
    : [{ expression: written(named), names: [], note: "selected under a condition" }];
  return { ...scope, selected: new Map([...scope.selected, [key, { text, from: command.from }]]) };
}

/** It makes a stack of one name in every run, and its failure ends the job. */
function makesAlways({ certainty, excused, fallback }: Command & { kind: "run" }, args: Arguments): boolean {
  const named = args.positional[2] ?? args.stack;
  return certainty === true && !excused && !fallback && named !== undefined && literal(named) !== undefined;
}

function loginOf(args: Arguments, command: Command): Scope["login"] {
  if (args.flags.has("local")) return { kind: "diy", url: "file://~", from: command.from };
  const url = args.positional[1] ?? args.flags.get("cloud-url");
  return url
    ? backendOf({ text: textOf(url), from: command.from })
    : { kind: "pulumi-cloud", from: command.from, url: undefined };
}

/** What is known of a command that sets configuration, whether it is read or not. */
function seenWrite(
  command: Command & { kind: "run" },
  scope: Scope,
  args: Arguments,
  config: ConfigWrite | undefined,
): WriteSeen {
  const directory = joinFolder(command.directory, args.cwd);
  const key = written(args.positional[2] ?? []);
  const isRead = args.positional.length === 4 && literal(args.positional[2] ?? []) !== undefined && areRead(args);
  const isConditional = isRead && command.certainty !== true;
  const obstacle = isConditional
    ? `\`${key}\` is set under a condition`
    : "a value of its configuration cannot be read";
  return {
    key,
    stack: stackOf(command, scope, args, directory),
    directory,
    obstacle: config === undefined ? obstacle : undefined,
  };
}

function configReason(command: Command, key: string, writes: WriteSeen): Reason {
  return {
    ...(key === "" ? {} : { writes }),
    code: "GP222",
    message: `\`pulumi config\` writes ${key === "" ? "configuration" : `\`${key}\``} before the operation; a deployment reads it from the stack's file or from ESC`,
    from: command.from,
  };
}

/** Outside a terminal the CLI refuses to change a stack unless it is told that nobody has to say yes. */
function asksForYes(operation: Operation | undefined, args: Arguments, command: Command): boolean {
  if (operation === "preview" || operation === undefined) return false;
  const told = ["yes", "skip-preview", "preview-only"].some((name) => isOn(args, name) !== false);
  // A word that only the run knows may be one of them.
  if (args.positional.some((word) => literal(word) === undefined)) return false;
  return !told && !["PULUMI_SKIP_CONFIRMATIONS", "PULUMI_OPTION_YES"].some((name) => maySay(command, name));
}

/** Whether a variable is set to what the CLI may take for yes. */
function maySay(command: Command, name: string): boolean {
  const bound = command.environment.get(name);
  return bound !== undefined && !/^(?:|0|f|false)$/i.test(literal(bound.text) ?? "?");
}

/** Flags of `pulumi config set` that a call can say, or need not: https://www.pulumi.com/docs/iac/cli/commands/ */
const configFlags: ReadonlySet<string> = new Set([
  "secret",
  "plaintext",
  "path",
  "stack",
  "cwd",
  "color",
  "emoji",
  "non-interactive",
]);

/** Whether all flags are known, and none says `false`. */
function areRead(args: Arguments): boolean {
  return [...args.flags].every(
    ([name, value]) => configFlags.has(name) && (name === "stack" || name === "cwd" || literal(value) !== "false"),
  );
}

/** Its words say nothing but which stack is meant, and the job goes on only when it has worked. */
function isPlainRefresh(command: Command & { kind: "run" }, args: Arguments): boolean {
  const { certainty, excused, fallback, piped, writes, words } = command;
  const isAlone = certainty === true && !excused && !fallback && !piped && writes === undefined;
  const areKnown = [...args.flags.keys()].every((name) => name === "force" || configFlags.has(name));
  return isAlone && areKnown && args.positional.length === 2 && words.every((word) => literal(word) !== undefined);
}

/** The folder and the stack whose configuration is meant, as one text. */
function configPlace(command: Command & { kind: "run" }, scope: Scope, args: Arguments): string {
  const directory = joinFolder(command.directory, args.cwd);
  return JSON.stringify([written(directory), written(stackOf(command, scope, args, directory)?.text ?? [])]);
}

function soughtBy(command: Command & { kind: "run" }, scope: Scope, args: Arguments): Scope["sought"] {
  const key = args.positional[2] && literal(args.positional[2]);
  if (key === undefined || args.positional.length > 3 || command.certainty !== true || !areRead(args)) return undefined;
  return { key, path: args.flags.has("path"), where: configPlace(command, scope, args), from: command.from };
}

/** How a command looks first whether there is a value already: `config get K >/dev/null || config set K V`. */
function unlessOf(
  command: Command & { kind: "run" },
  scope: Scope,
  key: string,
  args: Arguments,
): ConfigWrite["unless"] {
  const { sought, tree } = scope;
  const [before, own] = [sought?.from.at(-1), command.from.at(-1)];
  if (!sought || !before || !own || before.path !== own.path || !command.fallback) return undefined;
  const between = tree.get(own.path)?.slice(before.end, own.start) ?? "";
  const isNext = /^(\s|\d?>\s*\/dev\/null|&>\s*\/dev\/null|2>&1|\\\r?\n)*\|\|(\s|\\\r?\n)*$/.test(between);
  if (!isNext || sought.key !== key || sought.where !== configPlace(command, scope, args)) return undefined;
  return sought.path ? "path" : "key";
}

/** `pulumi config set key value`; `undefined` where the words do not hold just that, with flags that are known. */
function configOf(command: Command & { kind: "run" }, scope: Scope, args: Arguments): ConfigWrite | undefined {
  if (!areRead(args) || args.positional.length > 4) return undefined;
  const [key, value] = [args.positional[2] && literal(args.positional[2]), args.positional[3]];
  if (key === undefined || value === undefined) return undefined;
  const unless = unlessOf(command, scope, key, args);
  if (command.certainty !== true && unless === undefined) return undefined;
  const secret = args.flags.has("secret");
  const directory = joinFolder(command.directory, args.cwd);
  return {
    key,
    value: { text: value, from: command.from },
    secret,
    path: args.flags.has("path"),
    unless,
    stack: stackOf(command, scope, args, directory),
    directory,
  };
}
