import { branchFile, literal, textOf, written, type Bound, type Trail } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { backendOf, isAddress } from "../backend.ts";
import { readConfigMap } from "../config-map.ts";
import type { Backend, ConfigSet, Modifier, Operates, Operation, Reason } from "../intent.ts";
import { operationWords } from "../operation-words.ts";
import { modifiersOf as modifiersIn, operationFlags, parseArguments, type Arguments } from "./pulumi-arguments.ts";
import { joinFolder } from "../folder.ts";
import { insideScript } from "../unwrap/inner-script.ts";
import {
  emptied,
  folderKey,
  fromEnvironment,
  input,
  operates,
  serves,
  type Recognised,
  type Recogniser,
  type Scope,
} from "../scope.ts";
import { hasPulumiToken } from "../tokens.ts";

/**
 * `pulumi/actions`, majors 1 to 7: https://github.com/pulumi/actions/blob/main/action.yml
 * Without `command` it only installs the CLI. `up` and `update` are the same; `output` reads and changes nothing.
 */
export const pulumiActions: Recogniser = {
  name: "pulumi-actions",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "pulumi/actions") return undefined;
    const url = input(command, "cloud-url");
    const next: Scope = {
      ...scope,
      login: url ? backendOf(url) : (scope.login ?? addressUnread(command)),
      token: scope.token || hasPulumiToken(command),
    };
    const word = input(command, "command");
    if (!word) return serves(next);
    return operate(command, next, word);
  },
};

function operate(command: Command & { kind: "uses" }, scope: Scope, word: Bound): Recognised {
  const inContainer = isContainer(command.ref);
  const args = inContainer ? argumentsIn(word, command) : undefined;
  const text = literal(args?.positional[0] ?? word.text)?.trim();
  if (text === "output" || text === "stack output") return { ...serves(scope), duty: "follows" };
  // What it means to do is shown, though the step ends before that.
  const meant = operationWords.get((inContainer ? text : text?.split(/\s/, 1)[0]) ?? "");
  const refused = text !== undefined && !operationWords.has(text) && !inContainer ? text : undefined;
  if (refused !== undefined && meant === undefined)
    return { ...serves(scope), reasons: [noCommand("GP297", refused, command.from)] };
  const reasons = refused === undefined ? [] : [noCommand("GP298", refused, command.from)];
  const root = input(command, "work-dir")?.text ?? fromEnvironment(command, "PULUMI_ROOT")?.text;
  const directory = joinFolder(joinFolder(command.directory, root), args?.cwd);
  // Version 1 took its stack from the environment; later ones take the selected stack when `stack-name` is empty.
  const named =
    (args?.stack && { text: args.stack, from: word.from }) ??
    input(command, "stack-name") ??
    fromEnvironment(command, "PULUMI_STACK_NAME");
  // With `-s`, its script looks into the file only to see whether the branch has a part in it.
  const isAsked = args?.stack !== undefined && fromEnvironment(command, "PULUMI_CI") !== undefined;
  const isMapped = (named === undefined || isAsked) && inContainer && scope.tree.has(branchFile);
  const stack =
    named ??
    (isMapped
      ? undefined
      : (scope.selected.get(folderKey(directory)) ??
        fromEnvironment(command, "PULUMI_STACK") ??
        emptied(command, "stack-name", scope.tree)));
  const operation: Operates = {
    operation: meant,
    operationText: text ?? written(word.text),
    stack,
    directory,
    modifiers: [...modifiersOf(command, meant), ...(args ? modifiersIn(args, word.from) : [])],
    upsert: isTrue(input(command, "upsert")),
    removeStack: isTrue(input(command, "remove")) || args?.flags.has("remove") === true,
    byBranch: isMapped ? { branch: isOfPulls(command) ? "base" : "own", named: isAsked } : undefined,
    called: undefined,
    config: configMap(command) ?? [],
    hidden: undefined,
    from: command.from,
  };
  return { ...operates(scope, operation), reasons };
}

/**
 * The words that the container of version 1 put behind `pulumi`, by a script: `up --yes --stack prod`.
 * https://github.com/pulumi/pulumi/blob/18817b606ff131640d7447053079cf2e01c462e9/docker/actions/entrypoint.sh
 */
function argumentsIn(word: Bound, command: Command): Arguments | undefined {
  const [only, ...more] = insideScript(command, textOf("pulumi ", word.text), command.directory, () => undefined);
  if (only?.kind !== "run" || more.length > 0 || only.writes !== undefined) return undefined;
  return parseArguments(only.words.slice(1));
}

/** From version 2 on, the action takes five commands and no other: the container handed any to the CLI. */
function noCommand(code: string, text: string, from: Trail): Reason {
  return {
    code,
    message: `\`command: ${text}\` is none that \`pulumi/actions\` has, so the step ends in an error`,
    from,
  };
}

/**
 * Inputs of all majors that change nothing a deployment does, or that are read above: the table of
 * https://github.com/pulumi/actions/blob/main/action.yml. Any other input may change something, if there is such an input.
 */
const harmlessInputs: ReadonlySet<string> = new Set([
  "command",
  "stack-name",
  "work-dir",
  "cloud-url",
  "upsert",
  "comment-on-pr",
  "comment-on-pr-number",
  "comment-on-summary",
  "always-include-summary",
  "edit-pr-comment",
  "suppress-outputs",
  "suppress-progress",
  "github-token",
  "pulumi-version",
  "message",
  "diff",
  "color",
  "log-to-std-err",
  "log-flow",
  "log-verbosity",
  "debug",
  "user-agent",
]);
const optionInputs: ReadonlySet<string> = new Set(["refresh", "parallel"]);
const keptInputs: ReadonlySet<string> = new Set([
  "config-map",
  "configmap",
  "policypacks",
  "policypackconfigs",
  "pulumi-version-file",
]);

/**
 * GitHub warns of an input that an action does not have ("Unexpected input(s)") and the action never sees it. One that
 * is a flag of the CLI may be an input of a version to come. Only version 1, a container, took `args` and `entrypoint`.
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
function isNoInput(name: string, ref: string): boolean {
  if (name === "args" || name === "entrypoint") return /^v?[2-9](?:\.|$)|^(?:main|master)$/.test(ref);
  return !keptInputs.has(name) && !operationFlags.has(name);
}

/** The input that is meant by one that the action does not have; `undefined`: none is spelt like it. */
export function meantInput(name: string): string | undefined {
  const plain = (text: string): string => text.replaceAll(/[-_]/g, "");
  if (/backend|login/.test(name)) return "cloud-url";
  if (/^working-?dir/.test(name)) return "work-dir";
  return [...harmlessInputs, ...optionInputs, ...keptInputs].find((one) => plain(one) === plain(name));
}

/**
 * An address of a backend, or what may be one, in an input that the action does not have: where the state is meant to be
 * and where the action looks for it are two places then, or one by chance.
 */
function addressUnread(command: Command & { kind: "uses" }): Backend | undefined {
  if (command.environment.has("PULUMI_BACKEND_URL") || isContainer(command.ref)) return undefined;
  for (const [name, bound] of command.inputs) {
    if (harmlessInputs.has(name) || !isNoInput(name, command.ref)) continue;
    const mayBe = literal(bound.text) === undefined && /backend|login|cloud|state/.test(name);
    if (!isAddress(bound) && !mayBe) continue;
    const state = backendOf(bound);
    if (state.kind === "pulumi-cloud" && state.url === undefined) continue;
    const note = `\`${name}\` is no input of \`pulumi/actions\`, which never sees it`;
    return { kind: "unknown", note, from: bound.from };
  }
  return undefined;
}

/** Versions 0 and 1 were a container, whose script read a file of branches; it has its own selected stack. */
function isContainer(ref: string): boolean {
  return /^v?[01](?:\.|$)/.test(ref);
}

/** A variable tells the script that it works for a pull request. https://github.com/pulumi/actions/tree/v1 */
function isOfPulls(command: Command): boolean {
  const flag = fromEnvironment(command, "IS_PR_WORKFLOW");
  return isTrue(flag) || literal(fromEnvironment(command, "PULUMI_CI")?.text ?? []) === "pr";
}

/**
 * Inputs that the action hands to all of its operations, of which only these read them: options of the Automation API
 * (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/automation/stack.ts). Inputs that are not here, all may read.
 */
const readBy: ReadonlyMap<string, readonly Operation[]> = new Map([
  ["exclude-protected", ["destroy"]],
  ["remove", ["destroy"]],
  ["expect-no-changes", ["update", "preview", "refresh"]],
  ["replace", ["update", "preview"]],
  ["plan", ["update", "preview"]],
  ["policypacks", ["update", "preview"]],
  ["policypackconfigs", ["update", "preview"]],
]);

function modifiersOf(command: Command & { kind: "uses" }, operation: Operation | undefined): readonly Modifier[] {
  return [...command.inputs].flatMap(([name, value]): readonly Modifier[] => {
    if (operation !== undefined && readBy.get(name)?.includes(operation) === false) return [];
    if (harmlessInputs.has(name) || value.text.length === 0 || literal(value.text) === "false") return [];
    if (name === "config-map" && configMap(command)) return [];
    // Whether the stack is gone afterwards is no matter for a guess.
    if (name === "remove" && literal(value.text) !== undefined) return [];
    const treatment = optionInputs.has(name) ? "option" : isNoInput(name, command.ref) ? "drop" : "keep";
    return [{ name, treatment, value: value.text, from: value.from }];
  });
}

function configMap(command: Command & { kind: "uses" }): readonly ConfigSet[] | undefined {
  const given = input(command, "config-map");
  return given && readConfigMap(given);
}

function isTrue(value: Bound | undefined): boolean {
  return value !== undefined && literal(textOf(value.text)) === "true";
}
